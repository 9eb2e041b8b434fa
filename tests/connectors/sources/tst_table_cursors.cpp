// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/formats/iso_time.h"
#include "connectors/formats/time_text.h"
#include "connectors/sources/sources.h"
#include "connectors/sources/tables/table_position.h"
#include "tests/connectors/sources/cursor_type.h"
#include "tests/support/odbc_databases.h"
#include "tests/support/row_counting.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <QDateTime>
#include <QTest>

#include <functional>
#include <future>
#include <map>
#include <set>

using namespace headrace;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

/// What all sources of tables do alike with a cursor, each with its own database: what is measured of late rows, what
/// is foretold of pulls, and where the database is a file, the reads themselves.
class TestTableCursors : public QObject {
    Q_OBJECT

private:
    /// A source and the means to write to what it reads.
    struct Base {
        SourceType type;
        Options options;
        std::function<void(const std::string& sql)> run;
        std::string stamp;   ///< type of a time in UTC
        std::string earlier; ///< the column `made`, ten minutes earlier
    };

    std::unique_ptr<test::OdbcDatabases> m_databases;
    QTemporaryDir m_folder;
    std::map<std::string, Base> m_bases;
    std::optional<Position> m_position;

    void runDuck(const std::string& sql) const
    {
        const auto database = sharedDuckDatabase(m_folder.filePath("t.duckdb").toStdString(), DuckAccess::Write, {});
        QVERIFY_RESULT(database);
        auto connection = (*database)->connect();
        QVERIFY_RESULT(connection);
        QVERIFY_RESULT(connection->execute(sql));
    }

    static std::string stamp(std::chrono::seconds ago)
    {
        return "'" +
               QDateTime::currentDateTimeUtc().addSecs(-ago.count()).toString("yyyy-MM-dd HH:mm:ss.zzz").toStdString() +
               "'";
    }

    static void addBases(std::initializer_list<const char*> names)
    {
        QTest::addColumn<QString>("base");
        for (const char* name : names)
            QTest::newRow(name) << name;
    }

    static Options with(const Base& base, const Options& more)
    {
        Options options = base.options;
        for (const auto& [key, value] : more.values())
            options.set(key, value);
        return options;
    }

    /// One pull: the first column's values that come, the position moved behind them as a run does.
    Lines pull(const Base& base, const Options& more, std::int64_t limit = INT64_MAX)
    {
        return test::pullFirstColumn(base.type, with(base, more), m_position, limit);
    }

    static void makeEvents(const Base& base, const std::string& columns)
    {
        base.run("DROP TABLE IF EXISTS events");
        base.run(fmt::format("CREATE TABLE events(id bigint NOT NULL PRIMARY KEY, {} NOT NULL)", columns));
    }

    void letTenMinutesPass(const Base& base);
    static Result<PullForecast> forecast(const Base& base, const Options& more, const std::optional<Position>& position)
    {
        HEADRACE_TRY(const Options checked, with(base, more).check(base.type.options, "source"));
        return base.type.forecast(checked, position, 15min, {});
    }

private Q_SLOTS:
    void initTestCase();
    void init() { m_position.reset(); }

    void lateRowsAreMeasured_data() { addBases({"odbc pg", "odbc maria", "mariadb", "sqlite", "duckdb"}); }
    void lateRowsAreMeasured();
    void pullsAreForetold_data() { addBases({"postgres", "mariadb", "odbc pg", "odbc maria", "sqlite", "duckdb"}); }
    void pullsAreForetold();
    void whatCannotBeForetoldSaysWhy_data();
    void whatCannotBeForetoldSaysWhy();
    void aForecastCanBeStopped();
    void columnsThatAreNoneAreRefused_data() { addBases({"postgres", "mariadb", "odbc pg", "sqlite", "duckdb"}); }
    void columnsThatAreNoneAreRefused();

    void newAndChangedRowsComeOnce_data() { addBases({"sqlite", "duckdb"}); }
    void newAndChangedRowsComeOnce();
    void tiesAreCutAnywhere_data() { addBases({"sqlite", "duckdb"}); }
    void tiesAreCutAnywhere();
    void newRowsAreCounted_data() { addBases({"sqlite", "duckdb"}); }
    void newRowsAreCounted();
    void freshStampsWaitForTheLag_data() { addBases({"sqlite", "duckdb"}); }
    void freshStampsWaitForTheLag();
    void everyTypeCanBeACursor_data();
    void everyTypeCanBeACursor();
    void noCursorIsPassedByAnOddValue_data();
    void noCursorIsPassedByAnOddValue();
};

void TestTableCursors::initTestCase()
{
    m_databases = std::make_unique<test::OdbcDatabases>();
    const auto runner = [this](const char* name, const char* utc) {
        return [this, name, utc](const std::string& sql) { m_databases->run(name, utc + sql); };
    };
    const auto pg = runner("pg", "SET TIME ZONE 'UTC'; ");
    const auto maria = runner("maria", "SET time_zone = '+00:00'; ");
    const std::string pgEarlier = "made - interval '10 minutes'";
    const std::string mariaEarlier = "made - INTERVAL 10 MINUTE";
    m_bases["postgres"] = {postgresSource(), m_databases->postgres().options(), pg, "timestamptz", pgEarlier};
    m_bases["mariadb"] = {mariadbSource(), m_databases->maria().options(), maria, "timestamp(6)", mariaEarlier};
    m_bases["odbc pg"] = {odbcSource(), m_databases->options("pg"), pg, "timestamptz", pgEarlier};
    m_bases["odbc maria"] = {odbcSource(), m_databases->options("maria"), maria, "timestamp(6)", mariaEarlier};
    const auto lite = runner("lite", "");
    m_bases["sqlite"] = {sqliteSource(), Options{{"path", m_databases->sqliteFile()}}, lite, "timestamp",
                         "strftime('%Y-%m-%d %H:%M:%f', made, '-10 minutes')"};
    m_bases["odbc lite"] = {odbcSource(), m_databases->options("lite"), lite, "timestamp", {}};
    m_bases["duckdb"] = {duckdbSource(), Options{{"path", m_folder.filePath("t.duckdb").toStdString()}},
                         [this](const std::string& sql) { runDuck(sql); }, "timestamp", mariaEarlier};
}

void TestTableCursors::lateRowsAreMeasured()
{
    QFETCH(QString, base);
    const Base& db = m_bases.at(base.toStdString());
    const Options byTime{{"table", "events"}, {"cursor", "made"}, {"lag", "1m"}};
    makeEvents(db, "made " + db.stamp);
    db.run("CREATE INDEX events_made ON events(made)");
    db.run(fmt::format("INSERT INTO events VALUES (1, {}), (2, {})", stamp(1h), stamp(70s)));
    QVERIFY(pull(db, byTime) == Lines({"1", "2"}));
    db.run(fmt::format("INSERT INTO events VALUES (3, {}), (4, {}), (5, {})", stamp(20s), stamp(90s), stamp(-5s)));
    QVERIFY(db.type.lateRows(*m_position).empty());
    QVERIFY(pull(db, byTime).empty()); // the look is not old enough
    QVERIFY(db.type.lateRows(*m_position).empty());
    letTenMinutesPass(db);
    QVERIFY(pull(db, byTime) == Lines({"3", "5"})); // 4 was later than the lag
    QCOMPARE(
        QString::fromStdString(db.type.lateRows(*m_position)),
        QStringLiteral("Lag 1 min; in 1 look at 3 rows the latest row was up to 100 s late; rows later than the lag "
                       "are missed: set it to 150 s."));
    QVERIFY(!db.type.cursorAt(*m_position).empty());
}

/// The rows of the last minutes, and what the position says of them, were ten minutes earlier.
void TestTableCursors::letTenMinutesPass(const Base& base)
{
    base.run(fmt::format("UPDATE events SET made = {} WHERE id > 1", base.earlier));
    auto position = nlohmann::ordered_json::parse(m_position->text);
    const auto earlier = [](nlohmann::ordered_json& time) {
        std::string text = time.get<std::string>();
        const std::string quote = text.front() == '\'' ? "'" : "";
        text = text.substr(quote.size(), text.size() - 2 * quote.size());
        IsoTime parsed;
        QVERIFY2(parseIsoTime(text, parsed), text.c_str());
        std::string shifted;
        appendTimestamp(parsed.microseconds - std::chrono::microseconds(10min).count(), 1'000'000, ' ', false, shifted);
        time = quote + shifted + quote;
    };
    earlier(position["audit"]["at"]);
    earlier(position["above"][0]);
    m_position = Position{position.dump()};
}

void TestTableCursors::pullsAreForetold()
{
    QFETCH(QString, base);
    const Base& db = m_bases.at(base.toStdString());
    const Options byTime{{"table", "events"}, {"cursor", "made"}};
    makeEvents(db, "made " + db.stamp);
    db.run("CREATE INDEX events_made ON events(made)");
    std::string rows; // one every nine seconds, for ten times a quarter of an hour
    for (int i = 0; i < 1000; ++i)
        rows += fmt::format("{}({}, {})", i == 0 ? "" : ", ", i, stamp(std::chrono::seconds(9 * i)));
    db.run("INSERT INTO events VALUES " + rows);
    const auto first = forecast(db, byTime, {});
    QVERIFY_RESULT(first);
    QVERIFY(first->next.has_value() && *first->next > 100);
    QVERIFY2(first->usual && std::abs(*first->usual - 100) < 1, first->unknown.c_str());
    QCOMPARE(first->unknown, std::string());
    const Lines early = pull(db, byTime, 900);
    QCOMPARE(early.size(), 900U);
    const auto later = forecast(db, byTime, m_position);
    QVERIFY_RESULT(later);
    QVERIFY(later->next.has_value() && *later->next >= 97 && *later->next <= 100);
    const auto byId = forecast(db, {{"table", "events"}, {"cursor", "id"}}, {});
    QVERIFY_RESULT(byId);
    QVERIFY(!byId->usual);
    QCOMPARE(byId->unknown,
             std::string("id is no time of the server's clock, so its rows do not tell how fast they come"));
    if (base.endsWith("pg"))
        db.run("ANALYZE events");
    const auto whole = forecast(db, {{"table", "events"}}, {});
    QVERIFY_RESULT(whole);
    QVERIFY(whole->next.has_value() && !whole->usual);
}

void TestTableCursors::whatCannotBeForetoldSaysWhy_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("create");
    QTest::addColumn<Options>("options");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* base, const char* what, const char* create, const Options& options,
                        const char* words) {
        QTest::addRow("%s: %s", base, what) << base << create << options << words;
    };
    const Options byTime{{"table", "big"}, {"cursor", "made"}};
    const Options query{{"query", "SELECT * FROM big"}, {"cursor", "made"}, {"key", "id"}};
    const char* pg =
        "CREATE TABLE big AS SELECT i AS id, now() - i * interval '1 s' AS made FROM generate_series(1, 150000) "
        "AS i; ALTER TABLE big ADD PRIMARY KEY (id); ANALYZE big";
    row("postgres", "no index", pg, byTime,
        "no index of the table 'public.big' begins with made, and about 150,000 rows");
    row("odbc pg", "no index", pg, byTime,
        "no index of the table 'public.big' begins with made, and about 150,000 rows");
    row("odbc pg", "query", pg, query, "the query would have to run as a whole");
    const char* maria =
        "CREATE TABLE big(id int PRIMARY KEY, made timestamp NOT NULL); INSERT INTO big SELECT seq, now() "
        "FROM seq_1_to_150000; ANALYZE TABLE big";
    row("mariadb", "no index", maria, byTime, "begins with made, and about 1");
    row("odbc maria", "no index", maria, byTime, "begins with made, and about 1");
    const char* lite =
        "CREATE TABLE big(id integer PRIMARY KEY, made timestamp NOT NULL); WITH RECURSIVE n(i) AS (SELECT "
        "1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000) INSERT INTO big SELECT i, '2026-01-01 "
        "10:00:00' FROM n";
    row("sqlite", "no index", lite, byTime, "begins with made, and about 150,000 rows are too many to look at");
    row("sqlite", "query", lite, query, "the query would have to run as a whole");
    row("odbc lite", "no clock",
        "CREATE TABLE big(id integer PRIMARY KEY, made timestamp NOT NULL); CREATE INDEX big_made ON big(made)", byTime,
        "made is no time of the server's clock");
}

void TestTableCursors::whatCannotBeForetoldSaysWhy()
{
    QFETCH(QString, base);
    QFETCH(QString, create);
    QFETCH(Options, options);
    QFETCH(QString, words);
    const Base& db = m_bases.at(base.toStdString());
    db.run("DROP TABLE IF EXISTS big; " + create.toStdString());
    const auto found = forecast(db, options, {});
    QVERIFY_RESULT(found);
    QVERIFY(!found->usual);
    QVERIFY2(found->unknown.find(words.toStdString()) != std::string::npos, found->unknown.c_str());
}

void TestTableCursors::aForecastCanBeStopped()
{
    const Base& db = m_bases.at("mariadb");
    makeEvents(db, "made " + db.stamp);
    test::MariaSession other(m_databases->maria());
    other.run("LOCK TABLES events WRITE");
    std::stop_source stopped;
    const Options options =
        with(db, {{"table", "events"}, {"cursor", "made"}}).check(db.type.options, "source").value();
    auto found =
        std::async(std::launch::async, [&] { return db.type.forecast(options, {}, 15min, stopped.get_token()); });
    QTRY_COMPARE(m_databases
                     ->run("maria", "SELECT count(*) FROM information_schema.processlist WHERE state LIKE "
                                    "'Waiting for table metadata lock'")
                     .front(),
                 std::string("1"));
    stopped.request_stop();
    const auto answer = found.get();
    QVERIFY(!answer.has_value());
    QVERIFY(answer.error().code == ErrorCode::Cancelled);
}

void TestTableCursors::columnsThatAreNoneAreRefused()
{
    QFETCH(QString, base);
    const Base& db = m_bases.at(base.toStdString());
    for (const char* option : {"cursor", "key"})
        for (const auto& [names, words] :
             {std::pair{OptionList{"id", "id"}, "names the column 'id' twice."},
              {OptionList{""}, "has a column without a name. Name one, or leave it out."}}) {
            const auto source = db.type.create(with(db, {{"table", "events"}, {option, names}}));
            QVERIFY(!source);
            QCOMPARE(source.error().message, fmt::format("The option '{}' {}", option, words));
        }
}

void TestTableCursors::newAndChangedRowsComeOnce()
{
    QFETCH(QString, base);
    const Base& db = m_bases.at(base.toStdString());
    const Options byVersion{{"table", "events"}, {"cursor", "VERSION"}};
    makeEvents(db, "version integer");
    db.run("INSERT INTO events VALUES (1, 1), (2, 2)");
    QVERIFY(pull(db, byVersion) == Lines({"1", "2"}));
    const auto before = m_position;
    QVERIFY(pull(db, byVersion).empty());
    QVERIFY(m_position == before);
    db.run("INSERT INTO events VALUES (3, 3); UPDATE events SET version = 4 WHERE id = 1");
    QVERIFY(pull(db, byVersion) == Lines({"3", "1"}));
    const auto all = test::readAll(db.type, with(db, byVersion));
    QVERIFY_RESULT(all);
    QCOMPARE(all->schema->num_fields(), 2); // the cursor's own texts are not delivered
    QCOMPARE(all->chunks.front().rows->num_columns(), 2);
}

void TestTableCursors::tiesAreCutAnywhere()
{
    QFETCH(QString, base);
    const Base& db = m_bases.at(base.toStdString());
    makeEvents(db, "version integer");
    std::string values;
    for (int id = 1; id <= 20; ++id)
        values += fmt::format("{}({}, 7)", id == 1 ? "" : ", ", id);
    db.run("INSERT INTO events VALUES " + values);
    Lines all;
    for (int pulls = 0; pulls < 7; ++pulls)
        for (const std::string& id : pull(db, {{"table", "events"}, {"cursor", "version"}}, 3))
            all.push_back(id);
    QCOMPARE(all.size(), 20U);
    QCOMPARE(std::set<std::string>(all.begin(), all.end()).size(), 20U);
}

void TestTableCursors::newRowsAreCounted()
{
    QFETCH(QString, base);
    const Base& db = m_bases.at(base.toStdString());
    makeEvents(db, "version integer");
    if (base == QLatin1String("duckdb"))
        test::checkNewRowsAreCounted(db.type, db.options, db.run);
    const auto counter = test::createCounter(db.type, with(db, {{"table", "events"}, {"cursor", "version"}}));
    QVERIFY_RESULT(counter);
    db.run("DELETE FROM events; INSERT INTO events VALUES (7, 1), (8, 2), (9, 2)");
    QCOMPARE((*counter)->countBehind({}, 1000, {}).value(), 3);
    QVERIFY(pull(db, {{"table", "events"}, {"cursor", "version"}}, 2) == Lines({"7", "8"}));
    QCOMPARE((*counter)->countBehind(m_position, 1000, {}).value(), 1); // a tie
}

void TestTableCursors::freshStampsWaitForTheLag()
{
    QFETCH(QString, base);
    const Base& db = m_bases.at(base.toStdString());
    makeEvents(db, "made " + db.stamp);
    db.run(fmt::format("INSERT INTO events VALUES (1, {}), (2, {}), (3, {})", stamp(1h), stamp(1s), stamp(-1h)));
    const auto byTime = [](const char* lag) { return Options{{"table", "events"}, {"cursor", "made"}, {"lag", lag}}; };
    QVERIFY(pull(db, byTime("10m")) == Lines({"1"}));
    QVERIFY(pull(db, byTime("0s")) == Lines({"2"})); // stamps of the future wait
}

void TestTableCursors::everyTypeCanBeACursor_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    const auto row = [](const char* base, const char* type, const char* values) {
        QTest::addRow("%s %s", base, type) << base << type << values;
    };
    row("sqlite", "integer", "(1,-9223372036854775808),(2,0),(3,9223372036854775807)");
    row("sqlite", "double", "(1,-1e300),(2,0.1),(3,0.30000000000000004)");
    row("sqlite", "text", "(1,''),(2,'O''Neill\\'),(3,'b')");
    row("sqlite", "blob", "(1,X'00'),(2,X'27'),(3,X'ff00')");
    row("sqlite", "decimal(10,2)", "(1,-1.5),(2,0),(3,0.25)");
    row("sqlite", "date", "(1,'2026-01-01'),(2,'2026-01-02'),(3,'2026-02-01')");
    row("sqlite", "timestamp", "(1,'2026-01-01 10:00'),(2,'2026-01-01 10:00:00'),(3,'2026-01-01 10:00:00.1')");
    row("sqlite", "datetime", "(1,'2026-01-01T10:00:00Z'),(2,'2026-01-01T10:00:01Z'),(3,'2026-01-01T11:00:00Z')");
    row("duckdb", "bigint", "(1,-9223372036854775808),(2,0),(3,9223372036854775807)");
    row("duckdb", "hugeint", "(1,-170141183460469231731687303715884105727),(2,0),(3,7)");
    row("duckdb", "double", "(1,-1e300),(2,0.1),(3,0.30000000000000004)");
    row("duckdb", "decimal(38,5)", "(1,-1.5),(2,0.00001),(3,999999999999999999999999999999999)");
    row("duckdb", "varchar", "(1,''),(2,'O''Neill\\'),(3,'b')");
    row("duckdb", "blob", "(1,'\\x00'),(2,'\\x27'),(3,'\\xff\\x00')");
    row("duckdb", "date", "(1,'1000-01-01'),(2,'2026-01-01'),(3,'9999-12-31')");
    row("duckdb", "timestamp", "(1,'1000-01-01'),(2,'2026-01-01 00:00:00.000001'),(3,'2026-01-01 00:00:00.000002')");
    row("duckdb", "timestamptz", "(1,'1970-01-02'),(2,'2026-03-29 01:30:00.000001'),(3,'2026-03-29 01:30:00.000002')");
    row("duckdb", "timestamp_ns", "(1,'2026-01-01'),(2,'2026-01-01 00:00:00.000000001'),(3,'2026-01-02')");
    row("duckdb", "time", "(1,'00:00:00.000001'),(2,'23:59:59')");
    row("duckdb", "uuid", "(1,'00000000-0000-0000-0000-000000000001'),(2,'00000000-0000-0000-0000-00000000000a')");
    row("duckdb", "boolean", "(1,false),(2,true)");
    row("duckdb", "enum('b','a')", "(1,'b'),(2,'a')");
}

void TestTableCursors::everyTypeCanBeACursor()
{
    QFETCH(QString, base);
    QFETCH(QString, type);
    QFETCH(QString, values);
    const Base& db = m_bases.at(base.toStdString());
    test::checkTypeCanBeACursor(
        db.run,
        [&] {
            return pull(db, {{"table", "typed"}, {"cursor", "c"}}, 1);
        },
        type, values);
}

void TestTableCursors::noCursorIsPassedByAnOddValue_data()
{
    QTest::addColumn<QString>("values");
    QTest::addColumn<QString>("words");
    QTest::newRow("text among numbers") << "c; INSERT INTO odd VALUES (1, 5), (2, 'x')"
                                        << "holds text values beside integer ones";
    QTest::newRow("no time") << "c timestamp; INSERT INTO odd VALUES (1, '2026-01-01 10:00:00'), (2, 'yesterday')"
                             << "holds 'yesterday', which is no time";
    QTest::newRow("NULL") << "c integer; INSERT INTO odd VALUES (1, 5), (2, NULL)"
                          << "is NULL";
}

void TestTableCursors::noCursorIsPassedByAnOddValue()
{
    QFETCH(QString, values);
    QFETCH(QString, words);
    const Base& db = m_bases.at("sqlite");
    const auto [column, insert] = std::pair(values.section(';', 0, 0), values.section(';', 1));
    db.run(fmt::format("DROP TABLE IF EXISTS odd; CREATE TABLE odd(id integer PRIMARY KEY, {});{}",
                       column.toStdString(), insert.toStdString()));
    const auto refused = test::readAll(db.type, with(db, {{"table", "odd"}, {"cursor", "c"}, {"sample_rows", "1"}}));
    QVERIFY(!refused.has_value());
    QVERIFY2(refused.error().message.find(words.toStdString()) != std::string::npos, refused.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestTableCursors)
#include "tst_table_cursors.moc"
