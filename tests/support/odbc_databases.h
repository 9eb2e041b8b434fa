// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"

#include <QTemporaryDir>

#include <memory>
#include <string>
#include <vector>

namespace headrace::test {

/// The three databases that the tests reach through ODBC, each as a data source of an odbc.ini of their own: "pg" and
/// "maria" with a server, "lite" with a file.
class OdbcDatabases {
public:
    OdbcDatabases();
    OdbcDatabases(const OdbcDatabases&) = delete;
    OdbcDatabases& operator=(const OdbcDatabases&) = delete;

    [[nodiscard]] static std::vector<std::string> names() { return {"pg", "maria", "lite"}; }
    /// The options that connect to the data source of that name, and more.
    [[nodiscard]] Options options(const std::string& name, Options more = {}) const;

    /// Runs statements by other means than ODBC; the last one's rows, "|" between cells and "∅" for NULL.
    std::vector<std::string> run(const std::string& name, const std::string& sql) const;

    [[nodiscard]] PostgresServer& postgres() { return m_postgres; }
    [[nodiscard]] MariaServer& maria() { return m_maria; }
    [[nodiscard]] std::string sqliteFile() const { return m_folder.filePath("lite.db").toStdString(); }
    [[nodiscard]] std::string folder() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
    PostgresServer m_postgres;
    MariaServer m_maria;
};

} // namespace headrace::test
