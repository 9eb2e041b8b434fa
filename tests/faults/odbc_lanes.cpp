// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/odbc_lanes.h"

#include "tests/faults/mariadb_lanes.h"
#include "tests/faults/postgres_lanes.h"

namespace headrace::test {

namespace {

static_assert(std::string_view(PostgresServer::kPassword) == MariaServer::kPassword); // of one variable

QString connection(const char* driver, int port, const char* database)
{
    return QStringLiteral("type: odbc, driver: %1, server: 127.0.0.1, port: %2, database: %3, user: tester, password: "
                          "\"${env:HEADRACE_TEST_PASSWORD}\"")
        .arg(QLatin1String(driver))
        .arg(port)
        .arg(QLatin1String(database));
}

CrashLane toServer(const char* name, const PostgresServer& server, std::int64_t rows, int port, const QString& more)
{
    CrashLane lane = csvToDuckdb(rows);
    lane.name = QLatin1String(name);
    toPostgres(lane, server);
    lane.destination = [&server, port, more](const QString&) {
        return QStringLiteral("{%1, table: target.events%2}")
            .arg(connection("PostgreSQL Unicode", port == 0 ? server.port() : port, "test"), more);
    };
    lane.forget = [&server] { server.run("DROP SCHEMA IF EXISTS target CASCADE; CREATE SCHEMA target"); };
    return lane;
}

} // namespace

CrashLane odbcPostgresToParquet(const PostgresServer& server, std::int64_t rows, int port)
{
    CrashLane lane = postgresToDuckdb(server, rows);
    lane.name = QStringLiteral("odbc-postgres-parquet");
    lane.source = [&server, port](const QString&) {
        return QStringLiteral("{%1, table: input, cursor: tied, key: sequence, lag: 1ms}")
            .arg(connection("PostgreSQL Unicode", port == 0 ? server.port() : port, "test"));
    };
    toParquet(lane);
    return lane;
}

CrashLane csvToOdbcPostgres(const PostgresServer& server, std::int64_t rows, int port)
{
    return toServer("csv-odbc-postgres", server, rows, port, {});
}

CrashLane csvReplacesOdbcPostgres(const PostgresServer& server, std::int64_t rows)
{
    return toServer("csv-replaces-odbc-postgres", server, rows, 0, QStringLiteral(", mode: replace"));
}

CrashLane csvToOdbcMariadb(const MariaServer& server, std::int64_t rows, int port)
{
    CrashLane lane = csvToDuckdb(rows);
    lane.name = QStringLiteral("csv-odbc-mariadb");
    toMariadb(lane, server);
    lane.destination = [&server, port](const QString&) {
        return QStringLiteral("{%1, table: events}")
            .arg(connection("MariaDB Unicode", port == 0 ? server.port() : port, "target"));
    };
    qputenv("HEADRACE_TEST_PASSWORD", MariaServer::kPassword);
    return lane;
}

} // namespace headrace::test
