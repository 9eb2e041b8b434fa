// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/qtsql/qt_error.h"

#include <fmt/format.h>

#include <QSqlError>

#include <algorithm>

namespace headrace::qtsql {

namespace {

bool hasAny(const QString& text, std::initializer_list<const char*> words)
{
    return std::ranges::any_of(
        words, [&](const char* word) { return text.contains(QLatin1String(word), Qt::CaseInsensitive); });
}

/// The server's own words in one line, or the driver's where the server has said nothing.
QString wordsOf(const QSqlError& error)
{
    QString text = error.databaseText().simplified();
    if (text.isEmpty())
        text = error.driverText().simplified();
    while (text.endsWith('.'))
        text.chop(1);
    return text;
}

} // namespace

Error statementError(std::string_view what, const QSqlError& error)
{
    const QString words = wordsOf(error);
    auto code = error.type() == QSqlError::ConnectionError ? ErrorCode::Unavailable : ErrorCode::Failed;
    if (hasAny(words, {"connection lost", "connection shutdown", "server closed", "gone away", "lost connection",
                       "reading data from the connection", "writing data to the connection"}))
        code = ErrorCode::Unavailable;
    else if (hasAny(words, {"permission", "no privilege", "access denied"}))
        code = ErrorCode::Permission;
    else if (hasAny(words, {"unknown", "does not exist", "no such", "syntax", "doesn't exist", "ORA-00942"}))
        code = ErrorCode::Usage;
    return {code, fmt::format("{}: {}.", what, words.toStdString()), error.nativeErrorCode().toStdString(),
            std::nullopt};
}

Error connectionError(std::string_view title, const QSqlError& error)
{
    const QString words = wordsOf(error);
    auto code = ErrorCode::Unavailable;
    if (hasAny(words, {"password", "login", "authentication", "user name", "access denied", "ORA-01017"}))
        code = ErrorCode::Permission;
    else if (hasAny(words, {"no such file", "does not exist", "unknown database", "driver not loaded"}))
        code = ErrorCode::NotFound;
    return {code, fmt::format("There is no connection to {}: {}.", title, words.toStdString()),
            error.nativeErrorCode().toStdString(), std::nullopt};
}

} // namespace headrace::qtsql
