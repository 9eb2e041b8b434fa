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
        trigger.kind = static_cast<Trigger::Kind>(below(4));
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
                               << "every 15 m";
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

    void errorsNameTheLine_data();
    void errorsNameTheLine()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, error);
        const auto pipeline = parsed(yaml);
        QVERIFY(!pipeline);
        const QString message = QString::fromStdString(pipeline.error().message);
        QVERIFY2(message.startsWith(error), qPrintable(message));
        QVERIFY2(!message.contains("hunter2"), "a secret must never be quoted");
        QCOMPARE(static_cast<int>(pipeline.error().code), static_cast<int>(ErrorCode::Usage));
    }

    void aliasesStandForTheirValues()
    {
        const auto pipeline = parsed("headrace: 1\nname: &n x\nsource: {type: files, path: *n}\n"
                                     "destination: {type: shelf, path: *n}\n");
        QVERIFY_RESULT(pipeline);
        QCOMPARE(pipeline->source.options.text("path"), std::string("x"));
    }

    void hugeFilesAreRefused_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("part");
        QString laughs = minimal("batch: {rows: 1}\n");
        for (int level = 0; level < 12; ++level)
            laughs += QString("a%1: &a%1 [%2]\n")
                          .arg(level)
                          .arg(level == 0 ? "x" : QString("*a%1,").arg(level - 1).repeated(10));
        QTest::newRow("aliases of aliases") << laughs << "aliases repeat too much";
        QTest::newRow("alias inside itself") << minimal("a: &a [*a]") << "inside the value it refers to";
        QTest::newRow("deep") << minimal("a: " + QString("[").repeated(50) + QString("]").repeated(50))
                              << "nested deeper";
        QTest::newRow("many values") << minimal("a: [" + QString("1,").repeated(20'000) + "]")
                                     << "more than 10000 values";
        QTest::newRow("large") << minimal("#" + QString("x").repeated(2'000'000)) << "a pipeline file has at most";
        QTest::newRow("copies of a long text")
            << minimal("a: &a '" + QString("x").repeated(200'000) + "'\nb: [" + QString("*a,").repeated(50) + "]")
            << "aliases repeat too much";
    }
    void hugeFilesAreRefused()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, part);
        const auto pipeline = parsed(yaml);
        QVERIFY(!pipeline);
        QVERIFY2(pipeline.error().message.find(part.toStdString()) != std::string::npos,
                 pipeline.error().message.c_str());
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
            pipeline.trigger = {.kind = Trigger::Kind::Every, .every = 1min, .cron = {}};
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

void TestPipelineYaml::errorsNameTheLine_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("error");
    const auto row = [](const char* name, const QString& yaml, const char* error) {
        QTest::newRow(name) << yaml << error;
    };
    const auto extra = [](const char* name, const char* yaml, const char* error) {
        QTest::newRow(name) << minimal(yaml) << error;
    };
    row("empty file", "", "x.yaml:1: the file holds nothing; ");
    row("a list", "- a", "x.yaml:1: the file holds a list; ");
    row("no version", "name: x", "x.yaml:1: the key 'headrace' is missing");
    row("other version", "headrace: 2", "x.yaml:1: 'headrace' is '2', but this program reads version 1.");
    row("no name", "headrace: 1\nsource: {type: files, path: a}\ndestination: {type: 'null'}",
        "x.yaml:1: the key 'name' is missing.");
    row("no source", "headrace: 1\nname: x\ndestination: {type: 'null'}", "x.yaml:1: the key 'source' is missing.");
    row("no destination", "headrace: 1\nname: x\nsource: {type: files, path: a}",
        "x.yaml:1: the key 'destination' is missing.");
    row("bad name", "headrace: 1\nname: a/b", "x.yaml:2: 'a/b' cannot be a pipeline's name");
    row("syntax", "headrace: 1\nname: [a", "x.yaml:2: ");
    row("tab", "headrace: 1\nsource:\n\ttype: files", "x.yaml:3: ");
    extra("top key", "bach: {rows: 5}", "x.yaml:5: unknown key 'bach' in 'the pipeline'; did you mean 'batch'?");
    extra("far key", "zzzzzz: 1", "x.yaml:5: unknown key 'zzzzzz' in 'the pipeline'; it has headrace, name, ");
    extra("duplicate", "name: y", "x.yaml:5: the key 'name' stands here a second time; the first is on line 2.");
    extra("duplicate below", "batch:\n  rows: 1\n  rows: 2",
          "x.yaml:7: the key 'rows' stands here a second time; the first is on line 6.");
    extra("second document", "---\nname: y", "x.yaml:5: a second document begins here");
    extra("tag", "batch: !!map {rows: 1}", "x.yaml:5: tags are not used in pipeline files; remove ");
    extra("key is a list", "? [a]\n: b", "x.yaml:5: a key must be a text");
    extra("batch is a text", "batch: 5", "x.yaml:5: 'batch' is a text; a map is wanted.");
    extra("batch is empty", "batch:", "x.yaml:5: 'batch' is nothing; a map is wanted.");
    extra("batch key", "batch:\n  age: 5s\n  rowz: 5", "x.yaml:7: unknown key 'rowz' in 'batch'; did you mean 'rows'?");
    extra("rows text", "batch: {rows: many}", "x.yaml:5: 'rows': 'many' is not a whole number.");
    extra("rows list", "batch: {rows: [1]}", "x.yaml:5: 'rows': a list is given, a single value is wanted.");
    extra("rows nothing", "batch:\n  rows:\n  age: 5s", "x.yaml:6: 'rows': the value is missing; ");
    extra("rows zero", "batch:\n  age: 5s\n  rows: 0", "x.yaml:7: ");
    extra("bytes", "batch: {bytes: 16 MX}", "x.yaml:5: 'bytes': '16 MX' is not a size");
    extra("age without unit", "batch: {age: 5}", "x.yaml:5: 'age': '5' is not a duration");
    extra("grid", "batch:\n  rows: 5\n  grid: 7h\n  age: 1s", "x.yaml:7: ");
    extra("zone", "batch:\n  grid: 1h\n  zone: Mars/Base", "x.yaml:7: ");
    extra("trigger", "trigger: twice", "x.yaml:5: 'trigger' is 'twice'; it must be once, continuous, ");
    extra("trigger key", "trigger: {evry: 5m}", "x.yaml:5: unknown key 'evry' in 'trigger'; did you mean 'every'?");
    extra("trigger empty", "trigger: {}", "x.yaml:5: ");
    extra("trigger both", "trigger: {every: 5m, cron: '* * * * *'}",
          "x.yaml:5: 'trigger' needs either 'every' or 'cron'.");
    extra("trigger zone", "trigger: {every: 5m, zone: UTC}", "x.yaml:5: 'zone' belongs to 'cron'");
    extra("trigger later", "trigger:\n  new_rows: 5",
          "x.yaml:6: 'new_rows': this trigger is not available in this version");
    extra("trigger arrival", "trigger: on_arrival", "x.yaml:5: this trigger is not available in this version");
    extra("cron", "trigger:\n  cron: '61 * * * *'", "x.yaml:6: ");
    extra("shape text", "shape: SELECT 1", "x.yaml:5: 'shape' is a text; a map is wanted.");
    extra("shape key", "shape: {sq: x}", "x.yaml:5: unknown key 'sq' in 'shape'; did you mean 'sql'?");
    extra("delivery", "delivery: twice",
          "x.yaml:5: 'delivery': 'twice' is neither 'exactly_once' nor 'at_least_once'.");
    extra("bad records", "bad_records:\n  action: drop",
          "x.yaml:6: 'action': 'drop' is neither 'quarantine' nor 'fail'.");
    extra("bad records limit", "bad_records:\n  action: fail\n  limit: -1", "x.yaml:7: The limit of bad records is -1");
    extra("retry", "retry:\n  attempts: 3\n  initial: 90s", "x.yaml:7: The longest wait before a retry");
    extra("retry attempts", "retry:\n  attempts: 99999999999", "x.yaml:6: 'attempts': '99999999999' is out of range.");

    const auto source = [](const char* name, const char* yaml, const char* error) {
        QTest::newRow(name) << QString("headrace: 1\nname: x\ndestination: {type: 'null'}\nsource:") + yaml << error;
    };
    source("source text", " csv", "x.yaml:4: 'source' is a text; a map with a 'type' is wanted.");
    source("source type missing", "\n  path: a", "x.yaml:4: 'source' needs a 'type'.");
    source("source type", "\n  path: a\n  type: filez",
           "x.yaml:6: There is no source type 'filez'; did you mean 'files'?");
    source("source type list", "\n  type: [files]", "x.yaml:5: ");
    source("option", "\n  type: files\n  path: a\n  pth: b",
           "x.yaml:7: unknown key 'pth' in 'source'; did you mean 'path'?");
    source("option missing", "\n  type: files", "x.yaml:4: The files source needs the option 'path'.");
    source("option of a map", "\n  type: files\n  path: {a: b}", "x.yaml:6: The option 'path' of the files source: ");
    source("option value", "\n  type: shop\n  table: t\n  port: 70000",
           "x.yaml:7: The option 'port' of the shop source: '70000' is too large");
    source("option null", "\n  type: shop\n  table: t\n  null: NULL",
           "x.yaml:7: 'null': the value is missing; a text such as NULL");
    source("option list of lists", "\n  type: shop\n  table: t\n  cursor: [[a]]",
           "x.yaml:7: 'cursor': a list is given");
    source("secret", "\n  type: shop\n  table: t\n  password: hunter2",
           "x.yaml:7: The option 'password' of the shop source is a secret");
    source("secret beside a reference", "\n  type: shop\n  table: t\n  password: 'hunter2${env:A}'",
           "x.yaml:7: The option 'password' of the shop source is a secret");
}

QTEST_GUILESS_MAIN(TestPipelineYaml)
#include "tst_pipeline_yaml.moc"
