// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/connectors/pipeline/mill.h"
#include "tests/support/rows.h"

#include "connectors/pipeline/plan_sentence.h"

#include <QTest>

namespace headrace::test {

/// Tables of one database, and formats in one folder, share the positions that are kept there.
class TestDestinationPlace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thePositionOfAnotherTableIsNotTaken_data()
    {
        QTest::addColumn<std::string>("before");
        QTest::addColumn<std::int64_t>("earlierBatches");
        QTest::addColumn<bool>("stops");
        QTest::newRow("another") << std::string("table 'a'") << std::int64_t{0} << true;
        QTest::newRow("another, read as a whole again") << std::string("table 'a'") << std::int64_t{2} << false;
        QTest::newRow("the same") << std::string("table 'b'") << std::int64_t{0} << false;
        QTest::newRow("not known") << std::string() << std::int64_t{0} << false;
    }
    void thePositionOfAnotherTableIsNotTaken()
    {
        QFETCH(std::string, before);
        QFETCH(std::int64_t, earlierBatches);
        QFETCH(bool, stops);
        Mill mill;
        mill.pipeline.destination = {"table", Options{{"table", "b"}}};
        mill.disk.checkpoint = Checkpoint{{{"10"}, 2}, 10, 0, false, earlierBatches, before};
        mill.destination.position = {{"10"}, 2};
        const auto result = mill.run();
        QCOMPARE(result.has_value(), !stops);
        if (!stops) {
            QCOMPARE(QString::fromStdString(mill.disk.checkpoint->destination), QStringLiteral("table 'b'"));
            return;
        }
        QCOMPARE(mill.destination.ids.size(), 0);
        QCOMPARE(mill.disk.checkpoint->destination, before);
        QVERIFY2(
            result.error().message.starts_with("This pipeline has written to table 'a' until now, and the position "
                                               "found at table 'b' is of those rows"),
            result.error().message.c_str());
    }

    void thePlanBeginsWhereTheRunDoes_data()
    {
        QTest::addColumn<std::string>("before");
        QTest::addColumn<Guarantee>("guarantee");
        QTest::addColumn<bool>("goesOn");
        QTest::newRow("the same") << std::string("table 'b'") << Guarantee::ExactlyOnce << true;
        QTest::newRow("not known") << std::string() << Guarantee::ExactlyOnce << true;
        QTest::newRow("another") << std::string("table 'a'") << Guarantee::ExactlyOnce << false;
        QTest::newRow("another, without positions") << std::string("table 'a'") << Guarantee::AtLeastOnce << true;
    }
    void thePlanBeginsWhereTheRunDoes()
    {
        QFETCH(std::string, before);
        QFETCH(Guarantee, guarantee);
        QFETCH(bool, goesOn);
        Registry registry;
        SinkType table;
        table.type = "table";
        table.label = "Table";
        table.guarantee = guarantee;
        registry.add(std::move(table));
        Pipeline pipeline;
        pipeline.destination = {"table", Options{{"table", "b"}}};
        const Checkpoint checkpoint{{{"10"}, 2}, 10, 0, false, 0, before};
        QCOMPARE(resumePosition(pipeline, registry, checkpoint).has_value(), goesOn);
        QVERIFY(!resumePosition(pipeline, registry, std::nullopt));
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestDestinationPlace)
#include "tst_destination_place.moc"
