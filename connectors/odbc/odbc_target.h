// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/odbc/tls_choice.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace headrace::odbc {

/// Whose SQL a server speaks, as far as it makes a difference here.
enum class Dialect { Standard, PostgreSql, MySql, Sqlite };

/// Where to connect, and how. Holds secrets.
struct Target {
    std::string connectionString; ///< with the password, and with what known drivers need to be exact
    std::string title;            ///< "the ODBC data source 'shop'", for messages
    std::string source;           ///< name of the data source; "" without one
    std::string driver;           ///< the driver's name or library; "" when the data source is unknown
    std::string user;
    std::string database;
    bool hasPassword = false;
    TlsChoice tls;
    std::optional<Dialect> dialect; ///< none: by what the driver says
    std::chrono::milliseconds connectTimeout{};
    std::chrono::milliseconds statementTimeout{}; ///< 0: none

    /// Of the options. `mayCreate`: a database that is a file is created if it is missing.
    [[nodiscard]] static Result<Target> from(const Options& options, bool mayCreate);
};

/// The options that Target::from() reads; drivers and data sources of this machine are suggested.
[[nodiscard]] std::vector<OptionSpec> connectionOptions();

/// How many of them are for everyone, before the advanced ones.
inline constexpr std::ptrdiff_t kPlainOptions = 7;

/// By the name of a driver or database product.
[[nodiscard]] Dialect dialectOf(const std::string& name);

} // namespace headrace::odbc
