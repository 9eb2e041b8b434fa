// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/pipeline.h"
#include "tests/support/rows.h"
#include "tests/support/sample_registry.h"

#include <QTest>

#include <functional>

using namespace headrace;

Q_DECLARE_METATYPE(std::function<void(Pipeline&)>)

namespace {

Pipeline sample()
{
    Pipeline pipeline;
    pipeline.name = "shop-orders";
    pipeline.source = {"shop", {{"table", "orders"}, {"cursor", OptionList{"updated", "id"}}}};
    pipeline.destination = {"shelf", {{"path", "/data/orders"}}};
    return pipeline;
}

void addChange(const char* name, std::function<void(Pipeline&)> change, const char* part = "")
{
    QTest::newRow(name) << std::move(change) << QString(part);
}

} // namespace

class TestPipeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fingerprintIsStable()
    {
        // Written down, because checkpoints of earlier versions are kept under it.
        QCOMPARE(QString::fromStdString(sample().sourceFingerprint()), QStringLiteral("5deca10145e9ebb5"));
        Pipeline other = sample();
        other.name = "renamed";
        other.batch.rows = 5;
        other.destination = {"null", {}};
        other.source.options.set("lag", "15s"); // as the cursor audit has advised
        QCOMPARE(other.sourceFingerprint(), sample().sourceFingerprint());
    }

    void fingerprintFollowsTheSource_data()
    {
        QTest::addColumn<std::function<void(Pipeline&)>>("change");
        QTest::addColumn<QString>("unused");
        addChange("type", [](Pipeline& p) { p.source.type = "files"; });
        addChange("value", [](Pipeline& p) { p.source.options.set("table", "order"); });
        addChange("further option", [](Pipeline& p) { p.source.options.set("port", "1"); });
        addChange("list cut elsewhere", [](Pipeline& p) {
            p.source.options.set("cursor", OptionList{"updatedi", "d"});
        });
        addChange("text for a list", [](Pipeline& p) { p.source.options.set("cursor", "updated,id"); });
        addChange("shape", [](Pipeline& p) { p.shapeSql = "SELECT id FROM input"; });
    }
    void fingerprintFollowsTheSource()
    {
        QFETCH(std::function<void(Pipeline&)>, change);
        Pipeline changed = sample();
        change(changed);
        QVERIFY(changed.sourceFingerprint() != sample().sourceFingerprint());
        QCOMPARE(changed.sourceFingerprint().size(), std::size_t{16});
    }

    void goodPipelinesPass_data()
    {
        QTest::addColumn<std::function<void(Pipeline&)>>("change");
        QTest::addColumn<QString>("unused");
        addChange("as it is", [](Pipeline&) {});
        addChange("name with spaces", [](Pipeline& p) { p.name = "Größen 2024"; });
        addChange("secret by reference", [](Pipeline& p) { p.source.options.set("password", "${env:PASSWORD}"); });
        addChange("number by reference", [](Pipeline& p) { p.source.options.set("port", "${env:PORT}"); });
        addChange("required by reference", [](Pipeline& p) { p.source.options.set("table", "${env:TABLE}"); });
    }
    void goodPipelinesPass()
    {
        QFETCH(std::function<void(Pipeline&)>, change);
        Pipeline pipeline = sample();
        change(pipeline);
        QVERIFY_RESULT(pipeline.check(test::sampleRegistry()));
    }

    void badPipelinesAreRefused_data()
    {
        QTest::addColumn<std::function<void(Pipeline&)>>("change");
        QTest::addColumn<QString>("part");
        addChange(
            "no name", [](Pipeline& p) { p.name = ""; }, "needs a name");
        addChange(
            "name is a path", [](Pipeline& p) { p.name = "../etc"; }, "'../etc' cannot be");
        addChange(
            "hidden name", [](Pipeline& p) { p.name = ".x"; }, "'.x' cannot be");
        addChange(
            "long name", [](Pipeline& p) { p.name = std::string(121, 'x'); }, "at most 120 bytes");
        addChange(
            "rows", [](Pipeline& p) { p.batch.rows = 0; }, "rows");
        addChange(
            "trigger",
            [](Pipeline& p) {
                p.trigger.kind = Trigger::Kind::Cron;
                p.trigger.cron = "x";
            },
            "x");
        addChange(
            "bad records", [](Pipeline& p) { p.badRecords.limit = -1; }, "-1");
        addChange(
            "retry attempts", [](Pipeline& p) { p.retry.attempts = -2; }, "-2");
        addChange(
            "retry waits", [](Pipeline& p) { p.retry.maximum = std::chrono::milliseconds{5}; }, "maximum: 5ms");
        addChange(
            "source type", [](Pipeline& p) { p.source.type = "shopp"; }, "did you mean 'shop'?");
        addChange(
            "destination type", [](Pipeline& p) { p.destination.type = "shelv"; }, "did you mean 'shelf'?");
        addChange(
            "option", [](Pipeline& p) { p.source.options.set("tabel", "x"); }, "did you mean 'table'?");
        addChange(
            "missing option", [](Pipeline& p) { p.destination.options = {}; }, "needs the option 'path'");
        addChange(
            "bad value", [](Pipeline& p) { p.source.options.set("port", "70000"); }, "'70000' is too large");
        addChange(
            "secret in clear", [](Pipeline& p) { p.source.options.set("password", "hunter2"); }, "${secret:NAME}");
    }
    void badPipelinesAreRefused()
    {
        QFETCH(std::function<void(Pipeline&)>, change);
        QFETCH(QString, part);
        Pipeline pipeline = sample();
        change(pipeline);
        const Status status = pipeline.check(test::sampleRegistry());
        QVERIFY(!status);
        const QString message = QString::fromStdString(status.error().message);
        QVERIFY2(message.contains(part), qPrintable(message));
        QVERIFY2(!message.contains("hunter2"), "a secret must never be quoted");
        QCOMPARE(static_cast<int>(status.error().code), static_cast<int>(ErrorCode::Usage));
    }
};

QTEST_GUILESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
