// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/postgres_lanes.h"

#include <QDir>

#include <fmt/format.h>

namespace headrace::test {

namespace {

QString connection(const PostgresServer& server, int port)
{
    return QStringLiteral("type: postgres, host: 127.0.0.1, port: %1, database: test, user: tester, password: "
                          "\"${env:HEADRACE_TEST_PASSWORD}\"")
        .arg(port == 0 ? server.port() : port);
}

/// Rows with ties on the cursor, in a table that has more than one page.
void makeTable(const PostgresServer& server, std::int64_t rows)
{
    server.run(fmt::format(
        "CREATE TABLE IF NOT EXISTS input AS SELECT i AS sequence, md5(i::text) AS payload, CASE i % 5 WHEN "
        "0 THEN NULL WHEN 1 THEN '' ELSE 'a,\"b\"' END AS note, i / 1000 AS tied FROM "
        "generate_series(0::bigint, {} - 1) i",
        rows));
}

CrashLane between(const char* name, std::int64_t rows)
{
    CrashLane lane;
    lane.name = QLatin1String(name);
    lane.rows = rows;
    return lane;
}

void fromServer(CrashLane& lane, const PostgresServer& server, const QString& more, int port = 0)
{
    qputenv("HEADRACE_TEST_PASSWORD", PostgresServer::kPassword);
    lane.makeInput = [&server, rows = lane.rows](const QString&) { makeTable(server, rows); };
    lane.source = [&server, more, port](const QString&) {
        return QStringLiteral("{%1, table: input, %2}").arg(connection(server, port), more);
    };
}

} // namespace

void toPostgres(CrashLane& lane, const PostgresServer& server, int port)
{
    qputenv("HEADRACE_TEST_PASSWORD", PostgresServer::kPassword);
    lane.halfWritten = [&server](const QString&) {
        QStringList left;
        for (const auto& name : server.run(
                 "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                 "'target'::regnamespace AND relname NOT IN ('events', 'headrace_commits', 'headrace_odbc_commits')"))
            left << QString::fromStdString(name);
        return left;
    };
    lane.destination = [&server, port](const QString&) {
        return QStringLiteral("{%1, table: target.events}").arg(connection(server, port));
    };
    lane.forget = [&server] { server.run("DROP SCHEMA IF EXISTS target CASCADE"); };
    lane.check = [&server, rows = lane.rows](const QString&) {
        const auto number = [&](const std::string& sql) { return std::stoll(server.value(sql)); };
        const std::string inside = fmt::format("sequence >= 0 AND sequence < {}", rows);
        return Verdict{rows - number("SELECT count(DISTINCT sequence) FROM target.events WHERE " + inside),
                       number("SELECT count(*) - count(DISTINCT sequence) FROM target.events"),
                       number("SELECT count(*) FROM target.events WHERE payload IS DISTINCT FROM md5(sequence::text)"),
                       number("SELECT count(*) FROM target.events WHERE sequence IS NULL OR NOT (" + inside + ")")};
    };
}

CrashLane postgresToDuckdb(const PostgresServer& server, std::int64_t rows, int port)
{
    CrashLane lane = between("postgres-duckdb", rows);
    fromServer(lane, server, QStringLiteral("cursor: tied, key: sequence"), port);
    toDuckdb(lane);
    return lane;
}

CrashLane postgresRangesToDuckdb(const PostgresServer& server, std::int64_t rows)
{
    CrashLane lane = between("postgres-ranges-duckdb", rows);
    fromServer(lane, server, QStringLiteral("connections: 2, range_pages: 100"));
    toDuckdb(lane);
    return lane;
}

CrashLane sqliteToPostgres(const PostgresServer& server, std::int64_t rows, int port)
{
    CrashLane lane = between("sqlite-postgres", rows);
    lane.makeInput = [rows](const QString& folder) { makeSqlite(folder, rows); };
    lane.source = [](const QString& folder) {
        return QStringLiteral("{type: sqlite, path: %1/input.sqlite, table: events}").arg(folder);
    };
    toPostgres(lane, server, port);
    return lane;
}

CrashLane largeBatchToPostgres(const PostgresServer& server, std::int64_t rows)
{
    CrashLane lane = sqliteToPostgres(server, rows);
    lane.name = QStringLiteral("sqlite-postgres-large");
    lane.batches = 1;
    return lane;
}

CrashLane postgresToPostgres(const PostgresServer& server, std::int64_t rows)
{
    CrashLane lane = between("postgres-postgres", rows);
    fromServer(lane, server, QStringLiteral("cursor: sequence, key: sequence"));
    toPostgres(lane, server);
    return lane;
}

} // namespace headrace::test
