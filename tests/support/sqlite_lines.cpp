// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sqlite_lines.h"

#include <QCryptographicHash>

#include <sqlite3.h>

namespace headrace::test {

namespace {

void md5(sqlite3_context* context, int, sqlite3_value** values)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const QByteArray digest = QCryptographicHash::hash(QByteArray(text), QCryptographicHash::Md5).toHex();
    sqlite3_result_text(context, digest.constData(), static_cast<int>(digest.size()), SQLITE_TRANSIENT);
}

} // namespace

std::vector<std::string> sqliteLines(const std::string& path, const std::string& sql)
{
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    sqlite3_busy_timeout(database, 30'000);
    sqlite3_create_function(database, "md5", 1, SQLITE_UTF8, nullptr, md5, nullptr, nullptr);
    std::vector<std::string> lines;
    const char* rest = sql.c_str();
    while (*rest != 0) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database, rest, -1, &statement, &rest) != SQLITE_OK)
            qFatal("%s: %s", sqlite3_errmsg(database), sql.c_str());
        lines.clear();
        int answer = SQLITE_DONE;
        while (statement != nullptr && (answer = sqlite3_step(statement)) == SQLITE_ROW) {
            std::string line;
            for (int i = 0; i < sqlite3_column_count(statement); ++i) {
                const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
                line += std::string(i == 0 ? "" : "|") + (text == nullptr ? "∅" : text);
            }
            lines.push_back(line);
        }
        if (answer != SQLITE_DONE)
            qFatal("%s: %s", sqlite3_errmsg(database), sql.c_str());
        sqlite3_finalize(statement);
    }
    sqlite3_close(database);
    return lines;
}

} // namespace headrace::test
