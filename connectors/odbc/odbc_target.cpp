// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/odbc_target.h"

#include "connectors/core/server_options.h"
#include "connectors/odbc/connection_attributes.h"
#include "connectors/odbc/driver_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace::odbc {

namespace {

/// What known drivers have to be told: rows as they come instead of all at once, and values as they are.
void addNeeds(Attributes& attributes, Dialect dialect, bool mayCreate)
{
    switch (dialect) {
    case Dialect::PostgreSql:
        attributes.add("Protocol", "7.4-1");    // no savepoint around each statement: an error ends the transaction
        attributes.add("UseDeclareFetch", "0"); // crashes when the connection breaks between two blocks of rows
        attributes.add("BoolsAsChar", "0");
        attributes.add("LFConversion", "0");
        attributes.add("NumericAs", "12");
        break;
    case Dialect::MySql:
        attributes.add("CHARSET", "utf8mb4");
        attributes.add("NO_CACHE", "1");
        attributes.add("FORWARDONLY", "1");
        break;
    case Dialect::Sqlite:
        attributes.add("StepAPI", "1");
        attributes.add("Timeout", "30000");
        if (!mayCreate)
            attributes.add("NoCreat", "1");
        break;
    case Dialect::Standard:
        break;
    }
}

/// A password belongs into its own option, which is kept as a secret.
Status refuseSecrets(const Attributes& attributes, const char* option)
{
    for (const char* key : {"PWD", "PASSWORD"})
        if (attributes.find(key) != nullptr)
            return fail(ErrorCode::Usage, fmt::format("The option '{}' holds a password. Take it out, and set the "
                                                      "option 'password' to a reference such as ${{env:NAME}}.",
                                                      option));
    return {};
}

std::string listed(const std::vector<Entry>& entries)
{
    return entries.empty() ? "none" : fmt::format("{}", fmt::join(namesOf(entries), ", "));
}

std::string titleOf(const Attributes& attributes)
{
    if (const std::string* source = attributes.find("DSN"))
        return fmt::format("the ODBC data source '{}'", *source);
    std::string place = attributes.value("SERVER") + attributes.value("SERVERNAME");
    if (!place.empty() && attributes.find("PORT") != nullptr)
        place += ':' + attributes.value("PORT");
    if (place.empty())
        place = attributes.value("DATABASE");
    return fmt::format("'{}' through the ODBC driver '{}'", place, attributes.value("DRIVER"));
}

} // namespace

Dialect dialectOf(const std::string& name)
{
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto has = [&lower](const char* part) { return lower.find(part) != std::string::npos; };
    if (has("postgres") || has("psqlodbc"))
        return Dialect::PostgreSql;
    if (has("mysql") || has("maria") || has("maodbc") || has("myodbc"))
        return Dialect::MySql;
    return has("sqlite") ? Dialect::Sqlite : Dialect::Standard;
}

Result<Target> Target::from(const Options& options, bool mayCreate)
{
    HEADRACE_TRY(const Attributes given, Attributes::parse(options.text("connection_string")));
    HEADRACE_CHECK(refuseSecrets(given, "connection_string"));
    Attributes all;
    for (const auto& [option, key] :
         {std::pair{"dsn", "DSN"}, std::pair{"driver", "DRIVER"}, std::pair{"server", "SERVER"},
          std::pair{"port", "PORT"}, std::pair{"database", "DATABASE"}, std::pair{"user", "UID"},
          std::pair{"password", "PWD"}})
        if (const std::string value = options.text(option); !value.empty())
            all.add(key, value);
    Attributes more;
    for (const auto& [key, value] : options.map("attributes"))
        more.add(key, value);
    HEADRACE_CHECK(refuseSecrets(more, "attributes"));
    all.append(more);
    all.append(given);

    Target target;
    target.source = all.value("DSN");
    target.driver = all.value("DRIVER");
    if (target.source.empty() == target.driver.empty())
        return fail(ErrorCode::Usage,
                    target.source.empty()
                        ? fmt::format("An ODBC connection needs the option 'dsn' or 'driver'. Data sources of this "
                                      "machine: {}. Drivers: {}.",
                                      listed(dataSources()), listed(installedDrivers()))
                        : fmt::format("The options name both the data source '{}' and the driver '{}'; set one.",
                                      target.source, target.driver));
    if (!target.source.empty()) {
        const auto known = dataSources();
        const auto found = std::ranges::find(known, target.source, &Entry::name);
        target.driver = found == known.end() ? "" : found->driver;
    }
    target.title = titleOf(all);
    target.user = all.value("UID");
    target.database = all.value("DATABASE");
    target.hasPassword = all.find("PWD") != nullptr;
    if (const std::string name = options.text("dialect"); !name.empty() && name != "auto")
        target.dialect = dialectOf(name);
    const Dialect dialect = dialectOf(target.driver);
    addNeeds(all, dialect, mayCreate);
    HEADRACE_TRY(target.tls, chooseTls(all, options, target.source, target.driver));
    if (dialect == Dialect::Sqlite && target.database.find(';') != std::string::npos)
        return fail(ErrorCode::Usage,
                    fmt::format("SQLite's ODBC driver takes no path with a semicolon: '{}'.", target.database));
    target.connectionString = all.text(dialect == Dialect::Sqlite); // which takes braces for a part of the path
    const ServerTimeouts timeouts = timeoutsOf(options);
    target.connectTimeout = timeouts.connect;
    target.statementTimeout = timeouts.statement;
    return target;
}

} // namespace headrace::odbc
