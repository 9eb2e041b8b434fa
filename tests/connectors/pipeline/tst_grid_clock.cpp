// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/grid_clock.h"
#include "tests/support/random.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QDateTime>
#include <QTest>
#include <QTimeZone>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

constexpr qint64 kMinute = 60'000;

/// Milliseconds of the local clock, by Qt's own time zones.
qint64 localAt(const QTimeZone& zone, qint64 at)
{
    return at + qint64{1000} * zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(at, Qt::UTC));
}

qint64 floorDivided(qint64 value, qint64 by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

/// The next multiple, found by looking at the clock every minute.
qint64 slowNext(const QTimeZone& zone, qint64 at, qint64 grid)
{
    for (qint64 minute = (floorDivided(at, kMinute) + 1) * kMinute;; minute += kMinute) {
        const qint64 local = localAt(zone, minute);
        const qint64 before = localAt(zone, minute - kMinute);
        if (local % grid == 0 || floorDivided(local, grid) > floorDivided(before, grid))
            return minute;
    }
}

WallTime utc(const char* text)
{
    return WallTime(std::chrono::milliseconds(
        QDateTime::fromString(QString::fromUtf8(text) + "Z", Qt::ISODate).toMSecsSinceEpoch()));
}

QString print(WallTime at)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString("yyyy-MM-ddTHH:mm");
}

} // namespace

class TestGridClock : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void multiplesOfALocalDay_data()
    {
        QTest::addColumn<QString>("zone");
        QTest::addColumn<int>("gridMinutes");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QStringList>("multiples");
        QTest::newRow("hours in UTC") << "UTC" << 60 << "2026-05-01T10:20"
                                      << QStringList{"2026-05-01T11:00", "2026-05-01T12:00"};
        QTest::newRow("a day of 23 hours") << "Europe/Berlin" << 360 << "2026-03-28T23:00"
                                           << QStringList{"2026-03-29T04:00", "2026-03-29T10:00", "2026-03-29T16:00",
                                                          "2026-03-29T22:00", "2026-03-30T04:00"};
        QTest::newRow("a day of 25 hours") << "Europe/Berlin" << 1440 << "2026-10-24T21:59"
                                           << QStringList{"2026-10-24T22:00", "2026-10-25T23:00", "2026-10-26T23:00"};
        QTest::newRow("an hour shown twice") << "Europe/Berlin" << 60 << "2026-10-24T23:30"
                                             << QStringList{"2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"};
        QTest::newRow("a multiple skipped by half an hour")
            << "Australia/Lord_Howe" << 60 << "2026-10-03T14:10"
            << QStringList{"2026-10-03T14:30", "2026-10-03T15:30", "2026-10-03T16:00"};
        QTest::newRow("half past in India")
            << "Asia/Kolkata" << 60 << "2026-05-01T10:00" << QStringList{"2026-05-01T10:30", "2026-05-01T11:30"};
    }
    void multiplesOfALocalDay()
    {
        QFETCH(QString, zone);
        QFETCH(int, gridMinutes);
        QFETCH(QString, from);
        QFETCH(QStringList, multiples);
        const auto found = TimeZone::find(zone.toStdString());
        QVERIFY_RESULT(found);
        GridClock clock(*found, std::chrono::minutes(gridMinutes));
        WallTime at = utc(from.toUtf8());
        QStringList printed;
        for (qsizetype i = 0; i < multiples.size(); ++i) {
            at = clock.next(at);
            printed << print(at);
        }
        QCOMPARE(printed, multiples);
    }

    void agreesWithAClockReadEveryMinute_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
                                 "America/St_Johns", "Pacific/Apia"})
            QTest::newRow(name) << name;
    }
    void agreesWithAClockReadEveryMinute()
    {
        QFETCH(QString, name);
        const auto zone = TimeZone::find(name.toStdString());
        QVERIFY_RESULT(zone);
        const QTimeZone reference(name.toUtf8());
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            Random random(seed);
            const auto grid = std::array{1, 5, 15, 30, 60, 120, 360, 1440}[static_cast<std::size_t>(random.pick(0, 7))];
            // Half of the starts lie within a day of a change of the clocks.
            qint64 at = random.pick(1'400'000'000, 1'900'000'000) * 1000;
            const auto change = reference.nextTransition(QDateTime::fromMSecsSinceEpoch(at, Qt::UTC)).atUtc;
            if (change.isValid() && random.chance(50))
                at = change.toMSecsSinceEpoch() + random.pick(-86'400'000, 7'200'000);
            GridClock clock(*zone, std::chrono::minutes(grid));
            for (int step = 0; step < 4; ++step) {
                const qint64 want = slowNext(reference, at, grid * kMinute);
                const WallTime got = clock.next(WallTime(std::chrono::milliseconds(at)));
                QVERIFY2(got == WallTime(std::chrono::milliseconds(want)),
                         fmt::format("seed {}: after {} comes {}, not {} (grid {} min)", seed,
                                     print(WallTime(std::chrono::milliseconds(at))).toStdString(),
                                     print(WallTime(std::chrono::milliseconds(want))).toStdString(),
                                     print(got).toStdString(), grid)
                             .c_str());
                at = want + (random.chance(50) ? 0 : random.pick(0, 3'600'000));
            }
        }
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestGridClock)
#include "tst_grid_clock.moc"
