// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/canned_source.h"
#include "tests/support/rows.h"

#include "connectors/builtins.h"
#include "widgets/bridge/partition_watch.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/pages/partitions_view.h"
#include "widgets/pages/run_page.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLocale>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::system_clock::time_point kNoon{1'700'000'000s};

MetricsSnapshot lookAt(std::chrono::nanoseconds at, std::vector<PartitionProgress> partitions)
{
    MetricsSnapshot snapshot;
    snapshot.at = at;
    snapshot.source.partitions = std::make_shared<const std::vector<PartitionProgress>>(std::move(partitions));
    return snapshot;
}

/// A line a row: "name | lag | rate in | rate out | age | rows | position".
QString printed(const PartitionModel& model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.data(model.index(row, column), Qt::DisplayRole).toString();
        lines << cells.join(QStringLiteral(" | "));
    }
    return lines.join(QLatin1Char('\n')).replace(QChar(QChar::Nbsp), QLatin1Char(' '));
}

/// The Run page for a pipeline from a canned input to nowhere.
struct RunOf {
    explicit RunOf(test::CannedInput& input)
        : registry(test::cannedRegistry(input))
        , document(registry)
        , run(registry, state.path())
        , page(document, run)
    {
        registry.add(**builtinConnectors().sink("null"));
        page.resize(1000, 700);
        page.show();
    }

    void start()
    {
        Pipeline pipeline;
        pipeline.name = "stream";
        pipeline.source = {"canned", Options{}};
        pipeline.destination = {"null", Options{}};
        run.start(pipeline);
    }

    Registry registry;
    QTemporaryDir state;
    PipelineDocument document;
    RunController run;
    RunPage page;
};

} // namespace

class PartitionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void aStreamIsShown_data();
    void aStreamIsShown();
    void ratesCoverTheLastSeconds();
    void aSourceThatWasOpenedAgainHasARate();
    void rowsKeepTheirPlace();
    void linesAreSorted_data();
    void linesAreSorted();
    void columnsThatSayNothingAreHidden();
    void thePageShowsWhatTheSourceHas_data();
    void thePageShowsWhatTheSourceHas();
    void aServerThatIsAwayIsSaidOnce();
};

void PartitionsTest::aStreamIsShown_data()
{
    using Partitions = std::vector<PartitionProgress>;
    QTest::addColumn<Partitions>("before");
    QTest::addColumn<Partitions>("after");
    QTest::addColumn<QString>("lines");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("records not read yet")
        << Partitions{{.name = "orders/0", .rows = 1'000}, {.name = "orders/1", .rows = 0}}
        << Partitions{{.name = "orders/0",
                       .rows = 3'000,
                       .durable = 1'800,
                       .lag = 1'200,
                       .position = "3000",
                       .lastAt = kNoon - 250ms},
                      {.name = "orders/1", .rows = 0, .lag = 0, .position = "7"}}
        << "orders/0 | 1,200 | 1,000 rows/s | 900 rows/s | 250 ms ago | 3,000 | 3000\n"
           "orders/1 | 0 | 0 rows/s | 0 rows/s | – | 0 | 7"
        << "All 2 together · 1,000 rows/s in · 0 rows/s out · 1,200 records not read yet · newest record 250 ms ago";
    QTest::newRow("time behind the newest record")
        << Partitions{{.name = "shardId-0", .rows = 10}}
        << Partitions{{.name = "shardId-0", .rows = 30, .behind = 4'000ms, .position = "4957", .lastAt = kNoon - 5s},
                      {.name = "shardId-1", .rows = 0, .behind = 0ms}}
        << "shardId-0 | 4 s | 10.0 rows/s | 0 rows/s | 5 s ago | 30 | 4957\nshardId-1 | 0 ms | – | – | – | 0 | "
        << "All 2 together · 10.0 rows/s in · 0 rows/s out · at most 4 s behind · newest record 5 s ago";
    QTest::newRow("nothing is known")
        << Partitions{{.name = "site/+/state", .rows = 0}}
        << Partitions{{.name = "site/+/state", .rows = 4, .position = "4", .lastAt = kNoon}}
        << "site/+/state | – | 2.0 rows/s | 0 rows/s | 0 ms ago | 4 | 4"
        << "All together · 2.0 rows/s in · 0 rows/s out · what is still to come is not known · newest "
           "record 0 ms ago";
}

void PartitionsTest::aStreamIsShown()
{
    QFETCH(std::vector<PartitionProgress>, before);
    QFETCH(std::vector<PartitionProgress>, after);
    QFETCH(QString, lines);
    QFETCH(QString, sentence);
    PartitionWatch watch;
    PartitionsView view;
    const QAbstractItemModelTester tester(&view.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    watch.look(lookAt(10s, before), kNoon);
    view.showPartitions(watch);
    watch.look(lookAt(12s, after), kNoon);
    view.showPartitions(watch);
    QCOMPARE(printed(view.model()), lines);
    QCOMPARE(view.sentence().replace(QChar(QChar::Nbsp), QLatin1Char(' ')), sentence);
}

void PartitionsTest::ratesCoverTheLastSeconds()
{
    PartitionWatch watch;
    watch.look(lookAt(1s, {{.name = "a", .rows = 0}}), kNoon);
    QVERIFY(!watch.lines().at(0).rowsPerSecond);
    for (int second = 2; second <= 20; ++second) // fast at first, then slow
        watch.look(lookAt(std::chrono::seconds{second}, {{.name = "a", .rows = 1'000'000 + 5 * second}}), kNoon);
    QCOMPARE(watch.lines().at(0).rowsPerSecond.value_or(0), 5.0);
    watch.clear();
    QVERIFY(watch.lines().at(0).rowsPerSecond == std::nullopt);
}

void PartitionsTest::aSourceThatWasOpenedAgainHasARate()
{
    PartitionWatch watch;
    watch.look(lookAt(1s, {{.name = "a", .rows = 900}}), kNoon);
    watch.look(lookAt(2s, {{.name = "a", .rows = 1}}), kNoon);
    QVERIFY(!watch.lines().at(0).rowsPerSecond);
    watch.look(lookAt(3s, {{.name = "a", .rows = 41}}), kNoon);
    QCOMPARE(watch.lines().at(0).rowsPerSecond.value_or(0), 40.0);
}

void PartitionsTest::rowsKeepTheirPlace()
{
    PartitionWatch watch;
    PartitionsView view;
    watch.look(lookAt(1s, {{.name = "a", .rows = 1}, {.name = "b", .rows = 1}}), kNoon);
    view.showPartitions(watch);
    const QPersistentModelIndex chosen = view.model().index(1, 0);
    watch.look(lookAt(2s, {{.name = "a", .rows = 2}, {.name = "b", .rows = 2}}), kNoon);
    view.showPartitions(watch);
    QVERIFY(chosen.isValid());
    watch.look(lookAt(3s, {{.name = "b", .rows = 2}}), kNoon);
    view.showPartitions(watch);
    QCOMPARE(view.model().rowCount(), 1);
}

void PartitionsTest::linesAreSorted_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("by name, numbers as numbers") << 0 << QStringList{"many/1", "many/2", "many/10"};
    QTest::newRow("by lag") << 1 << QStringList{"many/2", "many/10", "many/1"};
    QTest::newRow("by rate") << 2 << QStringList{"many/10", "many/1", "many/2"};
    QTest::newRow("by rate out") << 3 << QStringList{"many/2", "many/10", "many/1"};
    QTest::newRow("by rows") << 5 << QStringList{"many/10", "many/2", "many/1"};
}

void PartitionsTest::linesAreSorted()
{
    QFETCH(int, column);
    QFETCH(QStringList, names);
    PartitionWatch watch;
    PartitionsView view;
    watch.look(
        lookAt(1s, {{.name = "many/1", .rows = 8'990}, {.name = "many/10", .rows = 80}, {.name = "many/2", .rows = 0}}),
        kNoon);
    watch.look(lookAt(2s, {{.name = "many/1", .rows = 9'000, .durable = 90, .lag = 200, .lastAt = kNoon},
                           {.name = "many/10", .rows = 80, .durable = 80, .lag = 30, .lastAt = kNoon},
                           {.name = "many/2", .rows = 900, .lag = 4, .lastAt = kNoon}}),
               kNoon);
    view.showPartitions(watch);
    auto* table = view.findChild<QTableView*>();
    table->sortByColumn(column, Qt::AscendingOrder);
    QStringList shown;
    for (int row = 0; row < table->model()->rowCount(); ++row)
        shown << table->model()->index(row, 0).data().toString();
    QCOMPARE(shown, names);
}

void PartitionsTest::columnsThatSayNothingAreHidden()
{
    PartitionWatch watch;
    PartitionsView view;
    watch.look(lookAt(1s, {{.name = "site/+/state", .rows = 4}}), kNoon);
    view.showPartitions(watch);
    const auto* table = view.findChild<QTableView*>();
    for (const int column : {1, 4, 6})
        QVERIFY(table->isColumnHidden(column));
    watch.look(lookAt(2s, {{.name = "site/+/state", .rows = 4, .behind = 2s, .position = "4", .lastAt = kNoon}}),
               kNoon);
    view.showPartitions(watch);
    for (const int column : {1, 4, 6})
        QVERIFY(!table->isColumnHidden(column));
}

void PartitionsTest::thePageShowsWhatTheSourceHas_data()
{
    QTest::addColumn<bool>("isStream");
    QTest::newRow("partitions and times") << true;
    QTest::newRow("neither") << false;
}

void PartitionsTest::thePageShowsWhatTheSourceHas()
{
    QFETCH(bool, isStream);
    test::CannedInput input;
    const auto rows = test::rowsOf(test::schemaOf("id:int64"), {{"1"}, {"2"}});
    input.schema = rows->schema();
    input.batches = {rows};
    if (isStream) {
        input.made = {{2, std::chrono::system_clock::now() - 3s}};
        input.progress.partitions = std::make_shared<const std::vector<PartitionProgress>>(
            1, PartitionProgress{.name = "orders/0", .rows = 2, .lag = 5});
    }
    RunOf canned(input);
    RunController& run = canned.run;
    RunPage& page = canned.page;
    QSignalSpy finished(&run, &RunController::finished);
    canned.start();
    QVERIFY(finished.wait());
    auto* tabs = page.findChild<QTabWidget*>();
    QCOMPARE(tabs->isTabVisible(tabs->indexOf(&page.partitions())), isStream);
    QCOMPARE(page.showsLatency(), isStream);
    if (!isStream)
        return;
    tabs->setCurrentWidget(&page.partitions());
    QVERIFY2(printed(page.partitions().model()).startsWith(QStringLiteral("orders/0 | 5 | ")),
             qPrintable(printed(page.partitions().model())));
}

void PartitionsTest::aServerThatIsAwayIsSaidOnce()
{
    const QString sentence = QStringLiteral("The broker 'x:9092' does not answer since 12:03:10: connection refused.");
    test::CannedInput input;
    input.schema = test::schemaOf("id:int64");
    input.endless = true;
    input.progress.outage = Outage{std::chrono::system_clock::now() - 5s, sentence.toStdString(), "It answers"};
    RunOf canned(input);
    RunController& run = canned.run;
    RunPage& page = canned.page;
    QSignalSpy logged(&run, &RunController::logged);
    const auto shown = [&](const QString& text) {
        const auto labels = page.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text() == text; });
    };
    const auto told = [&] {
        return std::ranges::count_if(logged, [&](const QList<QVariant>& line) { return line[1] == sentence; });
    };
    canned.start();
    QTRY_VERIFY(shown(sentence));
    for (int sample = 0; sample < 5; ++sample)
        QVERIFY(QSignalSpy(&run, &RunController::sampled).wait());
    QCOMPARE(told(), 1);
    QSignalSpy finished(&run, &RunController::finished);
    run.abort();
    QVERIFY(finished.wait());
    QVERIFY(!shown(sentence)); // the run has ended
}

QTEST_MAIN(PartitionsTest)
#include "tst_partitions.moc"
