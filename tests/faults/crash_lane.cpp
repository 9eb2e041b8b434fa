// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/crash_lane.h"

#include "tests/faults/duckdb_query.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>
#include <utility>

namespace headrace::test {

namespace {

const QString kResult = QStringLiteral("result");
const QString kState = QStringLiteral("state");

/// The rows of every lane: a sequence, what must stand beside it, and cells that are awkward to move.
std::string rowsSql(std::int64_t rows)
{
    return fmt::format("SELECT range AS sequence, md5(range::VARCHAR) AS payload, "
                       "CASE range % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a,\"b\"' "
                       "WHEN 3 THEN 'two' || chr(10) || 'lines' ELSE 'plain' END AS note FROM range({})",
                       rows);
}

Verdict verdictOf(DuckdbQuery& database, const std::string& relation, std::int64_t rows)
{
    const auto number = [&](const std::string& sql) {
        return database.number(fmt::format(fmt::runtime(sql), relation));
    };
    const std::int64_t known =
        number("SELECT count(DISTINCT sequence) FROM {} WHERE sequence >= 0 AND sequence < " + std::to_string(rows));
    return {rows - known, number("SELECT count(*) - count(DISTINCT sequence) FROM {}"),
            number("SELECT count(*) FROM {} WHERE payload IS DISTINCT FROM md5(sequence::VARCHAR)"),
            number("SELECT count(*) FROM {} WHERE sequence IS NULL OR sequence < 0 OR sequence >= " +
                   std::to_string(rows))};
}

QStringList filesBelow(const QString& folder, const QString& pattern)
{
    QStringList files;
    QDirIterator walk(folder, {pattern}, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (walk.hasNext())
        files << walk.next();
    return files;
}

std::string pathIn(const QString& folder, const QString& name)
{
    return QDir(folder).filePath(name).toStdString();
}

void makeCsv(const QString& folder, std::int64_t rows)
{
    DuckdbQuery database;
    database.run(fmt::format("COPY ({}) TO '{}' (HEADER, FORCE_QUOTE (note))", rowsSql(rows),
                             pathIn(folder, QStringLiteral("input.csv"))));
}

} // namespace

void makeSqlite(const QString& folder, std::int64_t rows)
{
    sqlite3* database = nullptr;
    char* message = nullptr;
    const std::string sql = fmt::format(
        "PRAGMA journal_mode=OFF; CREATE TABLE events(sequence INTEGER PRIMARY KEY, payload TEXT, note TEXT);"
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {}) "
        "INSERT INTO events SELECT i, '', CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'plain' END FROM n;",
        rows);
    if (sqlite3_open(pathIn(folder, QStringLiteral("input.sqlite")).c_str(), &database) != SQLITE_OK ||
        sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK)
        qFatal("test data: %s", message == nullptr ? "SQLite did not open" : message);

    // md5 comes from DuckDB, so that one oracle serves every lane.
    DuckdbQuery digests;
    sqlite3_stmt* update = nullptr;
    sqlite3_exec(database, "BEGIN", nullptr, nullptr, nullptr);
    sqlite3_prepare_v2(database, "UPDATE events SET payload = ? WHERE sequence = ?", -1, &update, nullptr);
    digests.forEachText(
        fmt::format("SELECT md5(range::VARCHAR) FROM range({})", rows), [&](std::int64_t row, std::string_view digest) {
            sqlite3_bind_text(update, 1, digest.data(), static_cast<int>(digest.size()), SQLITE_TRANSIENT);
            sqlite3_bind_int64(update, 2, row);
            if (sqlite3_step(update) != SQLITE_DONE)
                qFatal("test data: %s", sqlite3_errmsg(database));
            sqlite3_reset(update);
        });
    sqlite3_finalize(update);
    sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(database);
}

QString Verdict::describe() const
{
    return QStringLiteral("lost %1, duplicated %2, altered %3, unknown %4")
        .arg(lost)
        .arg(duplicated)
        .arg(altered)
        .arg(unknown);
}

void toDuckdb(CrashLane& lane)
{
    const auto file = [](const QString& folder) {
        return QDir(folder).filePath(kResult + QStringLiteral("/events.duckdb"));
    };
    lane.destination = [file](const QString& folder) {
        return QStringLiteral("{type: duckdb, path: %1, table: events}").arg(file(folder));
    };
    lane.check = [file, rows = lane.rows](const QString& folder) {
        DuckdbQuery database(file(folder).toStdString());
        return verdictOf(database, "events", rows);
    };
    lane.halfWritten = [](const QString&) { return QStringList{}; };
}

void toParquet(CrashLane& lane)
{
    const auto result = [](const QString& folder) { return QDir(folder).filePath(kResult); };
    lane.destination = [result](const QString& folder) {
        return QStringLiteral("{type: parquet, path: %1}").arg(result(folder));
    };
    lane.check = [result, rows = lane.rows](const QString& folder) {
        DuckdbQuery database;
        return verdictOf(database, fmt::format("read_parquet('{}/**/*.parquet')", result(folder).toStdString()), rows);
    };
    lane.halfWritten = [result](const QString& folder) {
        return filesBelow(result(folder), QStringLiteral("*.headrace-tmp"));
    };
}

CrashLane csvToDuckdb(std::int64_t rows)
{
    CrashLane lane;
    lane.name = QStringLiteral("csv-duckdb");
    lane.rows = rows;
    lane.makeInput = [rows](const QString& folder) { makeCsv(folder, rows); };
    lane.source = [](const QString& folder) { return QStringLiteral("{type: csv, path: %1/input.csv}").arg(folder); };
    toDuckdb(lane);
    return lane;
}

CrashLane sqliteToParquet(std::int64_t rows)
{
    CrashLane lane;
    lane.name = QStringLiteral("sqlite-parquet");
    lane.rows = rows;
    lane.makeInput = [rows](const QString& folder) { makeSqlite(folder, rows); };
    lane.source = [](const QString& folder) {
        return QStringLiteral("{type: sqlite, path: %1/input.sqlite, table: events}").arg(folder);
    };
    toParquet(lane);
    return lane;
}

CrashJob::CrashJob(CrashLane lane, QString folder)
    : m_lane(std::move(lane))
    , m_folder(std::move(folder))
{
    QDir().mkpath(m_folder);
    m_lane.makeInput(m_folder);
    QFile pipeline(QDir(m_folder).filePath(QStringLiteral("job.headrace.yaml")));
    if (!pipeline.open(QIODevice::WriteOnly))
        qFatal("test data: %s", qPrintable(pipeline.errorString()));
    pipeline.write(QStringLiteral("headrace: 1\nname: %1\nsource: %2\nbatch: {rows: %3}\ndestination: %4\n"
                                  "delivery: exactly_once\n%5")
                       .arg(m_lane.name, m_lane.source(m_folder))
                       .arg(m_lane.rows / m_lane.batches)
                       .arg(m_lane.destination(m_folder), m_lane.more)
                       .toUtf8());
}

void CrashJob::reset() const
{
    QDir(QDir(m_folder).filePath(kResult)).removeRecursively();
    QDir(QDir(m_folder).filePath(kState)).removeRecursively();
    if (m_lane.forget)
        m_lane.forget();
    if (m_lane.prepare)
        m_lane.prepare(m_folder);
}

CrashJob::Outcome CrashJob::run(std::optional<std::chrono::milliseconds> killAfter,
                                const std::map<QString, QString>& environment) const
{
    QProcess program;
    QProcessEnvironment whole = QProcessEnvironment::systemEnvironment();
    for (const auto& [variable, value] : environment)
        whole.insert(variable, value);
    program.setProcessEnvironment(whole);
    QElapsedTimer clock;
    clock.start();
    program.start(QStringLiteral(HEADRACE_PROGRAM),
                  {QStringLiteral("run"), QDir(m_folder).filePath(QStringLiteral("job.headrace.yaml")),
                   QStringLiteral("--progress"), QStringLiteral("none"), QStringLiteral("--state-dir"),
                   QDir(m_folder).filePath(kState)});
    if (killAfter && !program.waitForFinished(static_cast<int>(killAfter->count())))
        program.kill();
    if (program.state() != QProcess::NotRunning && !program.waitForFinished(120'000))
        qFatal("the program did not end within two minutes");
    return {program.exitStatus() == QProcess::CrashExit, program.exitCode(), std::chrono::milliseconds{clock.elapsed()},
            QString::fromUtf8(program.readAllStandardError())};
}

} // namespace headrace::test
