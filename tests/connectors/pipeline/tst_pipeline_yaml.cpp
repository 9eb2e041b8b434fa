// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/pipeline_yaml.h"
#include "tests/support/rows.h"
#include "tests/support/sample_registry.h"

#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

constexpr auto kFull = R"(# a comment
headrace: 1
name: shop-orders
source:      { type: shop, table: public.orders, cursor: [updated_at, id], password: "${secret:shop/password}" }
trigger:     { every: 15m }
shape:       { sql: "SELECT id FROM input WHERE total > 0" }
batch:       { rows: 10_000, bytes: 16MiB, age: 5s, grid: 1h, zone: Europe/Berlin }
destination:
  type: shelf
  path: /data/orders
  mode: replace
delivery:    at_least_once
bad_records: { action: fail, limit: 7 }
retry:       { attempts: 3, initial: 250ms, maximum: 90s }
)";

/// The smallest file, with `extra` below it. Line 1 is the version, 4 the destination, 5 the first of `extra`.
QString minimal(const QString& extra)
{
    return "headrace: 1\nname: x\nsource: {type: files, path: a.csv}\ndestination: {type: 'null'}\n" + extra;
}

Result<Pipeline> parsed(const QString& yaml)
{
    return parsePipeline(yaml.toStdString(), "x.yaml", test::sampleRegistry());
}

/// Texts that a careless writer of YAML would break.
const std::vector<std::string> kTexts{"",
                                      " ",
                                      "plain",
                                      "with space",
                                      " leading",
                                      "trailing ",
                                      "null",
                                      "NULL",
                                      "~",
                                      "true",
                                      "1",
                                      "1e3",
                                      "0x1f",
                                      "- dash",
                                      "-",
                                      "?",
                                      "a: b",
                                      "a:",
                                      "#c",
                                      "a #c",
                                      "it's",
                                      "\"quoted\"",
                                      "back\\slash",
                                      "\t",
                                      "\ttab",
                                      "line\nbreak",
                                      "SELECT a,\n  b\nFROM input\n\nWHERE x = 'it''s: #1'",
                                      "\nleading",
                                      "trailing\n",
                                      "two\n\n",
                                      " indented\nblock",
                                      "cr\rlf\r\n",
                                      "\x01\x7f",
                                      "Größe 水 🚰",
                                      "[a]",
                                      "{a: b}",
                                      "*alias",
                                      "&anchor",
                                      "!tag",
                                      "%d",
                                      "@x",
                                      "`x`",
                                      "|",
                                      ">",
                                      "---",
                                      "...",
                                      "<<",
                                      "=",
                                      "a,b",
                                      "2024-01-01",
                                      "0 2 * * *",
                                      "${env:A}",
                                      "C:\\data\\*.csv",
                                      "s3://b/k?x=1"};

class Generator {
public:
    explicit Generator(unsigned seed)
        : m_random(seed)
    {
    }

    int below(int limit) { return std::uniform_int_distribution<>(0, limit - 1)(m_random); }
    std::string text() { return kTexts[static_cast<std::size_t>(below(static_cast<int>(kTexts.size())))]; }
    std::chrono::nanoseconds duration()
    {
        static const std::vector<std::chrono::nanoseconds> kUnits{1ns, 1us, 1ms, 1s, 1min, 1h};
        return kUnits[static_cast<std::size_t>(below(6))] * (1 + below(1000));
    }

    Pipeline pipeline()
    {
        Pipeline pipeline;
        pipeline.name = "pipe " + std::to_string(below(1000));
        pipeline.source = {"shop", {{"table", text()}}};
        if (below(2) == 0)
            pipeline.source.options.set("cursor", OptionList(static_cast<std::size_t>(below(3)), text()));
        if (below(2) == 0)
            pipeline.source.options.set("client", OptionMap{{text(), text()}, {"queue.max.ms", text()}});
        if (below(2) == 0)
            pipeline.source.options.set("null", text());
        pipeline.destination = {"shelf", {{"path", text()}}};
        addTrigger(pipeline.trigger);
        if (below(2) == 0)
            pipeline.shapeSql = text();
        addBatch(pipeline.batch);
        pipeline.delivery = below(2) == 0 ? Delivery::ExactlyOnce : Delivery::AtLeastOnce;
        pipeline.badRecords = {below(2) == 0 ? BadRecordPolicy::Action::Fail : BadRecordPolicy::Action::Quarantine,
                               below(2) == 0 ? 1000 : below(9)};
        if (below(2) == 0)
            pipeline.retry = {below(9), 1ns * below(1000), 1s * (1 + below(100))};
        return pipeline;
    }

private:
    void addTrigger(Trigger& trigger)
    {
        trigger.kind = static_cast<Trigger::Kind>(below(5));
        if (trigger.kind == Trigger::Kind::NewRows) {
            trigger.newRows = 1 + below(9);
            trigger.poll = 1ms * (1 + below(9));
            if (below(2) == 0)
                trigger.atLeast = 1s;
        }
        if (trigger.kind == Trigger::Kind::Every)
            trigger.every = duration();
        if (trigger.kind == Trigger::Kind::Cron) {
            trigger.cron = "*/5 2-4 * * 1,2";
            trigger.zone = below(2) == 0 ? "UTC" : "Europe/Berlin";
        }
    }
    void addBatch(BatchPolicy& batch)
    {
        if (below(2) == 0)
            batch.rows = 1 + below(1'000'000);
        if (below(2) == 0)
            batch.bytes = (std::int64_t{1} + below(1000)) << (below(4) * 10);
        if (below(2) == 0)
            batch.age = duration();
        if (below(2) == 0)
            batch.grid = 15min * (1 << below(3));
        if (below(2) == 0)
            batch.zone = "America/New_York";
    }

    std::mt19937 m_random;
};

} // namespace

class TestPipelineYaml : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEverything()
    {
        const auto pipeline = parsed(kFull);
        QVERIFY_RESULT(pipeline);
        Pipeline wanted;
        wanted.name = "shop-orders";
        wanted.source = {"shop",
                         {{"table", "public.orders"},
                          {"cursor", OptionList{"updated_at", "id"}},
                          {"password", "${secret:shop/password}"}}};
        wanted.trigger.kind = Trigger::Kind::Every;
        wanted.trigger.every = 15min;
        wanted.shapeSql = "SELECT id FROM input WHERE total > 0";
        wanted.batch = {10'000, 16 * 1024 * 1024, 5s, 1h, "Europe/Berlin"};
        wanted.destination = {"shelf", {{"path", "/data/orders"}, {"mode", "replace"}}};
        wanted.delivery = Delivery::AtLeastOnce;
        wanted.badRecords = {BadRecordPolicy::Action::Fail, 7};
        wanted.retry = {3, 250ms, 90s};
        QVERIFY(*pipeline == wanted);
        QVERIFY_RESULT(pipeline->check(test::sampleRegistry()));
    }

    void writesTheCanonicalForm()
    {
        QCOMPARE(QString::fromStdString(formatPipeline(*parsed(kFull))), QString(R"(headrace: 1
name: shop-orders
source:
  type: shop
  cursor: [updated_at, id]
  password: "${secret:shop/password}"
  table: public.orders
trigger:
  every: 15m
shape:
  sql: "SELECT id FROM input WHERE total > 0"
batch:
  rows: 10000
  bytes: 16MiB
  age: 5s
  grid: 1h
  zone: Europe/Berlin
destination:
  type: shelf
  mode: replace
  path: /data/orders
delivery: at_least_once
bad_records:
  action: fail
  limit: 7
retry:
  attempts: 3
  initial: 250ms
  maximum: 90s
)"));
        QCOMPARE(
            QString::fromStdString(formatPipeline(*parsed(minimal({})))),
            QString("headrace: 1\nname: x\nsource:\n  type: files\n  path: a.csv\ndestination:\n  type: \"null\"\n"));
    }

    void linesOfSqlStayLines()
    {
        Pipeline pipeline = *parsed(minimal({}));
        pipeline.shapeSql = "SELECT id,\n  total\nFROM input";
        const QString yaml = QString::fromStdString(formatPipeline(pipeline));
        QVERIFY2(yaml.contains("  sql: |-\n    SELECT id,\n      total\n    FROM input\n"), qPrintable(yaml));
    }

    void roundTrip()
    {
        for (unsigned seed = 0; seed < 2000; ++seed) {
            const Pipeline pipeline = Generator(seed).pipeline();
            const std::string yaml = formatPipeline(pipeline);
            const auto back = parsePipeline(yaml, "x.yaml", test::sampleRegistry());
            QVERIFY2(back, qPrintable(QString::fromStdString(back ? "" : back.error().message + "\n" + yaml)));
            QVERIFY2(*back == pipeline, qPrintable(QString("seed %1\n").arg(seed) + QString::fromStdString(yaml)));
        }
    }

    void readsTriggers_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("description");
        QTest::newRow("once") << "once"
                              << "once";
        QTest::newRow("continuous") << "continuous"
                                    << "continuously";
        QTest::newRow("every") << "{every: 15m}"
                               << "every 15 min";
        QTest::newRow("cron") << "{cron: '0 2 * * *', zone: Europe/Berlin}"
                              << "at 0 2 * * * (Europe/Berlin)";
    }
    void readsTriggers()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, description);
        const auto pipeline = parsed(minimal("trigger: " + yaml));
        QVERIFY_RESULT(pipeline);
        QCOMPARE(QString::fromStdString(pipeline->trigger.describe()), description);
    }

    void aliasesStandForTheirValues()
    {
        const auto pipeline = parsed("headrace: 1\nname: &n x\nsource: {type: files, path: *n}\n"
                                     "destination: {type: shelf, path: *n}\n");
        QVERIFY_RESULT(pipeline);
        QCOMPARE(pipeline->source.options.text("path"), std::string("x"));
    }

    /// No damaged file may crash the reader or pass as another pipeline without its keys.
    void damagedFilesAreHandled()
    {
        const std::string whole = kFull;
        for (std::size_t cut = 0; cut < whole.size(); ++cut) {
            const auto pipeline = parsePipeline(whole.substr(0, cut), "x.yaml", test::sampleRegistry());
            QVERIFY(pipeline || pipeline.error().message.starts_with("x.yaml:"));
            for (const char wrong : {'\0', '{', '\xff', ':'}) {
                std::string damaged = whole;
                damaged[cut] = wrong;
                const auto other = parsePipeline(damaged, "x.yaml", test::sampleRegistry());
                QVERIFY(other || other.error().code == ErrorCode::Usage);
            }
        }
    }

    void settings_data()
    {
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("lines");
        QTest::newRow("number") << "batch.rows=500"
                                << "batch:\n  rows: 500\n";
        QTest::newRow("trigger") << "trigger=continuous"
                                 << "trigger: continuous\n";
        QTest::newRow("trigger part") << "trigger.every=5m"
                                      << "trigger:\n  every: 5m\n";
        QTest::newRow("trigger kind") << "trigger.cron=0 2 * * *"
                                      << "trigger:\n  cron: 0 2 * * *\n";
        QTest::newRow("text with =") << "shape.sql=SELECT a FROM input WHERE b=1"
                                     << "sql: SELECT a FROM input WHERE b=1\n";
        QTest::newRow("list") << "source.cursor=[a, b]"
                              << "cursor: [a, b]\n";
        QTest::newRow("map") << "batch={rows: 3, age: 2s}"
                             << "batch:\n  rows: 3\n  age: 2s\n";
        QTest::newRow("map option") << "source.client.queue.max.ms=5"
                                    << "client:\n    queue.max.ms: 5\n";
        QTest::newRow("empty text") << "source.null="
                                    << "null\": \"\"\n";
    }
    void settings()
    {
        QFETCH(QString, setting);
        QFETCH(QString, lines);
        Pipeline pipeline = *parsed(minimal("trigger: {cron: '1 1 * * *', zone: Europe/Berlin}"));
        pipeline.source = {"shop", {{"table", "t"}}};
        if (setting.startsWith("trigger.cron"))
            pipeline.trigger = {.kind = Trigger::Kind::Every, .every = 1min, .cron = {}, .atLeast = {}};
        const auto changed = withSetting(pipeline, setting.toStdString(), test::sampleRegistry());
        QVERIFY_RESULT(changed);
        const QString yaml = QString::fromStdString(formatPipeline(*changed));
        QVERIFY2(yaml.contains(lines), qPrintable(yaml));
    }

    void badSettings_data()
    {
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("error");
        QTest::newRow("no value") << "batch.rows"
                                  << "--set: 'batch.rows' is not KEY=VALUE";
        QTest::newRow("no key") << "=5"
                                << "--set: '=5' is not KEY=VALUE";
        QTest::newRow("unknown key") << "batch.rowz=5"
                                     << "--set: unknown key 'rowz' in 'batch'; did you mean 'rows'?";
        QTest::newRow("unknown section") << "bach.rows=5"
                                         << "--set: unknown key 'bach' in 'the pipeline'; did you mean 'batch'?";
        QTest::newRow("bad value") << "batch.rows=many"
                                   << "--set: 'rows': 'many' is not a whole number.";
        QTest::newRow("bad flow") << "batch={rows: [}"
                                  << "--set:1: ";
    }
    void badSettings()
    {
        QFETCH(QString, setting);
        QFETCH(QString, error);
        const auto changed = withSetting(*parsed(minimal({})), setting.toStdString(), test::sampleRegistry());
        QVERIFY(!changed);
        const QString message = QString::fromStdString(changed.error().message);
        QVERIFY2(message.startsWith(error), qPrintable(message));
    }

    void savesAndLoads()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("shop.headrace.yaml").toStdString();
        const Pipeline pipeline = *parsed(kFull);
        QVERIFY_RESULT(savePipeline(pipeline, path));
        const auto loaded = loadPipeline(path, test::sampleRegistry());
        QVERIFY_RESULT(loaded);
        QVERIFY(*loaded == pipeline);
        const auto missing = loadPipeline(path + "x", test::sampleRegistry());
        QVERIFY(!missing);
        QCOMPARE(static_cast<int>(missing.error().code), static_cast<int>(ErrorCode::NotFound));
    }
};

QTEST_GUILESS_MAIN(TestPipelineYaml)
#include "tst_pipeline_yaml.moc"
