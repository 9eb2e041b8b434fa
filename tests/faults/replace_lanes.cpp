// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/replace_lanes.h"

#include "tests/faults/duckdb_query.h"
#include "tests/faults/mariadb_lanes.h"
#include "tests/faults/odbc_lanes.h"
#include "tests/faults/postgres_lanes.h"
#include "tests/support/sqlite_lines.h"

#include <QDir>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace headrace::test {

namespace {

using Lines = std::vector<std::string>;

constexpr int kOldRows = 500; ///< with sequences below 0

/// What a database must be told and asked.
struct Words {
    std::function<Lines(const QString& folder, const std::string& sql)> run; ///< the last statement's rows
    std::string create;                                                      ///< the table with its old rows
    std::string attach;                                                      ///< what it keeps
    std::string attached;                                                    ///< lists that, in one column
    std::string altered;    ///< the condition of a new row that is wrong
    std::string leftBehind; ///< lists tables that a run has no more use for
};

QString text(const Lines& lines)
{
    return QString::fromStdString(fmt::format("{}", fmt::join(lines, "\n")));
}

QString wrongRows(const Words& words, const QString& folder, std::int64_t batch)
{
    const auto number = [&](const std::string& what) {
        return std::stoll(words.run(folder, "SELECT count(" + what).front());
    };
    const auto old = number("*) FROM events WHERE sequence < 0");
    const auto fresh = number("*) FROM events WHERE sequence >= 0");
    if (old == kOldRows && fresh == 0)
        return {};
    const auto distinct = number("DISTINCT sequence) FROM events WHERE sequence >= 0");
    const auto altered = number("*) FROM events WHERE sequence >= 0 AND " + words.altered);
    if (old == 0 && fresh > 0 && fresh % batch == 0 && fresh == distinct && altered == 0)
        return {};
    return QString("%1 old rows, %2 new ones, %3 distinct, %4 altered").arg(old).arg(fresh).arg(distinct).arg(altered);
}

void replace(CrashLane& lane, const Words& words, bool kept)
{
    lane.name += kept ? "-kept" : "-plain";
    const auto attached = std::make_shared<QString>();
    lane.prepare = [words, kept, attached](const QString& folder) {
        words.run(folder, words.create + (kept ? words.attach : ""));
        *attached = text(words.run(folder, words.attached));
    };
    lane.wrongNow = [words, attached, batch = lane.rows / lane.batches](const QString& folder) {
        if (const QString rows = wrongRows(words, folder, batch); !rows.isEmpty())
            return rows;
        const QString now = text(words.run(folder, words.attached));
        return now == *attached ? QString() : QString("attached was:\n%1\nand is:\n%2").arg(*attached, now);
    };
    lane.halfWritten = [words](const QString& folder) {
        QStringList left;
        for (const std::string& table : words.run(folder, words.leftBehind))
            left << QString::fromStdString(table);
        return left;
    };
    lane.destination = [given = lane.destination](const QString& folder) {
        return given(folder).chopped(1) + ", mode: replace}";
    };
}

Words postgresWords(const PostgresServer& server)
{
    Words words;
    words.run = [&server](const QString&, const std::string& sql) {
        return server.run("SET search_path = target; " + sql);
    };
    words.create =
        fmt::format("CREATE SCHEMA IF NOT EXISTS target; CREATE TABLE events(sequence bigint, payload text, note text);"
                    "INSERT INTO events SELECT -i, 'old', 'row' FROM generate_series(1, {}) i;",
                    kOldRows);
    words.attach =
        "ALTER TABLE events ADD PRIMARY KEY (sequence), ADD made timestamptz NOT NULL DEFAULT now(), ADD CHECK "
        "(payload "
        "<> ''); CREATE INDEX by_payload ON events(payload); COMMENT ON TABLE events IS 'Ours'; CREATE VIEW notes AS "
        "SELECT sequence, note FROM events; GRANT SELECT ON events TO PUBLIC; CREATE FUNCTION noted() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE TRIGGER noted AFTER INSERT ON events FOR EACH "
        "STATEMENT EXECUTE FUNCTION noted()";
    words.attached =
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'target' AND tablename = 'events' UNION ALL SELECT conname "
        "|| pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'events'::regclass UNION ALL SELECT tgname "
        "FROM pg_trigger WHERE tgrelid = 'events'::regclass UNION ALL SELECT relacl::text FROM pg_class WHERE oid = "
        "'events'::regclass UNION ALL SELECT obj_description('events'::regclass) UNION ALL SELECT column_name || "
        "coalesce(column_default, '') || is_nullable FROM information_schema.columns WHERE table_schema = 'target' AND "
        "table_name = 'events' UNION ALL SELECT definition FROM pg_views WHERE schemaname = 'target' ORDER BY 1";
    words.altered = "payload IS DISTINCT FROM md5(sequence::text)";
    words.leftBehind = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'target'::regnamespace AND "
                       "relname NOT IN ('events', 'headrace_commits', 'headrace_odbc_commits')";
    return words;
}

Words mariadbWords(const MariaServer& server)
{
    Words words;
    words.run = [&server](const QString&, const std::string& sql) { return server.run("USE target; " + sql); };
    words.create = fmt::format("CREATE TABLE events(sequence bigint, payload varchar(64), note longtext); INSERT INTO "
                               "events SELECT -seq, 'old', 'row' FROM seq_1_to_{};",
                               kOldRows);
    words.attach =
        "ALTER TABLE events ADD PRIMARY KEY (sequence), ADD made timestamp NOT NULL DEFAULT now(), ADD CHECK "
        "(payload <> ''), ADD KEY by_payload (payload), COMMENT 'Ours'; CREATE VIEW notes AS SELECT "
        "sequence, note FROM events; CREATE TRIGGER noted AFTER INSERT ON events FOR EACH ROW SET @noted = "
        "1; CREATE USER IF NOT EXISTS watcher@'%'; GRANT SELECT ON events TO watcher@'%'";
    words.attached =
        "SELECT CONCAT_WS('|', table_comment, table_collation) FROM information_schema.tables WHERE table_schema = "
        "'target' AND table_name = 'events' UNION ALL SELECT CONCAT_WS('|', index_name, column_name) FROM "
        "information_schema.statistics WHERE table_schema = 'target' AND table_name = 'events' UNION ALL SELECT "
        "trigger_name FROM information_schema.triggers WHERE trigger_schema = 'target' UNION ALL SELECT CONCAT_WS('|', "
        "column_name, column_type, column_default, is_nullable) FROM information_schema.columns WHERE table_schema = "
        "'target' AND table_name = 'events' UNION ALL SELECT check_clause FROM information_schema.check_constraints "
        "WHERE constraint_schema = 'target' AND table_name = 'events' UNION ALL SELECT view_definition FROM "
        "information_schema.views WHERE table_schema = 'target' UNION ALL SELECT table_priv FROM mysql.tables_priv "
        "WHERE db = 'target'";
    words.altered = "NOT (payload <=> MD5(sequence))";
    words.leftBehind = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'target' AND table_name "
                       "NOT IN ('events', 'notes', 'headrace_commits', 'headrace_odbc_commits')";
    return words;
}

/// For SQLite and DuckDB.
constexpr const char* kAttachToFile =
    "CREATE INDEX by_payload ON events(payload); CREATE VIEW notes AS SELECT sequence, note FROM events;";

std::string createInFile(bool kept, const std::string& oldRows)
{
    return (kept ? "CREATE TABLE events(sequence BIGINT PRIMARY KEY, payload TEXT CHECK (payload <> ''), note TEXT, "
                   "made TEXT DEFAULT 'then');"
                 : "CREATE TABLE events(sequence BIGINT, payload TEXT, note TEXT);") +
           oldRows;
}

QString fileIn(const QString& folder, const char* name)
{
    QDir().mkpath(folder + "/result");
    return folder + "/result/" + QLatin1String(name);
}

CrashLane fromCsv(const char* name, std::int64_t rows)
{
    CrashLane lane = csvToDuckdb(rows);
    lane.name = QLatin1String(name);
    return lane;
}

} // namespace

CrashLane replacesPostgres(const PostgresServer& server, std::int64_t rows, bool kept)
{
    CrashLane lane = fromCsv("replaces-postgres", rows);
    toPostgres(lane, server);
    replace(lane, postgresWords(server), kept);
    return lane;
}

CrashLane replacesMariadb(const MariaServer& server, std::int64_t rows, bool kept)
{
    CrashLane lane = fromCsv("replaces-mariadb", rows);
    toMariadb(lane, server);
    replace(lane, mariadbWords(server), kept);
    return lane;
}

CrashLane replacesOdbcPostgres(const PostgresServer& server, std::int64_t rows, bool kept)
{
    CrashLane lane = csvToOdbcPostgres(server, rows);
    lane.name = "replaces-odbc-postgres";
    replace(lane, postgresWords(server), kept);
    return lane;
}

CrashLane replacesOdbcMariadb(const MariaServer& server, std::int64_t rows, bool kept)
{
    CrashLane lane = csvToOdbcMariadb(server, rows);
    lane.name = "replaces-odbc-mariadb";
    replace(lane, mariadbWords(server), kept);
    return lane;
}

CrashLane replacesSqlite(std::int64_t rows, bool kept)
{
    CrashLane lane = fromCsv("replaces-sqlite", rows);
    const auto file = [](const QString& folder) { return fileIn(folder, "events.sqlite"); };
    lane.destination = [file](const QString& folder) {
        return QStringLiteral("{type: sqlite, path: %1, table: events}").arg(file(folder));
    };
    Words words;
    words.run = [file](const QString& folder, const std::string& sql) {
        return sqliteLines(file(folder).toStdString(), sql);
    };
    words.create =
        createInFile(kept, fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                                       "i < {}) INSERT INTO events(sequence, payload, note) SELECT -i, "
                                       "'old', 'row' FROM n;",
                                       kOldRows));
    words.attach = std::string(kAttachToFile) + "CREATE TRIGGER noted AFTER INSERT ON events BEGIN SELECT 1; END;";
    words.attached = "SELECT type || name || sql FROM sqlite_schema WHERE tbl_name IN ('events', 'notes') AND sql IS "
                     "NOT NULL AND (type <> 'table' OR sql LIKE '%then%') ORDER BY 1";
    words.altered = "payload IS NOT md5(sequence)";
    words.leftBehind =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('events', 'headrace_commits')";
    lane.check = [run = words.run, rows](const QString& folder) {
        const auto number = [&](const std::string& sql) { return std::stoll(run(folder, sql).front()); };
        const std::string inside = fmt::format("sequence >= 0 AND sequence < {}", rows);
        return Verdict{rows - number("SELECT count(DISTINCT sequence) FROM events WHERE " + inside),
                       number("SELECT count(*) - count(DISTINCT sequence) FROM events"),
                       number("SELECT count(*) FROM events WHERE payload IS NOT md5(sequence)"),
                       number("SELECT count(*) FROM events WHERE sequence IS NULL OR NOT (" + inside + ")")};
    };
    replace(lane, words, kept);
    return lane;
}

CrashLane replacesDuckdb(std::int64_t rows, bool kept)
{
    CrashLane lane = fromCsv("replaces-duckdb", rows);
    Words words;
    words.run = [](const QString& folder, const std::string& sql) {
        DuckdbQuery database(fileIn(folder, "events.duckdb").toStdString());
        Lines lines;
        if (!sql.starts_with("SELECT"))
            database.run(sql);
        else
            database.forEachText(fmt::format("SELECT COLUMNS(*)::VARCHAR FROM ({})", sql),
                                 [&lines](std::int64_t, std::string_view line) { lines.emplace_back(line); });
        return lines;
    };
    words.create = createInFile(
        kept, fmt::format("INSERT INTO events(sequence, payload, note) SELECT -range, 'old', 'row' FROM range(1, {});",
                          kOldRows + 1));
    words.attach = std::string(kAttachToFile) + "COMMENT ON TABLE events IS 'Ours';";
    words.attached =
        "SELECT coalesce(sql, '') FROM duckdb_indexes() UNION ALL SELECT constraint_text FROM duckdb_constraints() "
        "WHERE table_name = 'events' UNION ALL SELECT coalesce(comment, '') FROM duckdb_tables() WHERE table_name = "
        "'events' UNION ALL SELECT coalesce(column_default, '') FROM duckdb_columns() WHERE table_name = 'events' "
        "UNION ALL SELECT sql FROM duckdb_views() WHERE NOT internal ORDER BY 1";
    words.altered = "payload IS DISTINCT FROM md5(sequence::VARCHAR)";
    words.leftBehind = "SELECT table_name FROM duckdb_tables() WHERE table_name NOT IN ('events', 'headrace_commits')";
    replace(lane, words, kept);
    return lane;
}

} // namespace headrace::test
