// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a database of many tables is browsed in the window: the tree beside the source's options, offscreen.
// Usage: bench_browse [TABLES [SCHEMAS [ENGINE…]]], 10,000 and 20 without; engines: postgres, mariadb, sqlite, duckdb,
// odbc-postgres, odbc-mariadb, odbc-sqlite. Starts servers of its own, fills them, and prints one line of JSON for
// each:
//   list_ms     from choosing the source until the tree can be used, with connecting; stall_ms: the longest meanwhile
//   schema_ms   unfolding a schema, with its painting
//   columns_ms  unfolding a table, until its columns stand there
//   filter_ms   the longest stall while the name of a table is typed into the filter and taken out again
//   stop_ms     from a stop, a third of list_ms after the start, until the work on it has ended
//   memory_mb   the largest resident set meanwhile over the one before
#include "connectors/builtins.h"
#include "connectors/duckdb/duck_database.h"
#include "tests/bench/heartbeat.h"
#include "tests/support/odbc_databases.h"
#include "widgets/pages/readable_browser.h"

#include <QApplication>
#include <QFile>
#include <QLineEdit>
#include <QTest>
#include <QTreeView>

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>

using namespace headrace;

namespace {

struct Size {
    int tables = 10'000;
    int schemas = 20;

    [[nodiscard]] static std::string schema(int number) { return fmt::format("schema_{:02}", number); }
    [[nodiscard]] static std::string table(int number) { return fmt::format("some_table_of_{:05}", number); }
};

constexpr const char* kColumns = "(id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, amount DECIMAL(10,2), made "
                                 "TIMESTAMP NULL, note VARCHAR(200))";

/// CREATE statements of a schema's share of the tables.
std::string tablesOf(const Size& size, int schema, const std::string& prefix)
{
    std::string sql;
    for (int table = schema; table < size.tables; table += size.schemas)
        sql += fmt::format("CREATE TABLE {}{} {};", prefix, Size::table(table), kColumns);
    return sql;
}

void fillDuckDb(const std::string& path, const Size& size)
{
    const auto database = DuckDatabase::open(path);
    auto connection = database->connect();
    for (int schema = 0; schema < size.schemas; ++schema) {
        const std::string name = Size::schema(schema);
        const Status made = connection->execute(
            fmt::format("BEGIN; CREATE SCHEMA {}; {} COMMIT", name, tablesOf(size, schema, name + '.')));
        if (!made)
            qFatal("%s", made.error().message.c_str());
    }
}

void fill(test::OdbcDatabases& databases, const std::string& engine, const Size& size)
{
    const std::string name = engine.ends_with("postgres") ? "pg" : engine.ends_with("mariadb") ? "maria" : "lite";
    for (int schema = 0; schema < size.schemas; ++schema) {
        const std::string folder = Size::schema(schema);
        if (name == "lite")
            databases.run(name, "BEGIN;" + tablesOf(size, schema, "") + "COMMIT");
        else
            databases.run(name, fmt::format("CREATE SCHEMA {}; {}", folder, tablesOf(size, schema, folder + '.')));
    }
    if (name == "pg")
        databases.run(name, "ANALYZE");
}

/// Kibibytes of a line of /proc/self/status.
double memory(const char* line)
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& text : file.readAll().split('\n'))
        if (text.startsWith(line))
            return text.mid(static_cast<qsizetype>(std::strlen(line)) + 1).trimmed().split(' ').front().toDouble();
    return 0;
}

void forgetPeak()
{
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    if (file.open(QIODevice::WriteOnly))
        file.write("5");
}

/// Runs the event loop until `isDone`; milliseconds.
template <typename Condition>
double until(const Condition& isDone)
{
    QElapsedTimer clock;
    clock.start();
    while (!isDone() && clock.elapsed() < 300'000)
        QApplication::processEvents(QEventLoop::AllEvents, 1);
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

/// The longest of them while `doing`.
template <typename Doing>
double longestStall(bench::Heartbeat& heart, const Doing& doing)
{
    heart.start();
    doing();
    heart.stop();
    return heart.stalls().back();
}

/// How long a listing goes on after it was stopped, in milliseconds.
double stopTime(const SourceType& type, const Options& options, double after)
{
    std::stop_source stop;
    QElapsedTimer clock;
    std::thread work([&] { static_cast<void>(type.describe(options, stop.get_token())); });
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(after));
    stop.request_stop();
    clock.start();
    work.join();
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

QModelIndex firstTable(const ReadableTree& tree)
{
    QModelIndex index = tree.index(0, 0);
    while (index.isValid() && !tree.itemAt(index))
        index = tree.index(0, 0, index);
    return index;
}

void measure(const Registry& registry, const std::string& engine, const ConnectorSpec& source, const Size& size)
{
    forgetPeak();
    const double before = memory("VmRSS:");
    ReadableBrowser browser(registry);
    browser.resize(420, 800);
    browser.show();
    QApplication::processEvents();
    bench::Heartbeat heart;
    bool isThere = false;
    QObject::connect(&browser, &ReadableBrowser::looked, [&isThere] { isThere = true; });
    double list = 0;
    const double stall = longestStall(heart, [&] {
        browser.setSource(source);
        list = until([&isThere] { return isThere; });
        QApplication::processEvents();
    });
    if (browser.tree().shownItems() < size.tables)
        qFatal("%s: %d tables: %s", engine.c_str(), browser.tree().shownItems(), qPrintable(browser.note()));

    QTreeView& view = browser.view();
    const ReadableTree& tree = browser.tree();
    QElapsedTimer clock;
    clock.start();
    for (QModelIndex index = tree.index(0, 0); !tree.itemAt(index); index = tree.index(0, 0, index))
        view.expand(index);
    view.viewport()->repaint();
    const double schema = static_cast<double>(clock.nsecsElapsed()) / 1e6;

    const QPersistentModelIndex table = firstTable(tree);
    view.expand(table);
    const double columns = until([&] { return tree.rowCount(table) == 5; });

    const double filter = longestStall(heart, [&] {
        const QString name = QString::fromStdString(Size::table(size.tables - 1));
        QTest::keyClicks(&browser.filter(), name, Qt::NoModifier, 30);
        until([&] { return tree.shownItems() == 1; });
        browser.filter().clear();
        until([&] { return tree.shownItems() >= size.tables; });
        QApplication::processEvents();
    });
    const double peak = memory("VmHWM:");
    const auto type = registry.source(source.type);
    std::printf("{\"engine\":\"%s\",\"tables\":%d,\"list_ms\":%.0f,\"stall_ms\":%.1f,\"schema_ms\":%.1f,"
                "\"columns_ms\":%.0f,\"filter_ms\":%.1f,\"stop_ms\":%.0f,\"memory_mb\":%.0f}\n",
                engine.c_str(), size.tables, list, stall, schema, columns, filter,
                stopTime(**type, source.options, list / 3), (peak - before) / 1024);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    Size size;
    if (argc > 1)
        size.tables = std::max(1, std::atoi(argv[1]));
    if (argc > 2)
        size.schemas = std::max(1, std::atoi(argv[2]));
    std::vector<std::string> engines(argv + std::min(argc, 3), argv + argc);
    if (engines.empty())
        engines = {"postgres", "mariadb", "sqlite", "duckdb", "odbc-postgres", "odbc-mariadb", "odbc-sqlite"};
    const Registry registry = builtinConnectors();
    test::OdbcDatabases databases;
    const std::string duck = databases.folder() + "/many.duckdb";
    std::map<std::string, bool> isFilled;
    for (const std::string& engine : engines) {
        const std::string kind = engine.substr(engine.find('-') + 1);
        if (!std::exchange(isFilled[kind], true))
            kind == "duckdb" ? fillDuckDb(duck, size) : fill(databases, kind, size);
        const ConnectorSpec source = engine == "postgres"  ? ConnectorSpec{"postgres", databases.postgres().options()}
                                     : engine == "mariadb" ? ConnectorSpec{"mariadb", databases.maria().options()}
                                     : engine == "sqlite"  ? ConnectorSpec{"sqlite", {{"path", databases.sqliteFile()}}}
                                     : engine == "duckdb"
                                         ? ConnectorSpec{"duckdb", {{"path", duck}}}
                                         : ConnectorSpec{"odbc", databases.options(kind == "postgres"  ? "pg"
                                                                                   : kind == "mariadb" ? "maria"
                                                                                                       : "lite")};
        measure(registry, engine, source, size);
    }
    return 0;
}
