// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/quarantine_reader.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <deque>

namespace headrace {
namespace {

BadRecord recordOf(const QJsonObject& object)
{
    BadRecord record;
    record.origin = object.value(QStringLiteral("origin")).toString().toStdString();
    record.line = object.value(QStringLiteral("line")).toInteger();
    record.byteOffset = object.value(QStringLiteral("byte_offset")).toInteger(-1);
    record.reason = object.value(QStringLiteral("reason")).toString().toStdString();
    if (object.contains(QStringLiteral("raw_base64")))
        record.raw =
            QByteArray::fromBase64(object.value(QStringLiteral("raw_base64")).toString().toLatin1()).toStdString();
    else
        record.raw = object.value(QStringLiteral("raw")).toString().toStdString();
    return record;
}

} // namespace

Result<std::vector<BadRecord>> readQuarantine(const std::string& folder, const std::string& pipeline, std::size_t limit)
{
    QFile file(QStringLiteral("%1/%2.quarantine.ndjson")
                   .arg(QString::fromStdString(folder), QString::fromStdString(pipeline)));
    if (!file.exists())
        return std::vector<BadRecord>{};
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Permission,
                    QCoreApplication::translate(
                        "Quarantine", "The quarantine file '%1' could not be opened: %2. Check its permissions.")
                        .arg(file.fileName(), file.errorString())
                        .toStdString());
    std::deque<BadRecord> records;
    while (!file.atEnd()) {
        const QJsonDocument line = QJsonDocument::fromJson(file.readLine());
        if (!line.isObject())
            continue;
        records.push_back(recordOf(line.object()));
        if (records.size() > limit)
            records.pop_front();
    }
    return std::vector<BadRecord>(records.begin(), records.end());
}

} // namespace headrace
