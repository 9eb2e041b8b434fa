// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/cron.h"
#include "connectors/pipeline/trigger.h"
#include "tests/support/random.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QDateTime>
#include <QTest>
#include <QTimeZone>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

WallTime utc(const QString& text)
{
    return WallTime(std::chrono::milliseconds(QDateTime::fromString(text + "Z", Qt::ISODate).toMSecsSinceEpoch()));
}

QString print(std::optional<WallTime> at)
{
    if (!at)
        return "never";
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at->time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString("yyyy-MM-ddTHH:mm:ss");
}

} // namespace

class TestTrigger : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startsAfterOneAnother_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("lastStart");
        QTest::addColumn<QString>("now");
        QTest::addColumn<QString>("next");
        const auto once = static_cast<int>(Trigger::Kind::Once);
        const auto every = static_cast<int>(Trigger::Kind::Every);
        const auto continuous = static_cast<int>(Trigger::Kind::Continuous);
        const auto newRows = static_cast<int>(Trigger::Kind::NewRows);
        QTest::newRow("once, first") << once << ""
                                     << "2026-01-01T10:00:00"
                                     << "2026-01-01T10:00:00";
        QTest::newRow("once, again") << once << "2026-01-01T10:00:00"
                                     << "2026-01-01T10:00:05"
                                     << "never";
        QTest::newRow("every, first") << every << ""
                                      << "2026-01-01T10:00:00"
                                      << "2026-01-01T10:00:00";
        QTest::newRow("every, in time") << every << "2026-01-01T10:00:00"
                                        << "2026-01-01T10:03:00"
                                        << "2026-01-01T10:15:00";
        QTest::newRow("every, just in time") << every << "2026-01-01T10:00:00"
                                             << "2026-01-01T10:15:00"
                                             << "2026-01-01T10:15:00";
        QTest::newRow("every, two missed") << every << "2026-01-01T10:00:00"
                                           << "2026-01-01T10:31:00"
                                           << "2026-01-01T10:45:00";
        QTest::newRow("every, clock set back") << every << "2026-01-01T10:00:00"
                                               << "2026-01-01T09:00:00"
                                               << "2026-01-01T10:15:00";
        QTest::newRow("continuous, soon") << continuous << "2026-01-01T10:00:00"
                                          << "2026-01-01T10:00:00"
                                          << "2026-01-01T10:00:01";
        QTest::newRow("new rows, first") << newRows << ""
                                         << "2026-01-01T10:00:00"
                                         << "2026-01-01T10:00:00";
        QTest::newRow("new rows, soon") << newRows << "2026-01-01T10:00:00"
                                        << "2026-01-01T10:00:01"
                                        << "2026-01-01T10:00:05";
        QTest::newRow("new rows, late") << newRows << "2026-01-01T10:00:00"
                                        << "2026-01-01T10:01:00"
                                        << "2026-01-01T10:01:00";
        QTest::newRow("continuous, late") << continuous << "2026-01-01T10:00:00"
                                          << "2026-01-01T12:00:00"
                                          << "2026-01-01T12:00:00";
    }
    void startsAfterOneAnother()
    {
        QFETCH(int, kind);
        QFETCH(QString, lastStart);
        QFETCH(QString, now);
        Trigger trigger;
        trigger.kind = static_cast<Trigger::Kind>(kind);
        trigger.every = 15min;
        const auto last = lastStart.isEmpty() ? std::nullopt : std::optional(utc(lastStart));
        QTEST(print(trigger.nextStart(last, utc(now))), "next");
    }

    void cronComesNext_data()
    {
        QTest::addColumn<QString>("cron");
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("next");
        QTest::newRow("every minute") << "* * * * *"
                                      << "UTC"
                                      << "2026-01-01T10:00:00"
                                      << "2026-01-01T10:01:00";
        QTest::newRow("between minutes") << "* * * * *"
                                         << "UTC"
                                         << "2026-01-01T10:00:30"
                                         << "2026-01-01T10:01:00";
        QTest::newRow("at two") << "0 2 * * *"
                                << "UTC"
                                << "2026-01-01T02:00:00"
                                << "2026-01-02T02:00:00";
        QTest::newRow("at two in Berlin") << "0 2 * * *"
                                          << "Europe/Berlin"
                                          << "2026-01-01T02:00:00"
                                          << "2026-01-02T01:00:00";
        QTest::newRow("quarters of working hours") << "*/15 9-17 * * mon-fri"
                                                   << "UTC"
                                                   << "2026-01-02T17:45:00"
                                                   << "2026-01-05T09:00:00";
        QTest::newRow("list") << "5,35 * * * *"
                              << "UTC"
                              << "2026-01-01T10:06:00"
                              << "2026-01-01T10:35:00";
        QTest::newRow("stepped range") << "0 8-18/5 * * *"
                                       << "UTC"
                                       << "2026-01-01T09:00:00"
                                       << "2026-01-01T13:00:00";
        QTest::newRow("either day: the 13th") << "0 0 13 * fri"
                                              << "UTC"
                                              << "2026-01-09T12:00:00"
                                              << "2026-01-13T00:00:00";
        QTest::newRow("either day: Friday") << "0 0 13 * fri"
                                            << "UTC"
                                            << "2026-01-13T12:00:00"
                                            << "2026-01-16T00:00:00";
        QTest::newRow("a star with a step is no restriction") << "0 0 */10 * fri"
                                                              << "UTC"
                                                              << "2026-01-01T12:00:00"
                                                              << "2026-05-01T00:00:00";
        QTest::newRow("Sunday is 7") << "0 0 * * 7"
                                     << "UTC"
                                     << "2026-01-01T00:00:00"
                                     << "2026-01-04T00:00:00";
        QTest::newRow("Sunday is 0") << "0 0 * * 0"
                                     << "UTC"
                                     << "2026-01-01T00:00:00"
                                     << "2026-01-04T00:00:00";
        QTest::newRow("leap day") << "0 0 29 feb *"
                                  << "UTC"
                                  << "2026-01-01T00:00:00"
                                  << "2028-02-29T00:00:00";
        QTest::newRow("never") << "0 0 30 feb *"
                               << "UTC"
                               << "2026-01-01T00:00:00"
                               << "never";
        QTest::newRow("skipped hour: at the change") << "30 2 * * *"
                                                     << "Europe/Berlin"
                                                     << "2026-03-28T12:00:00"
                                                     << "2026-03-29T01:00:00";
        QTest::newRow("skipped hour: wildcards do not catch up") << "30 * * * *"
                                                                 << "Europe/Berlin"
                                                                 << "2026-03-29T00:30:00"
                                                                 << "2026-03-29T01:30:00";
        QTest::newRow("repeated hour: once") << "30 2 * * *"
                                             << "Europe/Berlin"
                                             << "2026-10-25T00:30:00"
                                             << "2026-10-26T01:30:00";
        QTest::newRow("repeated hour: wildcards twice") << "30 * * * *"
                                                        << "Europe/Berlin"
                                                        << "2026-10-25T00:30:00"
                                                        << "2026-10-25T01:30:00";
    }
    void cronComesNext()
    {
        QFETCH(QString, cron);
        QFETCH(QString, zone);
        QFETCH(QString, after);
        const auto schedule = CronSchedule::parse(cron.toStdString());
        QVERIFY_RESULT(schedule);
        const auto timeZone = TimeZone::find(zone.toStdString());
        QVERIFY_RESULT(timeZone);
        QTEST(print(schedule->next(utc(after), **timeZone)), "next");
    }

    void cronAgreesWithAClockReadEveryMinute()
    {
        const QTimeZone reference("America/New_York");
        const auto zone = TimeZone::find("America/New_York");
        QVERIFY_RESULT(zone);
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            Random random(seed);
            const auto hour = random.pick(0, 23);
            const auto step = random.pick(7, 40);
            const auto weekday = random.pick(0, 6);
            const auto schedule =
                CronSchedule::parse(fmt::format("*/{} {}-23 * * {},{}", step, hour, weekday, (weekday + 3) % 7));
            QVERIFY_RESULT(schedule);
            qint64 at = random.pick(1'700'000'000, 1'800'000'000) / 60 * 60;
            const WallTime start{std::chrono::seconds(at)};
            while (true) {
                at += 60;
                const QDateTime local = QDateTime::fromSecsSinceEpoch(at, Qt::UTC).toTimeZone(reference);
                const int day = local.date().dayOfWeek() % 7;
                if (local.time().minute() % step == 0 && local.time().hour() >= hour &&
                    (day == weekday || day == (weekday + 3) % 7))
                    break;
            }
            QCOMPARE(print(schedule->next(start, **zone)), print(WallTime(std::chrono::seconds(at))));
        }
    }

    void badSchedulesAreRefused_data()
    {
        QTest::addColumn<QString>("cron");
        QTest::addColumn<QString>("message");
        const QString hint = "; use *, a number from %1 to %2, a range such as 1-5, a step such as */15, or a list of "
                             "these.";
        QTest::newRow("four fields") << "0 2 * *"
                                     << "The cron schedule '0 2 * *' has 4 fields; it needs five: minute, hour, day of "
                                        "month, month, day of week.";
        QTest::newRow("minute") << "60 * * * *"
                                << "'60' is no minute of a cron schedule" + hint.arg(0).arg(59);
        QTest::newRow("day") << "0 0 0 * *"
                             << "'0' is no day of month of a cron schedule" + hint.arg(1).arg(31);
        QTest::newRow("month") << "0 0 * jann *"
                               << "'jann' is no month of a cron schedule" + hint.arg(1).arg(12);
        QTest::newRow("backwards") << "0 5-2 * * *"
                                   << "'5-2' is no hour of a cron schedule" + hint.arg(0).arg(23);
        QTest::newRow("no step") << "*/0 * * * *"
                                 << "'*/0' is no minute of a cron schedule" + hint.arg(0).arg(59);
        QTest::newRow("step of one") << "5/2 * * * *"
                                     << "'5/2' is no minute of a cron schedule" + hint.arg(0).arg(59);
        QTest::newRow("open list") << "1, * * * *"
                                   << "'1,' is no minute of a cron schedule" + hint.arg(0).arg(59);
        QTest::newRow("never") << "0 0 31 4 *"
                               << "The cron schedule '0 0 31 4 *' never comes: no month has such a day.";
    }
    void badSchedulesAreRefused()
    {
        QFETCH(QString, cron);
        Trigger trigger;
        trigger.kind = Trigger::Kind::Cron;
        trigger.cron = cron.toStdString();
        const auto status = trigger.check();
        QVERIFY(!status);
        QVERIFY(status.error().code == ErrorCode::Usage);
        QTEST(QString::fromStdString(status.error().message), "message");
    }

    void badTriggersAreRefused()
    {
        Trigger trigger;
        trigger.kind = Trigger::Kind::Every;
        QCOMPARE(trigger.check().error().message, "The trigger's 'every' is 0s; it must be greater than zero.");
        trigger.kind = Trigger::Kind::Cron;
        trigger.cron = "0 2 * * *";
        trigger.zone = "Mars/Base";
        QVERIFY(trigger.check().error().message.starts_with("There is no time zone 'Mars/Base'"));
    }

    void describesItself()
    {
        Trigger trigger;
        QCOMPARE(trigger.describe(), "once");
        trigger.kind = Trigger::Kind::Every;
        trigger.every = 15min;
        QCOMPARE(trigger.describe(), "every 15 min");
        trigger.kind = Trigger::Kind::Cron;
        trigger.cron = "0 2 * * *";
        QCOMPARE(trigger.describe(), "at 0 2 * * * (UTC)");
        trigger.kind = Trigger::Kind::Continuous;
        QCOMPARE(trigger.describe(), "continuously");
        trigger.kind = Trigger::Kind::NewRows;
        QCOMPARE(trigger.describe(), "when 1,000 rows are new, looked for every 5 s");
        trigger.newRows = 1;
        trigger.atLeast = 15min;
        QCOMPARE(trigger.describe(), "when 1 row is new, looked for every 5 s, and at least every 15 min");
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestTrigger)
#include "tst_trigger.moc"
