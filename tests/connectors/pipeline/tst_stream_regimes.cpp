// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/builtins.h"
#include "connectors/pipeline/pull_kind.h"
#include "connectors/pipeline/runner.h"
#include "tests/connectors/sinks/read_back.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>

using namespace headrace;
using namespace std::chrono_literals;
using test::KafkaMessage;

Q_DECLARE_METATYPE(BatchPolicy)
Q_DECLARE_METATYPE(Trigger)

namespace {

constexpr int kRound = 300; ///< messages produced at a time
constexpr int kRounds = 3;
constexpr int kPartitions = 3;
constexpr int kPatience = 60'000;

/// The machine's clocks, which a test can set forward. Thread-safe.
class LeapingClock final : public Clock {
public:
    [[nodiscard]] std::chrono::nanoseconds now() const override { return Clock::system().now() + m_leap.load(); }
    [[nodiscard]] std::chrono::system_clock::time_point wall() const override
    {
        return Clock::system().wall() + m_leap.load();
    }
    void leapToTheNextHour() { m_leap = m_leap.load() + (1h - wall().time_since_epoch() % 1h); }

private:
    std::atomic<std::chrono::nanoseconds> m_leap{};
};

Trigger every(std::chrono::nanoseconds interval)
{
    Trigger trigger;
    trigger.kind = Trigger::Kind::Every;
    trigger.every = interval;
    return trigger;
}

std::set<std::string> reasonsOf(const std::vector<BatchRecord>& batches)
{
    std::set<std::string> reasons;
    for (const BatchRecord& record : batches)
        reasons.insert(std::string(toString(record.batch.reason)));
    return reasons;
}

} // namespace

/// The same topic in every regime between streaming and a batch an hour: what is delivered is the same, only where the
/// batches end differs.
class TestStreamRegimes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_broker.start(); }
    void deliversTheSame_data();
    void deliversTheSame();
    void anEmptyTopicIsNothingToDo_data();
    void anEmptyTopicIsNothingToDo();
    void messagesWithoutColumnsAreNamed();

private:
    void produceRound(const std::string& topic)
    {
        std::vector<KafkaMessage> messages;
        for (int i = 0; i < kRound; ++i, ++m_produced)
            messages.push_back({fmt::format(R"({{"n":{}}})", m_produced), {}, i % kPartitions});
        m_broker.produce(topic, messages);
    }

    test::KafkaBroker m_broker;
    int m_produced = 0;
};

void TestStreamRegimes::deliversTheSame_data()
{
    QTest::addColumn<BatchPolicy>("batch");
    QTest::addColumn<Trigger>("trigger");
    QTest::addColumn<QString>("until");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("told");
    const QString news = "Each pull reads what is new since the pull before.";
    QTest::newRow("streaming") << BatchPolicy{.age = 5ms} << Trigger{} << "never"
                               << "age"
                               << "5 ms, once. ";
    QTest::newRow("micro-batch by age") << BatchPolicy{.age = 1s} << Trigger{} << "never"
                                        << "age"
                                        << "1 s, once. ";
    QTest::newRow("micro-batch by rows") << BatchPolicy{.rows = 100} << Trigger{} << "never"
                                         << "rows"
                                         << "100 rows, once. ";
    QTest::newRow("an hour of the clock") << BatchPolicy{.grid = 1h} << Trigger{} << "never"
                                          << "grid"
                                          << "every 1 h of the clock (UTC), once. ";
    QTest::newRow("up to now, again and again") << BatchPolicy{} << every(1s) << "now"
                                                << "end_of_input"
                                                << "one batch, every 1 s. " + news;
}

void TestStreamRegimes::deliversTheSame()
{
    QFETCH(BatchPolicy, batch);
    QFETCH(Trigger, trigger);
    QFETCH(QString, until);
    QFETCH(QString, reason);
    QFETCH(QString, told);
    const QTemporaryDir folder;
    const std::string topic =
        QString::fromLatin1(QTest::currentDataTag()).replace(QRegularExpression("[ ,]+"), "-").toStdString();
    const std::string path = folder.filePath("out.db").toStdString();
    m_broker.createTopic(topic, kPartitions);
    m_produced = 0;
    const Registry registry = builtinConnectors();
    Pipeline pipeline;
    pipeline.name = topic;
    pipeline.source = {"kafka",
                       {{"brokers", m_broker.address()},
                        {"topic", topic},
                        {"until", until.toStdString()},
                        {"metadata", "none"},
                        {"columns", OptionMap{{"n", "int64"}}}}};
    pipeline.trigger = trigger;
    pipeline.batch = batch;
    pipeline.destination = {"sqlite", {{"path", path}, {"table", "t"}}};
    const auto pulls = pullKind(pipeline, registry);
    QVERIFY_RESULT(pulls);
    QCOMPARE(QString::fromStdString(fmt::format("{}, {}. {}", batch.describe(), trigger.describe(), pulls->sentence)),
             told);

    LeapingClock clock;
    const auto run = [&](int rounds) {
        Runner runner({pipeline, &registry, folder.path().toStdString(), {}, &clock});
        runner.start();
        const int before = m_produced;
        for (int round = 0; round < rounds; ++round) {
            produceRound(topic);
            const auto isThere = [&](auto member) {
                return [&, member] { return runner.metrics().snapshot().*member >= m_produced - before; };
            };
            QVERIFY(QTest::qWaitFor(isThere(&MetricsSnapshot::rowsRead), kPatience));
            if (batch.grid)
                clock.leapToTheNextHour();
            QVERIFY(QTest::qWaitFor(isThere(&MetricsSnapshot::rowsCommitted), kPatience));
        }
        const std::vector<BatchRecord> batches = runner.metrics().batchesSince(0);
        runner.requestStop();
        QVERIFY(runner.wait(std::chrono::milliseconds{kPatience}));
        QVERIFY2(runner.report().state == RunState::Stopped,
                 runner.report().error ? runner.report().error->message.c_str() : "");
        QCOMPARE(reasonsOf(batches), std::set<std::string>{reason.toStdString()});
        if (batch.grid)
            QCOMPARE(std::ssize(batches), rounds);
        for (const BatchRecord& record : batches) {
            QVERIFY(record.batch.closedAt - record.batch.openedAt >= batch.age.value_or(0ns));
            QVERIFY(!batch.rows || record.batch.rows == *batch.rows);
            QVERIFY(!batch.grid || record.batch.rows == kRound);
        }
    };
    run(kRounds);
    run(1); // goes on where the first one stopped

    test::Lines expected;
    for (int n = 0; n < m_produced; ++n)
        expected.push_back(std::to_string(n));
    test::Lines rows = test::readSqlite(path, "t", {"n"});
    std::ranges::sort(rows, {}, [](const std::string& text) { return std::stoi(text); });
    QVERIFY(rows == expected); // nothing lost, nothing doubled
}

void TestStreamRegimes::anEmptyTopicIsNothingToDo_data()
{
    QTest::addColumn<QString>("destination");
    QTest::addColumn<QString>("until");
    for (const char* destination : {"duckdb", "sqlite", "parquet", "csv", "ndjson", "kafka", "null"})
        for (const char* until : {"now", "never"})
            QTest::addRow("%s, until %s", destination, until) << destination << until;
}

/// Its rows have no columns yet where no metadata are wanted, which no destination could take.
void TestStreamRegimes::anEmptyTopicIsNothingToDo()
{
    QFETCH(QString, destination);
    QFETCH(QString, until);
    const QTemporaryDir folder;
    const std::string topic = fmt::format("empty-{}-{}", destination.toStdString(), until.toStdString());
    m_broker.createTopic(topic, kPartitions);
    const Registry registry = builtinConnectors();
    Pipeline pipeline;
    pipeline.name = topic;
    pipeline.source = {
        "kafka",
        {{"brokers", m_broker.address()}, {"topic", topic}, {"until", until.toStdString()}, {"metadata", "none"}}};
    pipeline.batch.age = 20ms;
    const std::string path = folder.filePath("out").toStdString();
    Options options;
    if (destination == "kafka")
        options = {{"brokers", m_broker.address()}, {"topic", topic + "-out"}};
    else if (destination != "null")
        options = {{"path", path}};
    if (destination == "duckdb" || destination == "sqlite")
        options.set("table", "t");
    pipeline.destination = {destination.toStdString(), options};
    QVERIFY_RESULT(pipeline.check(registry));
    m_produced = 0;
    const auto start = [&] {
        auto runner = std::make_unique<Runner>(Runner::Setup{pipeline, &registry, folder.path().toStdString(), {}});
        runner->start();
        return runner;
    };
    const auto end = [](Runner& runner, RunState state) {
        QVERIFY(runner.wait(std::chrono::milliseconds{kPatience}));
        QVERIFY2(runner.report().state == state, runner.report().error ? runner.report().error->message.c_str() : "");
    };
    if (until == "now") {
        const auto runner = start();
        end(*runner, RunState::Finished);
        QCOMPARE(runner->report().totals.rowsCommitted, 0);
        produceRound(topic);
    }
    const auto runner = start();
    if (until == "never") {
        QTRY_VERIFY_WITH_TIMEOUT(runner->metrics().snapshot().source.partitions, kPatience);
        produceRound(topic);
    }
    QTRY_COMPARE_WITH_TIMEOUT(runner->metrics().snapshot().rowsCommitted, m_produced, kPatience);
    runner->requestStop();
    end(*runner, until == "never" ? RunState::Stopped : RunState::Finished);
    if (destination == "duckdb")
        QCOMPARE(test::readDuckdb(path, "t", {"n"}).size(), static_cast<std::size_t>(m_produced));
    if (destination == "kafka")
        QCOMPARE(m_broker.consume(topic + "-out").size(), static_cast<std::size_t>(m_produced));
}

void TestStreamRegimes::messagesWithoutColumnsAreNamed()
{
    const QTemporaryDir folder;
    m_broker.createTopic("tombstones", 1);
    m_broker.produce("tombstones", {{std::nullopt, "k"}});
    const Registry registry = builtinConnectors();
    Pipeline pipeline;
    pipeline.name = "tombstones";
    pipeline.source = {
        "kafka", {{"brokers", m_broker.address()}, {"topic", "tombstones"}, {"until", "now"}, {"metadata", "none"}}};
    pipeline.destination = {"duckdb", {{"path", folder.filePath("out").toStdString()}, {"table", "t"}}};
    Runner runner({pipeline, &registry, folder.path().toStdString(), {}});
    runner.start();
    QVERIFY(runner.wait(std::chrono::milliseconds{kPatience}));
    QVERIFY(runner.report().error);
    QCOMPARE(QString::fromStdString(runner.report().error->message),
             QString("The messages so far have no keys that could be columns, so that their rows would be empty. Let "
                     "'metadata' of the kafka source name columns, or 'value' be text."));
}

QTEST_GUILESS_MAIN(TestStreamRegimes)
#include "tst_stream_regimes.moc"
