// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/qtsql/qt_target.h"

#include "connectors/core/trusted_way.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <QSqlDatabase>
#include <QStringList>

namespace headrace::qtsql {

namespace {

/// Debian's and Ubuntu's package of a driver; "" for those that have none.
std::string packageOf(const std::string& driver)
{
    for (const auto& [name, package] : {std::pair{"QIBASE", "libqt6sql6-ibase"},
                                        {"QMARIADB", "libqt6sql6-mysql"},
                                        {"QMYSQL", "libqt6sql6-mysql"},
                                        {"QODBC", "libqt6sql6-odbc"},
                                        {"QPSQL", "libqt6sql6-psql"},
                                        {"QSQLITE", "libqt6sql6-sqlite"}})
        if (driver == name)
            return package;
    return {};
}

} // namespace

std::vector<std::string> installedDrivers()
{
    std::vector<std::string> names;
    for (const QString& name : QSqlDatabase::drivers())
        names.push_back(name.toStdString());
    return names;
}

Error missingDriver(const std::string& driver)
{
    const auto installed = installedDrivers();
    const std::string package = packageOf(driver);
    return {ErrorCode::NotFound,
            fmt::format("Qt has no driver '{}' here{}.{}", driver,
                        installed.empty() ? "" : fmt::format("; it has {}", fmt::join(installed, ", ")),
                        package.empty() ? " Put its plugin into the folder 'sqldrivers' of Qt's plugins."
                                        : fmt::format(" Install the package '{}'.", package)),
            {},
            std::nullopt};
}

Server Target::server() const
{
    if (driver == "QIBASE")
        return Server::Firebird;
    if (driver == "QPSQL")
        return Server::PostgreSql;
    return driver == "QMYSQL" || driver == "QMARIADB" ? Server::MySql : Server::Other;
}

std::string Target::title() const
{
    return fmt::format("the database '{}'{}", database, host.empty() ? "" : fmt::format(" on '{}'", host));
}

Result<Target> Target::from(const Options& options)
{
    Target target;
    target.driver = options.text("driver");
    if (target.driver.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("The qtsql source needs the option 'driver'. Qt's drivers on this machine: {}.",
                                fmt::join(installedDrivers(), ", ")));
    target.host = options.text("host");
    target.port = static_cast<int>(options.integer("port"));
    target.database = options.text("database");
    target.user = options.text("user");
    target.password = options.text("password");
    OptionMap attributes = options.map("attributes");
    if (target.server() == Server::PostgreSql && !isThisMachine(target.host) && !attributes.contains("sslmode")) {
        attributes["sslmode"] = "verify-full";
        attributes.try_emplace("sslrootcert", kSystemCertificates);
    }
    for (const auto& [name, value] : attributes)
        target.driverOptions += fmt::format("{}{}={}", target.driverOptions.empty() ? "" : ";", name, value);
    return target;
}

std::vector<OptionSpec> connectionOptions()
{
    return {
        {.key = "driver",
         .label = "Driver",
         .help = "Qt's name of the driver: QIBASE for Firebird, QOCI for Oracle, QDB2 for Db2, QMIMER, or that of "
                 "another plugin.",
         .required = true,
         .findChoices = [] { return installedDrivers(); }},
        {.key = "host", .label = "Host", .help = "Name or address of the server; empty for drivers that want none."},
        {.key = "port",
         .type = OptionType::Integer,
         .label = "Port",
         .help = "TCP port of the server; the driver's own without one.",
         .minimum = 1,
         .maximum = 65'535},
        {.key = "database", .label = "Database", .help = "Name of the database, or the path of its file."},
        {.key = "user", .label = "User", .help = "Name to log in with."},
        {.key = "password", .label = "Password", .help = "Password of this user.", .secret = true},
        {.key = "attributes",
         .type = OptionType::Map,
         .label = "Driver settings",
         .help = "Settings of the driver by their names in Qt's manual, such as ISC_DPB_SQL_ROLE_NAME: READER.",
         .advanced = true},
    };
}

} // namespace headrace::qtsql
