// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/table_position.h"

#include <QTest>

#include <algorithm>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

/// Where 12 s, 60 s and so on are divided is the audit's own; a test names the age of its rows.
std::size_t groupOf(const CursorAudit::Ages& ages, std::chrono::milliseconds age)
{
    return static_cast<std::size_t>(std::ranges::upper_bound(ages, std::chrono::microseconds(age)) - ages.begin());
}

} // namespace

/// What is said of late rows after some looks, and that it outlives a saved position.
class TestCursorAudit : public QObject {
    Q_OBJECT

private:
    /// `looks` looks at 1,000 rows of each age; `late` more of the given age come later, at the last look.
    static CursorAudit audited(std::chrono::milliseconds lag, int looks, std::chrono::milliseconds age, int late)
    {
        CursorAudit audit;
        const auto ages = CursorAudit::agesFor(lag);
        for (int i = 1; i <= looks; ++i) {
            CursorAudit::Counts rows(ages.size(), 1000);
            audit.look("2026-11-25 10:00:00.000000", lag, rows);
            if (i == looks)
                rows[groupOf(ages, age)] += late;
            audit.settle(rows);
        }
        return audit;
    }

private Q_SLOTS:
    void sentences_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("lag");
        QTest::addColumn<int>("looks");
        QTest::addColumn<std::chrono::milliseconds>("age");
        QTest::addColumn<int>("late");
        QTest::addColumn<QString>("sentence");
        using Ms = std::chrono::milliseconds;
        QTest::newRow("nothing yet") << Ms(30s) << 0 << Ms(1s) << 0 << QString();
        QTest::newRow("one look") << Ms(30s) << 1 << Ms(1s) << 0
                                  << QStringLiteral(
                                         "Lag 30 s; in 1 look at 22,000 rows none was late; too few looks to "
                                         "say what would do.");
        QTest::newRow("none late") << Ms(30s) << 10 << Ms(1s) << 0
                                   << QStringLiteral(
                                          "Lag 30 s; in 10 looks at 220,000 rows none was late; 1 s would do.");
        QTest::newRow("one late") << Ms(30s) << 10 << Ms(11s) << 1
                                  << QStringLiteral(
                                         "Lag 30 s; in 10 looks at 220,001 rows the latest row was up to 12 s "
                                         "late, 99.9 % were there at once; 15 s would do.");
        QTest::newRow("many late") << Ms(30s) << 10 << Ms(7s) << 100'000
                                   << QStringLiteral(
                                          "Lag 30 s; in 10 looks at 320,000 rows the latest row was up to 8 s "
                                          "late; 10 s would do.");
        QTest::newRow("close to the lag")
            << Ms(10s) << 10 << Ms(9s) << 1
            << QStringLiteral("Lag 10 s; in 10 looks at 170,001 rows the latest row was up "
                              "to 10 s late, 99.9 % were there at once; set it to 15 s to "
                              "be on the safe side.");
        QTest::newRow("missed") << Ms(10s) << 1 << Ms(35s) << 1
                                << QStringLiteral(
                                       "Lag 10 s; in 1 look at 17,001 rows the latest row was up to 40 s late, "
                                       "99.9 % were there at once; rows later than the lag are missed: set "
                                       "it to 50 s.");
    }
    void sentences()
    {
        QFETCH(std::chrono::milliseconds, lag);
        QFETCH(int, looks);
        QFETCH(std::chrono::milliseconds, age);
        QFETCH(int, late);
        QFETCH(QString, sentence);
        QCOMPARE(QString::fromStdString(audited(lag, looks, age, late).sentence()), sentence);
    }

    void most999AreNamedApartFromTheLatest()
    {
        CursorAudit audit;
        const auto ages = CursorAudit::agesFor(30s);
        CursorAudit::Counts rows(ages.size(), 100'000);
        for (int i = 0; i < 10; ++i) {
            audit.look("t", 30s, rows);
            auto later = rows;
            later[groupOf(ages, 7s)] += 9'000'000;
            later[groupOf(ages, 11s)] += 1;
            audit.settle(later);
        }
        QVERIFY2(audit.sentence().ends_with("up to 12 s late, 99.9 % within 8 s; 15 s would do."),
                 audit.sentence().c_str());
    }

    void rowsThatMovedOnAreNotLate()
    {
        CursorAudit audit;
        audit.look("t", 10s, CursorAudit::Counts(17, 10));
        audit.settle(CursorAudit::Counts(17, 4));
        QVERIFY2(audit.sentence().find("at 68 rows none was late") != std::string::npos, audit.sentence().c_str());
    }

    void aPositionKeepsIt()
    {
        TablePosition position;
        position.above = {"2026-11-25 09:00:00", "7"};
        QVERIFY(position.toPosition().text.find("audit") == std::string::npos);
        position.audit = audited(30s, 10, 11s, 1);
        position.audit.look("2026-11-25 11:00:00.000000", 20s, {1, 2, 3});
        const auto kept = TablePosition::parse(position.toPosition(), 2);
        QVERIFY(kept.has_value());
        QCOMPARE(kept->audit.lookedAt(), std::string("2026-11-25 11:00:00.000000"));
        QCOMPARE(kept->audit.ages().size(), 3U);
        QCOMPARE(kept->audit.sentence(), position.audit.sentence());
        QCOMPARE(tableLateRows(position.toPosition()), position.audit.sentence());
        QCOMPARE(tableCursorAt(position.toPosition()), std::string("2026-11-25 09:00:00"));
        QVERIFY(!TablePosition::parse({R"({"above":["1","2"],"audit":{"at":1}})"}, 2).has_value());
    }
};

QTEST_GUILESS_MAIN(TestCursorAudit)
#include "tst_cursor_audit.moc"
