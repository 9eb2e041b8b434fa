// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/odbc_databases.h"

#include <fmt/format.h>

#include <QFile>

#include <sqlite3.h>

namespace headrace::test {

OdbcDatabases::OdbcDatabases()
{
    QFile file(m_folder.filePath("odbc.ini"));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("odbc.ini could not be written.");
    file.write(
        fmt::format("[pg]\nDriver=PostgreSQL Unicode\nServername=127.0.0.1\nPort={}\nDatabase=test\nUsername=tester\n"
                    "[maria]\nDriver=MariaDB Unicode\nSERVER=127.0.0.1\nPORT={}\nDATABASE=test\nUSER=tester\n"
                    "[lite]\nDriver=SQLite3\nDatabase={}\n",
                    m_postgres.port(), m_maria.port(), sqliteFile())
            .c_str());
    file.close();
    qputenv("ODBCINI", file.fileName().toUtf8());
    run("lite", "PRAGMA journal_mode=WAL");
}

Options OdbcDatabases::options(const std::string& name, Options more) const
{
    if (!more.has("dsn"))
        more.set("dsn", name);
    if (name != "lite" && !more.has("password"))
        more.set("password", name == "pg" ? PostgresServer::kPassword : MariaServer::kPassword);
    return more;
}

std::vector<std::string> OdbcDatabases::run(const std::string& name, const std::string& sql) const
{
    if (name == "pg")
        return m_postgres.run(sql);
    if (name == "maria")
        return m_maria.run(sql);
    sqlite3* database = nullptr;
    sqlite3_open(sqliteFile().c_str(), &database);
    sqlite3_busy_timeout(database, 30'000);
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
