// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/raw_head.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>

#include <algorithm>

namespace headrace {
namespace {

constexpr qsizetype kBytesPerLine = 16;
constexpr qsizetype kHexBytes = 4096;

QString text(const char* source)
{
    return QCoreApplication::translate("RawHead", source);
}

QString firstPath(const ConnectorSpec& source)
{
    const OptionList paths = source.options.list("path");
    return paths.empty() ? QString() : QString::fromStdString(paths.front());
}

/// The file itself, or the first one of a folder or a pattern; empty when there is none.
QString firstFile(const QString& path)
{
    const QFileInfo info(path);
    if (info.isFile())
        return path;
    const QDir folder = info.isDir() ? QDir(path) : info.dir();
    const QStringList pattern = info.isDir() ? QStringList() : QStringList{info.fileName()};
    const QStringList files = folder.entryList(pattern, QDir::Files, QDir::Name);
    return files.isEmpty() ? QString() : folder.filePath(files.front());
}

QString hexText(const QByteArray& bytes)
{
    QString lines;
    for (qsizetype at = 0; at < std::min(bytes.size(), kHexBytes); at += kBytesPerLine) {
        const QByteArray line = bytes.mid(at, kBytesPerLine);
        QString characters;
        for (const char byte : line)
            characters += byte >= ' ' && byte <= '~' ? QLatin1Char(byte) : QLatin1Char('.');
        lines += QStringLiteral("%1  %2  %3\n")
                     .arg(at, 8, 16, QLatin1Char('0'))
                     .arg(QString::fromLatin1(line.toHex(' ')), -(3 * static_cast<int>(kBytesPerLine)))
                     .arg(characters);
    }
    return lines;
}

} // namespace

Result<RawHead> readRawHead(const ConnectorSpec& source)
{
    const QString path = firstPath(source);
    const QString name = path.isEmpty() ? QString() : firstFile(path);
    if (name.isEmpty())
        return fail(ErrorCode::NotFound,
                    (path.isEmpty()
                         ? text("This source reads no file, so there are no raw bytes to show.")
                         : text("'%1' is no file on this computer whose raw bytes could be shown.").arg(path))
                        .toStdString());
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return fail(
            ErrorCode::Permission,
            text("'%1' could not be opened: %2. Check its permissions.").arg(name, file.errorString()).toStdString());
    return RawHead{name, file.size(), file.read(kRawHeadBytes)};
}

QString rawText(const QByteArray& bytes)
{
    const auto marked = QStringConverter::encodingForData(bytes);
    if (!marked && bytes.contains('\0'))
        return hexText(bytes);
    QStringDecoder decode(marked.value_or(QStringConverter::Utf8));
    QString decoded = decode.decode(bytes);
    // A character cut at the end is no reason to doubt the encoding.
    if (decode.hasError() && decoded.count(QChar::ReplacementCharacter) > 1)
        decoded = QString::fromLatin1(bytes);
    const bool readable = std::all_of(decoded.cbegin(), decoded.cend(), [](QChar character) {
        return character.unicode() >= ' ' || character.isSpace();
    });
    return readable ? decoded : hexText(bytes);
}

} // namespace headrace
