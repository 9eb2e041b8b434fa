// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "connectors/pipeline/checkpoint.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/plan_watch.h"

#include <QLocale>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

Registry registry()
{
    Registry registry;
    SourceType shop;
    shop.type = "shop";
    shop.label = "Shop";
    shop.cursorAt = [](const Position& position) { return "value " + position.text; };
    shop.lateRows = [](const Position& position) { return "Late by " + position.text + "."; };
    shop.forecast = [](const Options&, const std::optional<Position>& position, std::chrono::nanoseconds between,
                       std::stop_token) -> Result<PullForecast> {
        return PullForecast{position ? 30 : 4000, between == 15min ? std::optional(12.4) : std::nullopt, "it sleeps"};
    };
    shop.options = {{.key = "table", .label = "Table", .help = "Which."},
                    {.key = "cursor", .type = OptionType::List, .label = "Cursor", .help = "What grows."}};
    registry.add(std::move(shop));
    SourceType copied;
    copied.type = "copied";
    copied.label = "Copied shop";
    copied.readsWhole = [](const Options&) { return true; };
    registry.add(std::move(copied));
    SourceType queue;
    queue.type = "queue";
    queue.label = "Queue";
    queue.unbounded = true;
    registry.add(std::move(queue));
    return registry;
}

Trigger every(std::chrono::nanoseconds interval)
{
    Trigger trigger;
    trigger.kind = Trigger::Kind::Every;
    trigger.every = interval;
    return trigger;
}

} // namespace

/// The sentence that says what a run will do.
class PlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        qputenv("TZ", "UTC");
    }
    void plansAreSaid_data();
    void plansAreSaid();
    void theLastPositionIsLookedUp();
};

void PlanTest::plansAreSaid_data()
{
    QTest::addColumn<ConnectorSpec>("source");
    QTest::addColumn<Trigger>("trigger");
    QTest::addColumn<PlanFacts>("facts");
    QTest::addColumn<QString>("plan");
    const ConnectorSpec whole{"shop", Options{{"table", "public.orders"}}};
    const ConnectorSpec news{"shop", Options{{"table", "public.orders"}, {"cursor", OptionList{"updated_at", "id"}}}};
    const ConnectorSpec queue{"queue", Options{{"topic", OptionList{"events"}}, {"from", "latest"}}};
    const PlanFacts before{.hasPosition = true, .after = "2026-11-22 10:00:00", .rowsAPull = 1200.4};
    QTest::newRow("no source") << ConnectorSpec{} << Trigger{} << PlanFacts{} << QString();
    QTest::newRow("stream") << queue << Trigger{} << PlanFacts{}
                            << QStringLiteral(
                                   "Until it is stopped: what is in events from latest on, and what arrives");
    QTest::newRow("whole table") << whole << Trigger{} << PlanFacts{}
                                 << QStringLiteral("Once: all rows of public.orders");
    const ConnectorSpec copy{"copied", Options{{"table", "public.orders"}}};
    QTest::newRow("whole table, every time") << copy << every(15min) << PlanFacts{.forecast = {20'000, {}, {}}}
                                             << QStringLiteral("Every 15 min: all rows of public.orders, about 20,000");
    QTest::newRow("whole table again") << copy << every(15min)
                                       << PlanFacts{.hasPosition = true, .forecast = {20'000, {}, {}}}
                                       << QStringLiteral("Every 15 min: all rows of public.orders, about 20,000");
    QTest::newRow("query") << ConnectorSpec{"shop", Options{{"query", "SELECT 1"}}} << Trigger{} << PlanFacts{}
                           << QStringLiteral("Once: all rows of the query");
    QTest::newRow("no rows yet") << news << every(15min) << PlanFacts{.forecast = {0, {}, {}}}
                                 << QStringLiteral("Every 15 min: all rows of public.orders at first, none now, then "
                                                   "those with a higher updated_at");
    QTest::newRow("nothing new") << news << Trigger{}
                                 << PlanFacts{.hasPosition = true, .after = "7", .forecast = {0, {}, {}}}
                                 << QStringLiteral("Once: rows of public.orders with updated_at after 7, none is new "
                                                   "now");
    QTest::newRow("first pull") << news << every(15min) << PlanFacts{}
                                << QStringLiteral("Every 15 min: all rows of public.orders at first, then those with a "
                                                  "higher updated_at");
    QTest::newRow("later pull") << news << every(15min) << before
                                << QStringLiteral("Every 15 min: rows of public.orders with updated_at after "
                                                  "2026-11-22 10:00:00, about 1,200 a pull");
    QTest::newRow("a moment with a fraction")
        << news << Trigger{} << PlanFacts{.hasPosition = true, .after = "2026-11-22 10:00:00.123456+00"}
        << QStringLiteral("Once: rows of public.orders with updated_at after 2026-11-22 10:00:00+00");
    QTest::newRow("late rows") << news << every(15min)
                               << PlanFacts{.hasPosition = true, .after = "7", .lateRows = "Lag 30 s; 15 s would do."}
                               << QStringLiteral("Every 15 min: rows of public.orders with updated_at after 7. Lag "
                                                 "30 s; 15 s would do.");
    QTest::newRow("foretold") << news << every(15min) << PlanFacts{.forecast = {3'000'000, 1200.4, {}}}
                              << QStringLiteral(
                                     "Every 15 min: all rows of public.orders at first, about 3,000,000, then "
                                     "those with a higher updated_at, about 1,200 a pull");
    QTest::newRow("more than was counted")
        << news << every(15min) << PlanFacts{.hasPosition = true, .after = "7", .forecast = {100'000, 0.4, {}}}
        << QStringLiteral("Every 15 min: rows of public.orders with updated_at after 7, about 0.4 a pull; more than "
                          "100,000 are new now");
    QTest::newRow("not to be foretold")
        << news << every(90s) << PlanFacts{.hasPosition = true, .after = "7", .forecast = {{}, {}, "no index"}}
        << QStringLiteral("Every 90 s: rows of public.orders with updated_at after 7; how many a pull brings is "
                          "not known: no index");
    QTest::newRow("unknown position") << news << every(15min) << PlanFacts{.hasPosition = true}
                                      << QStringLiteral("Every 15 min: rows of public.orders with updated_at after "
                                                        "the last one delivered");
    Trigger cron;
    cron.kind = Trigger::Kind::Cron;
    cron.cron = "0 2 * * *";
    QTest::newRow("cron") << whole << cron << PlanFacts{}
                          << QStringLiteral(
                                 "At 0 2 * * * (UTC), next on 26 Nov 02:00: all rows of public.orders at first, then "
                                 "what comes behind them");
    cron.zone = "America/New_York";
    QTest::newRow("cron elsewhere") << whole << cron << PlanFacts{}
                                    << QStringLiteral("At 0 2 * * * (America/New_York), next on 26 Nov 02:00: all rows "
                                                      "of public.orders at first, then what comes behind them");
    Trigger often;
    often.kind = Trigger::Kind::NewRows;
    often.newRows = 12'000;
    often.poll = 1500ms;
    often.atLeast = 90min;
    QTest::newRow("new rows") << news << often << PlanFacts{.hasPosition = true, .after = "7"}
                              << QStringLiteral("When 12,000 rows are new, looked for every 1.5 s, and at least every "
                                                "90 min: rows of public.orders with updated_at after 7");
    Trigger continuous;
    continuous.kind = Trigger::Kind::Continuous;
    QTest::newRow("stream") << queue << continuous << PlanFacts{}
                            << QStringLiteral("Continuously: what is in events from latest on, and what arrives");
    ConnectorSpec upToNow = queue;
    upToNow.options.set("until", "now");
    QTest::newRow("stream up to now") << upToNow << every(1h) << PlanFacts{}
                                      << QStringLiteral("Every 1 h: what is in events from latest on, up to now");
    QTest::newRow("stream up to now, again")
        << upToNow << every(1h) << PlanFacts{.hasPosition = true}
        << QStringLiteral("Every 1 h: what is in events behind the last row delivered, up to now");
    upToNow.options.erase("from");
    QTest::newRow("stream up to now, from the default")
        << upToNow << Trigger{} << PlanFacts{} << QStringLiteral("Once: what is in events, up to now");
    QTest::newRow("stream again") << queue << continuous << PlanFacts{.hasPosition = true}
                                  << QStringLiteral(
                                         "Continuously: what arrives in events behind the last row delivered");
}

void PlanTest::plansAreSaid()
{
    QFETCH(ConnectorSpec, source);
    QFETCH(Trigger, trigger);
    QFETCH(PlanFacts, facts);
    QFETCH(QString, plan);
    Pipeline pipeline;
    pipeline.source = source;
    pipeline.trigger = trigger;
    const QDateTime now(QDate(2026, 11, 25), QTime(19, 30), Qt::UTC);
    QCOMPARE(QString::fromStdString(planSentence(
                 pipeline, registry(), facts,
                 std::chrono::system_clock::time_point(std::chrono::milliseconds(now.toMSecsSinceEpoch())))),
             plan);
}

void PlanTest::theLastPositionIsLookedUp()
{
    const QTemporaryDir folder;
    const Registry known = registry();
    PipelineDocument document(known);
    RunController run(known, folder.path());
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.source = {"shop", Options{{"table", "t"}, {"cursor", "id"}}};
    {
        const auto store = openCheckpointFile(folder.path().toStdString(), "orders");
        QVERIFY_RESULT(store);
        QVERIFY_RESULT((*store)->save(pipeline.sourceFingerprint(), {{{"7"}, 1}, 10, 0, false}));
        // The lock of a run elsewhere does not hinder the look.
        PlanWatch watch(document, run);
        document.reset(pipeline);
        QTRY_COMPARE(watch.text(), QStringLiteral("Once: rows of t with id after value 7. Late by 7."));
        Pipeline other = pipeline;
        other.source.options.set("table", "u"); // that position is not of this table
        document.edit(QStringLiteral("Choose"), other);
        QCOMPARE(watch.text(), QStringLiteral("Once: all rows of u at first, then those with a higher id"));
        watch.lookAhead(); // while the position is looked for
        QTRY_COMPARE(watch.text(),
                     QStringLiteral("Once: all rows of u at first, about 4,000, then those with a higher id"));
        other.trigger = every(15min);
        other.source.options.set("table", "t");
        document.edit(QStringLiteral("Choose"), other);
        watch.lookAhead();
        QTRY_COMPARE(watch.text(),
                     QStringLiteral("Every 15 min: rows of t with id after value 7, about 12 a pull; 30 are "
                                    "new now. Late by 7."));
        other.trigger = {};
        other.trigger.kind = Trigger::Kind::NewRows;
        other.trigger.newRows = 1000;
        document.edit(QStringLiteral("Choose"), other);
        QTRY_VERIFY2(watch.text().contains(QStringLiteral(", about 1,000 a pull;")), qPrintable(watch.text()));
        other.trigger.atLeast = 15min; // comes before a thousand rows are there
        document.edit(QStringLiteral("Choose"), other);
        QTRY_VERIFY2(watch.text().contains(QStringLiteral(", about 12 a pull;")), qPrintable(watch.text()));
        other.trigger = every(30min); // the forecast is made anew
        document.edit(QStringLiteral("Choose"), other);
        QTRY_VERIFY2(watch.text().contains(QStringLiteral("not known: it sleeps")), qPrintable(watch.text()));
    }
}

QTEST_MAIN(PlanTest)
#include "tst_plan.moc"
