// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/core/packed_rows.h"
#include "connectors/core/value_bytes.h"
#include "connectors/pipeline/runner.h"
#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

using namespace headrace;
using namespace std::chrono_literals;

/// Rows that pass from PostgreSQL to PostgreSQL as they came: the same rows, bytes and positions as when decoded.
class TestPostgresPacking : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_server;
    QTemporaryDir m_folder;
    Registry m_registry;
    int m_runs = 0;

    Pipeline pipeline(Options source, Options destination) const
    {
        Pipeline pipeline;
        pipeline.name = fmt::format("copy-{}", m_runs);
        pipeline.source = {"postgres", m_server->options(std::move(source))};
        pipeline.destination = {"postgres", m_server->options(std::move(destination))};
        for (ConnectorSpec* end : {&pipeline.source, &pipeline.destination})
            end->options.set("password", "${env:HEADRACE_TEST_PASSWORD}");
        return pipeline;
    }

    RunReport run(Pipeline pipeline, RunLimits limits = {})
    {
        Runner runner({.pipeline = std::move(pipeline),
                       .registry = &m_registry,
                       .stateFolder = m_folder.path().toStdString(),
                       .limits = limits});
        runner.start();
        if (!runner.wait(60s))
            qFatal("the run does not end");
        const RunReport report = runner.report();
        if (report.error)
            qWarning("%s | %s", report.error->message.c_str(), report.error->detail.c_str());
        return report;
    }

    /// All chunks, packed from the first read on.
    std::vector<Chunk> packed(Options options) const
    {
        const auto source = test::createSource(postgresSource(), m_server->options(std::move(options)));
        if (!source || !(*source)->open({}, {}))
            qFatal("the source cannot be opened");
        dynamic_cast<PacksRows&>(**source).allowPacking();
        std::vector<Chunk> chunks;
        for (auto chunk = (*source)->read({7, 1 << 20, 5s}, {}); chunk && *chunk;
             chunk = (*source)->read({7, 1 << 20, 5s}, {}))
            chunks.push_back(**chunk);
        return chunks;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::PostgresServer>();
        qputenv("HEADRACE_TEST_PASSWORD", test::PostgresServer::kPassword);
        m_registry.add(postgresSource());
        m_registry.add(postgresSink());
        m_server->run(
            "CREATE TABLE every(id int, big bigint, small smallint, yes bool, f real, d double precision, n "
            "numeric(8,3), "
            "free numeric, t text, v varchar(40), c char(5), b bytea, day date, tod time, ts timestamp, tz "
            "timestamptz, "
            "u uuid, j json, jb jsonb, o oid);"
            "INSERT INTO every SELECT i, i * 1000000007::bigint, i % 100, i % 2 = 0, i / 3.0, i / 7.0, i / 8.0, 1.5 * "
            "i, "
            "repeat('ü', i % 9), 'row ' || i, 'x', decode(lpad(to_hex(i), 8, '0'), 'hex'), '2026-01-01'::date + i, "
            "'10:00'::time + i * interval '1 ms', '2026-01-01'::timestamp + i * interval '1 us', "
            "'2026-01-01'::timestamptz - i * interval '1 us', md5(i::text)::uuid, format('{\"a\":  %s}', i)::json, "
            "format('{\"a\": %s}', i)::jsonb, i FROM generate_series(1, 500) i;"
            "INSERT INTO every(id) SELECT i FROM generate_series(501, 520) i");
    }
    void init() { ++m_runs; }

    void valueBytesAndPositionsAreThoseOfDecodedRows()
    {
        const auto decoded = test::readAll(postgresSource(), m_server->options({{"table", "every"}}), {7, 1 << 20, 5s});
        QVERIFY_RESULT(decoded);
        const auto chunks = packed({{"table", "every"}});
        QCOMPARE(chunks.size(), decoded->chunks.size());
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            QVERIFY(isPacked(*chunks[i].rows));
            QCOMPARE(cumulativeValueBytes(*chunks[i].rows), cumulativeValueBytes(*decoded->chunks[i].rows));
            QCOMPARE(valueBytes(*chunks[i].rows), valueBytes(*decoded->chunks[i].rows));
            for (std::int64_t row = 0; row <= chunks[i].rows->num_rows(); ++row)
                QCOMPARE(chunks[i].at->after(row).text, decoded->chunks[i].at->after(row).text);
        }
    }

    void rowsArriveAsTheyWere_data()
    {
        QTest::addColumn<QString>("mode");
        QTest::newRow("append") << "append";
        QTest::newRow("replace") << "replace";
        QTest::newRow("upsert") << "upsert";
    }
    void rowsArriveAsTheyWere()
    {
        QFETCH(QString, mode);
        Options destination{{"table", "copied_" + mode.toStdString()}, {"mode", mode.toStdString()}};
        if (mode == "upsert")
            destination.set("key", OptionList{"id"});
        Pipeline copy = pipeline({{"table", "every"}}, destination);
        copy.batch.rows = 64;
        const RunReport report = run(copy);
        QVERIFY(report.state == RunState::Finished);
        QCOMPARE(report.totals.batches, 9);
        const std::string table = "copied_" + mode.toStdString();
        QCOMPARE(m_server->value(fmt::format("SELECT count(*) FROM (SELECT every::text FROM every EXCEPT ALL SELECT "
                                             "{0}::text FROM {0}) a",
                                             table)),
                 std::string("0"));
        QCOMPARE(m_server->value("SELECT count(*) FROM " + table), std::string("520"));
        const auto bytes = test::readAll(postgresSource(), m_server->options({{"table", "every"}}));
        QVERIFY_RESULT(bytes);
        std::int64_t wanted = 0;
        for (const auto& batch : bytes->batches())
            wanted += valueBytes(*batch);
        QCOMPARE(report.totals.bytesCommitted, wanted);
    }

    void severalRangesMakeOneCopy()
    {
        m_server->run(
            "CREATE TABLE paged AS SELECT i AS id, repeat('x', 300) AS filler FROM generate_series(1, 9000) i");
        Pipeline copy =
            pipeline({{"table", "paged"}, {"connections", "2"}, {"range_pages", "16"}}, {{"table", "paged_copy"}});
        copy.batch.rows = 100'000;
        QVERIFY(run(copy).state == RunState::Finished);
        QCOMPARE(m_server->value("SELECT count(*) FROM (TABLE paged EXCEPT TABLE paged_copy) a"), std::string("0"));
        QCOMPARE(m_server->value("SELECT count(*) FROM paged_copy"), std::string("9000"));
    }

    void aRunThatWasStoppedGoesOn()
    {
        Pipeline copy = pipeline({{"table", "every"}}, {{"table", "halved"}});
        copy.batch.rows = 50;
        QVERIFY(run(copy, {.maxRows = 333, .maxTime = {}}).state == RunState::Finished);
        QCOMPARE(m_server->value("SELECT count(*) FROM halved"), std::string("333"));
        QVERIFY(run(copy).state == RunState::Finished);
        QCOMPARE(m_server->value("SELECT count(*) FROM halved"), std::string("520"));
        QCOMPARE(m_server->value("SELECT count(DISTINCT id) FROM halved"), std::string("520"));
    }

    void whatIsRefusedWhenDecodedIsRefusedPacked()
    {
        m_server->run(
            "CREATE TABLE special AS SELECT i AS id, 1.5::numeric(6,2) AS n, '2026-01-01'::date AS d, "
            "'2026-01-01'::timestamptz AS tz, '2026-01-01'::timestamp AS ts FROM generate_series(1, 90000) i;"
            "UPDATE special SET n = 'NaN' WHERE id IN (5, 70000); UPDATE special SET d = 'infinity' WHERE id = "
            "60000; UPDATE special SET tz = '-infinity' WHERE id = 60001; UPDATE special SET ts = '294276-12-31' "
            "WHERE id = 80000");
        const RunReport report = run(pipeline({{"table", "special"}}, {{"table", "special_copy"}}));
        QVERIFY(report.state == RunState::Finished);
        QCOMPARE(report.totals.quarantined, 5);
        QCOMPARE(m_server->value("SELECT count(*) FROM special_copy"), std::string("89995"));
        QCOMPARE(m_server->value("SELECT count(DISTINCT id) FROM special_copy WHERE id NOT IN (5, 60000, 60001, 70000, "
                                 "80000)"),
                 std::string("89995"));
    }

    void whatOneSideChangesIsDecoded_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("shape");
        QTest::newRow("wider") << "SELECT 7::int AS a"
                               << "a bigint"
                               << "";
        QTest::newRow("text to jsonb") << "SELECT '{}'::text AS a"
                                       << "a jsonb"
                                       << "";
        QTest::newRow("shape") << "SELECT 6::bigint AS a"
                               << "a bigint"
                               << "SELECT a + 1 AS a FROM input";
        QTest::newRow("array") << "SELECT '{1,2}'::int[] AS a"
                               << "a int[]"
                               << "";
        QTest::newRow("another order") << "SELECT 1::int AS b, 7::bigint AS a"
                                       << "a bigint, b int"
                                       << "";
    }
    void whatOneSideChangesIsDecoded()
    {
        QFETCH(QString, query);
        QFETCH(QString, target);
        QFETCH(QString, shape);
        m_server->run("DROP TABLE IF EXISTS other; CREATE TABLE other(" + target.toStdString() + ")");
        Pipeline copy = pipeline({{"query", query.toStdString()}}, {{"table", "other"}});
        copy.shapeSql = shape.toStdString();
        QVERIFY(run(copy).state == RunState::Finished);
        const std::string wanted = query.contains("{}") ? "{}" : query.contains("{1,2}") ? "{1,2}" : "7";
        QCOMPARE(m_server->value("SELECT a FROM other"), wanted);
    }

    void rowsByCursorAreNotPacked()
    {
        const auto source = test::createSource(
            postgresSource(), m_server->options({{"table", "every"}, {"cursor", "id"}, {"key", "id"}}));
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open({}, {}));
        QCOMPARE(dynamic_cast<PacksRows&>(**source).packing(), std::string());
    }
};

QTEST_GUILESS_MAIN(TestPostgresPacking)
#include "tst_postgres_packing.moc"
