// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sinks/sinks.h"
#include "tests/connectors/sinks/read_back.h"
#include "tests/support/sink_writing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace headrace;
using test::Lines;

namespace {

const RunIdentity kRun{"orders", "aa", "run-1"};
const RunIdentity kOther{"orders", "bb", "run-2"};

/// Another process that holds a lock on all of a file until it is told to end.
class LockingProcess {
public:
    explicit LockingProcess(const std::string& path)
    {
        int ready[2];
        if (::pipe(ready) != 0)
            std::abort();
        m_child = ::fork();
        if (m_child == 0) {
            const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
            struct flock lock {};
            lock.l_type = F_WRLCK;
            lock.l_whence = SEEK_SET;
            const char outcome = ::fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
            if (::write(ready[1], &outcome, 1) == 1)
                ::pause();
            ::_exit(0);
        }
        char outcome = 'n';
        m_locked = ::read(ready[0], &outcome, 1) == 1 && outcome == 'y';
        ::close(ready[0]);
        ::close(ready[1]);
    }
    ~LockingProcess()
    {
        ::kill(m_child, SIGKILL);
        ::waitpid(m_child, nullptr, 0);
    }
    LockingProcess(const LockingProcess&) = delete;
    LockingProcess& operator=(const LockingProcess&) = delete;

    [[nodiscard]] bool locked() const { return m_locked; }

private:
    pid_t m_child = -1;
    bool m_locked = false;
};

} // namespace

/// What the table destinations share; each test runs for both.
class TestTableSinks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_temporary = std::make_unique<QTemporaryDir>(); }

    void laterRowsOfAKeyWin_data() { databases(); }
    void laterRowsOfAKeyWin();
    void replaceExchangesOnceAndThenAppends_data() { databases(); }
    void replaceExchangesOnceAndThenAppends();
    void aPullOfEverythingReplacesAgain_data() { databases(); }
    void aPullOfEverythingReplacesAgain();
    void missingColumnsAreAdded_data() { databases(); }
    void missingColumnsAreAdded();
    void unfitColumnsAreRefused_data();
    void unfitColumnsAreRefused();
    void widerColumnsAreFilled_data() { databases(); }
    void widerColumnsAreFilled();
    void tableNamesAreQuoted_data() { databases(); }
    void tableNamesAreQuoted();
    void keysAreChecked_data() { databases(); }
    void keysAreChecked();
    void lockedDatabaseIsNamed_data() { databases(); }
    void lockedDatabaseIsNamed();
    void writeErrorsLeaveTheCommittedRows_data() { databases(); }
    void writeErrorsLeaveTheCommittedRows();
    void nothingElseIsLeftInTheDatabase_data() { databases(); }
    void nothingElseIsLeftInTheDatabase();
    void unorderedDuckdbKeepsEveryRow();

private:
    static void databases()
    {
        QTest::addColumn<bool>("duck");
        QTest::newRow("duckdb") << true;
        QTest::newRow("sqlite") << false;
    }

    static SinkType type(bool duck) { return duck ? duckdbSink() : sqliteSink(); }
    std::string path() const { return m_temporary->path().toStdString() + "/data.db"; }

    std::unique_ptr<Sink> sink(bool duck, Options options = {}) const
    {
        options.set("path", path());
        return *type(duck).create(*options.check(type(duck).options, "sink"));
    }

    Lines seen(bool duck, const std::vector<std::string>& columns, const std::string& table = "orders") const
    {
        return duck ? test::readDuckdb(path(), table, columns) : test::readSqlite(path(), table, columns);
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
};

void TestTableSinks::laterRowsOfAKeyWin()
{
    QFETCH(bool, duck);
    const auto upsert = sink(duck, {{"mode", "upsert"}, {"key", "id"}});
    QVERIFY_RESULT(test::writeAll(*upsert, kRun, 1, test::namedRows({{"1", "a"}, {"2", "b"}, {"1", "c"}})));
    QVERIFY_RESULT(test::writeAll(*upsert, kRun, 2, test::namedRows({{"2", "d"}, {"3", "∅"}})));
    Lines lines = seen(duck, {"id", "name"});
    std::ranges::sort(lines);
    QVERIFY(lines == Lines({"1|c", "2|d", "3|∅"}));
}

void TestTableSinks::replaceExchangesOnceAndThenAppends()
{
    QFETCH(bool, duck);
    QVERIFY_RESULT(test::writeAll(*sink(duck), kRun, 1, test::namedRows({{"1", "old"}})));
    const auto wider = test::rowsOf(test::schemaOf("id:int64, price:double"), {{"2", "0.5"}});
    const auto replacing = sink(duck, {{"mode", "replace"}});
    QVERIFY_RESULT(replacing->open(wider->schema(), kOther, {}));
    QVERIFY_RESULT(replacing->append(wider, {}));
    QVERIFY(seen(duck, {"id", "name"}) == Lines({"1|old"}));
    replacing->rollback();
    QVERIFY_RESULT(test::writeOne(*replacing, 1, wider));
    QVERIFY_RESULT(test::writeOne(*replacing, 2, wider));
    replacing->close();
    QVERIFY(seen(duck, {"id", "price"}) == Lines({"2|0.5", "2|0.5"}));

    const auto resumed = replacing->open(wider->schema(), kOther, {});
    QVERIFY_RESULT(resumed);
    QVERIFY(*resumed == CommittedPosition({{"p2"}, 2}));
    QVERIFY_RESULT(test::writeOne(*replacing, 3, wider));
    QCOMPARE(seen(duck, {"id"}).size(), 3U);
}

void TestTableSinks::aPullOfEverythingReplacesAgain()
{
    QFETCH(bool, duck);
    const auto replacing = sink(duck, {{"mode", "replace"}});
    QVERIFY_RESULT(test::writeAll(*replacing, kRun, 1, test::namedRows({{"1", "a"}, {"2", "b"}})));
    RunIdentity next = kRun;
    next.earlierBatches = 1;
    QVERIFY_RESULT(test::writeAll(*replacing, next, 2, test::namedRows({{"3", "c"}})));
    QVERIFY_RESULT(test::writeAll(*replacing, next, 3, test::namedRows({{"4", "d"}})));
    QVERIFY(seen(duck, {"id", "name"}) == Lines({"3|c", "4|d"}));
}

void TestTableSinks::missingColumnsAreAdded()
{
    QFETCH(bool, duck);
    QVERIFY_RESULT(test::writeAll(*sink(duck), kRun, 1, test::namedRows({{"1", "a"}})));
    QVERIFY_RESULT(
        test::writeAll(*sink(duck), kRun, 2, test::rowsOf(test::schemaOf("price:double, ID:int64"), {{"0.5", "2"}})));
    QVERIFY(seen(duck, {"id", "name", "price"}) == Lines({"1|a|∅", "2|∅|0.5"}));
}

void TestTableSinks::unfitColumnsAreRefused_data()
{
    QTest::addColumn<bool>("duck");
    QTest::addColumn<QString>("existing");
    QTest::addColumn<QString>("incoming");
    QTest::addColumn<QString>("message");
    QTest::newRow("duckdb text") << true << "int64"
                                 << "string"
                                 << "'value' of the table 'orders' is BIGINT, which cannot hold the incoming VARCHAR";
    QTest::newRow("duckdb narrower") << true << "int32"
                                     << "int64"
                                     << "is INTEGER, which cannot hold the incoming BIGINT";
    QTest::newRow("duckdb float") << true << "double"
                                  << "int64"
                                  << "is DOUBLE, which cannot hold the incoming BIGINT";
    QTest::newRow("duckdb scale") << true << "decimal(6;2)"
                                  << "decimal(8;4)"
                                  << "is DECIMAL(6,2)";
    QTest::newRow("sqlite text") << false << "int64"
                                 << "string"
                                 << "'value' of the table 'orders' is INTEGER, which would change incoming TEXT";
    QTest::newRow("sqlite float") << false << "double"
                                  << "int64"
                                  << "is REAL, which would change incoming INTEGER";
    QTest::newRow("sqlite number") << false << "string"
                                   << "int64"
                                   << "is TEXT, which would change incoming INTEGER";
}

void TestTableSinks::unfitColumnsAreRefused()
{
    QFETCH(bool, duck);
    QFETCH(QString, existing);
    QFETCH(QString, incoming);
    QFETCH(QString, message);
    const auto schema = [](const QString& kind) { return test::schemaOf("value:" + kind.toStdString()); };
    QVERIFY_RESULT(test::writeAll(*sink(duck), kRun, 1, test::rowsOf(schema(existing), {{"∅"}})));
    const auto opened = sink(duck)->open(schema(incoming), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Data);
    QVERIFY2(QString::fromStdString(opened.error().message).contains(message), opened.error().message.c_str());
}

void TestTableSinks::widerColumnsAreFilled()
{
    QFETCH(bool, duck);
    QVERIFY_RESULT(test::writeAll(*sink(duck), kRun, 1, test::rowsOf(test::schemaOf("value:int64"), {{"1"}})));
    QVERIFY_RESULT(test::writeAll(*sink(duck), kRun, 2, test::rowsOf(test::schemaOf("value:int32"), {{"2"}})));
    QVERIFY(seen(duck, {"value"}) == Lines({"1", "2"}));
}

void TestTableSinks::tableNamesAreQuoted()
{
    QFETCH(bool, duck);
    const std::string table = "we\"ird table; DROP";
    QVERIFY_RESULT(test::writeAll(*sink(duck, {{"table", table}}), kRun, 1, test::namedRows({{"1", "a"}})));
    QVERIFY_RESULT(test::writeAll(*sink(duck, {{"table", table}}), kRun, 2, test::namedRows({{"2", "b"}})));
    QVERIFY(seen(duck, {"id", "name"}, table) == Lines({"1|a", "2|b"}));
}

void TestTableSinks::keysAreChecked()
{
    QFETCH(bool, duck);
    const auto none =
        type(duck).create(*Options({{"path", path()}, {"mode", "upsert"}}).check(type(duck).options, "x"));
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::Usage);
    const auto opened =
        sink(duck, {{"mode", "upsert"}, {"key", "nmae"}})->open(test::namedRows({})->schema(), kRun, {});
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.find("'nmae', which the rows do not have; did you mean 'name'?") !=
                 std::string::npos,
             opened.error().message.c_str());
}

void TestTableSinks::lockedDatabaseIsNamed()
{
    QFETCH(bool, duck);
    QVERIFY_RESULT(test::writeAll(*sink(duck), kRun, 1, test::namedRows({{"1", "a"}})));
    const LockingProcess other(path());
    QVERIFY(other.locked());
    const auto locked = duck ? sink(duck) : sink(duck, {{"busy_timeout", "1ms"}});
    const auto opened = locked->open(test::namedRows({})->schema(), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Unavailable);
    QVERIFY2(opened.error().message.find("data.db' could not be") != std::string::npos, opened.error().message.c_str());
}

void TestTableSinks::writeErrorsLeaveTheCommittedRows()
{
    QFETCH(bool, duck);
    const auto writer = sink(duck);
    QVERIFY_RESULT(test::writeAll(*writer, kRun, 1, test::namedRows({{"1", "a"}})));
    QVERIFY_RESULT(writer->open(test::namedRows({})->schema(), kRun, {}));
    std::vector<std::vector<std::string>> cells;
    for (int id = 0; id < 200'000; ++id)
        cells.push_back({std::to_string(id), fmt::format("{:x}", id * 2654435761U)});
    const auto many = test::namedRows(cells);

    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{400'000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    const Status failed = test::writeOne(*writer, 2, many);
    writer->rollback();
    writer->close();
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    QVERIFY(!failed);
    QVERIFY2(failed.error().message.find("data.db") != std::string::npos, failed.error().message.c_str());
    const auto opened = writer->open(many->schema(), kRun, {});
    QVERIFY_RESULT(opened);
    QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
    QVERIFY(seen(duck, {"id", "name"}) == Lines({"1|a"}));
    QVERIFY_RESULT(test::writeOne(*writer, 2, many));
    QCOMPARE(seen(duck, {"id"}).size(), 200'001U);
}

void TestTableSinks::nothingElseIsLeftInTheDatabase()
{
    QFETCH(bool, duck);
    QVERIFY_RESULT(
        test::writeAll(*sink(duck, {{"mode", "upsert"}, {"key", "id"}}), kRun, 1, test::namedRows({{"1", "a"}})));
    Lines names = duck ? test::readDuckdb(path(), "sqlite_master", {"name"})
                       : test::readSqlite(path(), "sqlite_master", {"name"});
    std::ranges::sort(names);
    const Lines expected =
        duck ? Lines{"headrace_commits", "orders"} : Lines{"headrace_commits", "orders", "orders_headrace_key"};
    QCOMPARE(QString::fromStdString(fmt::format("{}", fmt::join(names, " "))),
             QString::fromStdString(fmt::format("{}", fmt::join(expected, " "))));
}

void TestTableSinks::unorderedDuckdbKeepsEveryRow()
{
    std::vector<std::vector<std::string>> cells;
    for (int id = 0; id < 5'000; ++id)
        cells.push_back({std::to_string(id), "n"});
    const auto rows = test::namedRows(cells);
    const auto writer = sink(true, {{"keep_order", "false"}});
    QVERIFY_RESULT(writer->open(rows->schema(), kRun, {}));
    for (int part = 0; part < 60; ++part) {
        QVERIFY_RESULT(writer->append(rows, {}));
        BatchSummary batch;
        batch.sequence = part + 1;
        QVERIFY_RESULT(writer->commit(batch, {fmt::format("p{}", part)}, {}));
    }
    QVERIFY_RESULT(writer->flush({}));
    Lines lines = seen(true, {"id"});
    QCOMPARE(lines.size(), 300'000U);
    QCOMPARE(std::ranges::count(lines, "4999"), 60);
}

QTEST_GUILESS_MAIN(TestTableSinks)
#include "tst_table_sinks.moc"
