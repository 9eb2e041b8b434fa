// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/pipeline_yaml.h"
#include "tests/support/rows.h"
#include "tests/support/sample_registry.h"

#include <QTest>

using namespace headrace;

namespace {

/// The smallest file, with `extra` below it. Line 1 is the version, 4 the destination, 5 the first of `extra`.
QString minimal(const QString& extra)
{
    return "headrace: 1\nname: x\nsource: {type: files, path: a.csv}\ndestination: {type: 'null'}\n" + extra;
}

Result<Pipeline> parsed(const QString& yaml)
{
    return parsePipeline(yaml.toStdString(), "x.yaml", test::sampleRegistry());
}

void addColumns()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("error");
}

} // namespace

class TestPipelineYamlErrors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fileErrors_data();
    void fileErrors() { verify(); }
    void sectionErrors_data();
    void sectionErrors() { verify(); }
    void connectorErrors_data();
    void connectorErrors() { verify(); }

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

private:
    static void verify();
};

void TestPipelineYamlErrors::verify()
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

void TestPipelineYamlErrors::fileErrors_data()
{
    addColumns();
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
}

void TestPipelineYamlErrors::sectionErrors_data()
{
    addColumns();
    const auto extra = [](const char* name, const char* yaml, const char* error) {
        QTest::newRow(name) << minimal(yaml) << error;
    };
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
          "x.yaml:5: 'trigger' needs one of 'every', 'cron' and 'new_rows', and no more than one.");
    extra("trigger zone", "trigger: {every: 5m,\n  zone: UTC}", "x.yaml:6: 'zone' belongs to 'cron'.");
    extra("trigger poll", "trigger:\n  every: 5m\n  poll: 1s", "x.yaml:7: 'poll' belongs to 'new_rows'.");
    extra("trigger at least", "trigger:\n  at_least: 5m\n  cron: '* * * * *'",
          "x.yaml:6: 'at_least' belongs to 'new_rows'.");
    extra("new rows and every", "trigger: {every: 5m, new_rows: 10}", "x.yaml:5: 'trigger' needs one of ");
    extra("new rows text", "trigger:\n  poll: 1s\n  new_rows: some", "x.yaml:7: 'new_rows': 'some' is not a whole");
    extra("no new rows", "trigger:\n  poll: 1s\n  new_rows: 0", "x.yaml:7: The trigger's 'new_rows' is 0; it must ");
    extra("poll zero", "trigger:\n  new_rows: 5\n  poll: 0s", "x.yaml:7: The trigger's 'poll' is 0s; it must be ");
    extra("at least below poll", "trigger:\n  new_rows: 5\n  at_least: 1s",
          "x.yaml:7: The trigger's 'at_least' is 1s, less than 'poll' (5s); ");
    extra("a source that cannot count", "trigger:\n  new_rows: 5",
          "x.yaml:6: The files source cannot tell how many rows are new, which the trigger 'new_rows' needs; ");
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
}

void TestPipelineYamlErrors::connectorErrors_data()
{
    addColumns();
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

QTEST_GUILESS_MAIN(TestPipelineYamlErrors)
#include "tst_pipeline_yaml_errors.moc"
