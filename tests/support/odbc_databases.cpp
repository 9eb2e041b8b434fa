// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/odbc_databases.h"

#include "tests/support/sqlite_lines.h"

#include <fmt/format.h>

#include <QFile>

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
    return sqliteLines(sqliteFile(), sql);
}

} // namespace headrace::test
