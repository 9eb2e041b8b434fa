// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <cstddef>
#include <string>
#include <vector>

namespace headrace::qtsql {

/// Whose SQL and types a driver has, as far as it makes a difference here.
enum class Server { Other, Firebird, PostgreSql, MySql };

/// Where to connect, and how. Holds secrets.
struct Target {
    std::string driver; ///< as Qt names it: "QIBASE"
    std::string host;
    int port = 0; ///< 0: the driver's own
    std::string database;
    std::string user;
    std::string password;
    std::string driverOptions; ///< "NAME=value;…" of QSqlDatabase::setConnectOptions()

    [[nodiscard]] Server server() const;
    /// "the database 'erp' on 'db.example.org'", for messages
    [[nodiscard]] std::string title() const;
    /// Usage where no driver is named.
    [[nodiscard]] static Result<Target> from(const Options& options);
};

/// The options that Target::from() reads; drivers of this machine are suggested.
[[nodiscard]] std::vector<OptionSpec> connectionOptions();

/// How many of them are for everyone, before the advanced ones.
inline constexpr std::ptrdiff_t kPlainOptions = 6;

/// Qt's drivers on this machine: "QIBASE", "QPSQL".
[[nodiscard]] std::vector<std::string> installedDrivers();

/// That a driver is not there, which ones are, and the package that has it where Debian has one.
[[nodiscard]] Error missingDriver(const std::string& driver);

} // namespace headrace::qtsql
