// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/mariadb_lanes.h"

#include <fmt/format.h>

namespace headrace::test {

namespace {

QString connection(const MariaServer& server, int port, const char* database)
{
    qputenv("HEADRACE_TEST_PASSWORD", MariaServer::kPassword);
    return QStringLiteral("type: mariadb, host: 127.0.0.1, port: %1, database: %2, user: tester, password: "
                          "\"${env:HEADRACE_TEST_PASSWORD}\"")
        .arg(port == 0 ? server.port() : port)
        .arg(QLatin1String(database));
}

/// Rows with ties on the cursor; the table "counted" has no key.
void makeTables(const MariaServer& server, std::int64_t rows)
{
    const std::string select =
        fmt::format("SELECT seq AS sequence, MD5(seq) AS payload, CASE seq % 5 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE "
                    "'a,\"b\"' END AS note, seq DIV 1000 AS tied FROM seq_0_to_{}",
                    rows - 1);
    server.run("CREATE TABLE IF NOT EXISTS input(sequence bigint PRIMARY KEY, payload text, note text, tied int NOT "
               "NULL) AS " +
               select + "; CREATE TABLE IF NOT EXISTS counted AS " + select);
}

CrashLane fromServer(const char* name, const MariaServer& server, std::int64_t rows, int port, const QString& options)
{
    CrashLane lane;
    lane.name = QLatin1String(name);
    lane.rows = rows;
    lane.makeInput = [&server, rows](const QString&) { makeTables(server, rows); };
    lane.source = [&server, port, options](const QString&) {
        return QStringLiteral("{%1, %2}").arg(connection(server, port, "test"), options);
    };
    toParquet(lane);
    return lane;
}

CrashLane toServer(const char* name, const MariaServer& server, std::int64_t rows, int port, const QString& options)
{
    CrashLane lane = csvToDuckdb(rows);
    lane.name = QLatin1String(name);
    toMariadb(lane, server, port, options);
    return lane;
}

} // namespace

void toMariadb(CrashLane& lane, const MariaServer& server, int port, const QString& options)
{
    lane.halfWritten = [](const QString&) { return QStringList{}; };
    lane.destination = [&server, port, options](const QString&) {
        return QStringLiteral("{%1, table: events%2}").arg(connection(server, port, "target"), options);
    };
    lane.forget = [&server] { server.run("DROP DATABASE IF EXISTS target; CREATE DATABASE target"); };
    lane.check = [&server, rows = lane.rows](const QString&) {
        const auto number = [&](const std::string& sql) { return std::stoll(server.value(sql)); };
        const std::string inside = fmt::format("sequence >= 0 AND sequence < {}", rows);
        return Verdict{rows - number("SELECT count(DISTINCT sequence) FROM target.events WHERE " + inside),
                       number("SELECT count(*) - count(DISTINCT sequence) FROM target.events"),
                       number("SELECT count(*) FROM target.events WHERE NOT (payload <=> MD5(sequence))"),
                       number("SELECT count(*) FROM target.events WHERE sequence IS NULL OR NOT (" + inside + ")")};
    };
}

CrashLane mariadbToParquet(const MariaServer& server, std::int64_t rows, int port)
{
    return fromServer("mariadb-parquet", server, rows, port,
                      QStringLiteral("table: input, cursor: tied, key: sequence, lag: 1ms"));
}

CrashLane mariadbCountedToParquet(const MariaServer& server, std::int64_t rows)
{
    return fromServer("mariadb-counted-parquet", server, rows, 0, QStringLiteral("table: counted"));
}

CrashLane csvToMariadb(const MariaServer& server, std::int64_t rows, int port)
{
    return toServer("csv-mariadb", server, rows, port, {});
}

CrashLane csvReplacesMariadb(const MariaServer& server, std::int64_t rows)
{
    return toServer("csv-replaces-mariadb", server, rows, 0, QStringLiteral(", mode: replace"));
}

} // namespace headrace::test
