// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/faults/group_member.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/kafka/mock_cluster.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

#include <atomic>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <thread>

using namespace headrace;
using test::KafkaMessage;
using test::Member;

namespace {

constexpr ReadHint kHint{500, 8 << 20, std::chrono::milliseconds{50}};

/// HEADRACE_REBALANCES: how many members come and go.
int rebalancesWanted()
{
    return qEnvironmentVariableIsSet("HEADRACE_REBALANCES") ? qEnvironmentVariableIntValue("HEADRACE_REBALANCES") : 50;
}

/// A member on a thread of its own, as it would be a program of its own: its batches end at random.
class RunningMember {
public:
    RunningMember(Options options, std::uint32_t seed)
        : m_thread([this, options = std::move(options), seed](const std::stop_token& stop) {
            Member member(options);
            std::mt19937 random(seed);
            const auto chance = [&](int percent) {
                return std::uniform_int_distribution<int>(0, 99)(random) < percent;
            };
            while (!stop.stop_requested()) {
                member.read();
                if (m_settlesAll || chance(40))
                    member.settle();
                m_durable = member.durable.size();
                ++m_reads;
            }
            if (m_settlesAll || chance(50))
                member.settle();
            member.leave();
            m_rows = std::move(member.durable);
            m_rewinds = member.rewinds;
        })
    {
    }

    void settleAll() { m_settlesAll = true; }
    [[nodiscard]] int reads() const { return m_reads; }
    [[nodiscard]] std::size_t durable() const { return m_durable; }

    struct Left {
        std::vector<std::string> durable;
        int rewinds = 0;
    };
    [[nodiscard]] Left leave()
    {
        m_thread.request_stop();
        m_thread.join();
        return {std::move(m_rows), m_rewinds};
    }

private:
    std::atomic<bool> m_settlesAll{false};
    std::atomic<int> m_reads{0};
    std::atomic<std::size_t> m_durable{0};
    std::vector<std::string> m_rows;
    int m_rewinds = 0;
    std::jthread m_thread;
};

/// The members of one group, and what those that left made durable.
class Group {
public:
    explicit Group(std::function<Options()> options)
        : m_options(std::move(options))
    {
    }

    [[nodiscard]] std::size_t size() const { return m_members.size(); }
    void add(std::uint32_t seed) { m_members.push_back(std::make_unique<RunningMember>(m_options(), seed)); }

    /// The member that is there longest leaves.
    void removeOne()
    {
        auto left = m_members.front()->leave();
        m_members.erase(m_members.begin());
        m_left.insert(m_left.end(), left.durable.begin(), left.durable.end());
        rewinds += left.rewinds;
    }

    [[nodiscard]] int reads() const
    {
        return std::transform_reduce(m_members.begin(), m_members.end(), 0, std::plus{},
                                     [](const auto& member) { return member->reads(); });
    }

    [[nodiscard]] std::size_t durable() const
    {
        return std::transform_reduce(m_members.begin(), m_members.end(), m_left.size(), std::plus{},
                                     [](const auto& member) { return member->durable(); });
    }

    /// All leave with nothing in flight.
    [[nodiscard]] std::vector<std::string> finish()
    {
        settleAll();
        while (!m_members.empty())
            removeOne();
        return std::move(m_left);
    }

    void settleAll()
    {
        for (const auto& member : m_members)
            member->settleAll();
    }

    int rewinds = 0;

private:
    std::function<Options()> m_options;
    std::vector<std::unique_ptr<RunningMember>> m_members;
    std::vector<std::string> m_left;
};

/// Which offsets of which partitions came more than once; empty: none.
std::string doubledOf(const std::vector<std::string>& durable)
{
    std::map<int, int> times;
    for (const std::string& value : durable)
        ++times[std::stoi(value)];
    std::string text;
    for (int partition = 0; partition < 4; ++partition) {
        int count = 0;
        int first = -1;
        int last = -1;
        for (const auto& [value, number] : times)
            if (number > 1 && value % 4 == partition) {
                count += number - 1;
                first = first < 0 ? value : first;
                last = value;
            }
        if (count > 0)
            text +=
                fmt::format("{} of partition {} came again, from {} to {}; ", count, partition, first / 4, last / 4);
    }
    return text;
}

/// Adds the values of a text column until there are so many.
bool readUntil(Source& source, std::size_t count, std::vector<std::string>& seen)
{
    return QTest::qWaitFor(
        [&] {
            const auto chunk = source.read(kHint, {});
            if (!chunk || !*chunk)
                qFatal("the read ended");
            const auto values = std::static_pointer_cast<arrow::StringArray>((*chunk)->rows->column(0));
            for (std::int64_t row = 0; row < values->length(); ++row)
                seen.push_back(values->GetString(row));
            return seen.size() >= count;
        },
        60'000);
}

} // namespace

/// Kafka as it fails: rebalances with batches in flight, brokers that go away.
class KafkaFaultsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_broker.start(); }
    void rebalances_data();
    void rebalances();
    void offsetsAreCommittedOnlyWhenDurable();
    void refusedOffsetsAreCommittedAgain();
    void aMemberLeavesWhileTheBrokerIsAway();
    void aDestinationIsAwayForLongerThanTheGroupWaits_data();
    void aDestinationIsAwayForLongerThanTheGroupWaits();
    void brokerComesBack();
    void aChangedLeaderIsFound();

private:
    static Options groupOptions(const std::string& address, const std::string& topic, const std::string& strategy)
    {
        return {{"brokers", address},
                {"topic", topic},
                {"group", "group-of-" + topic},
                {"value", "text"},
                {"metadata", "none"},
                {"rebalance_wait", "30s"}, // a busy machine takes its time between a read and its acknowledgement
                {"client", OptionMap{{"partition.assignment.strategy", strategy},
                                     {"heartbeat.interval.ms", "200"},
                                     {"session.timeout.ms", "15000"}}}};
    }

    test::KafkaBroker m_broker;
};

void KafkaFaultsTest::rebalances_data()
{
    QTest::addColumn<QString>("strategy");
    QTest::newRow("eager") << "range";
    QTest::newRow("cooperative") << "cooperative-sticky";
}

/// Members come and go at random moments of their batches. Every message must be durable with exactly one of them.
void KafkaFaultsTest::rebalances()
{
    QFETCH(QString, strategy);
    const std::string topic = "rebalance-" + strategy.toStdString();
    m_broker.createTopic(topic, 4);
    const std::uint32_t seed = std::random_device{}();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);

    Group group([&] { return groupOptions(m_broker.address(), topic, strategy.toStdString()); });
    int produced = 0;
    group.add(random());
    for (int rebalance = 0; rebalance < rebalancesWanted(); ++rebalance) {
        std::vector<KafkaMessage> messages;
        for (int i = 0; i < 400; ++i, ++produced)
            messages.push_back({std::to_string(produced), {}, produced % 4});
        m_broker.produce(topic, messages);
        if (group.size() > 1 && (group.size() == 3 || random() % 2 == 0))
            group.removeOne();
        else
            group.add(random());
        const int reads = group.reads() + 10 * static_cast<int>(group.size());
        QVERIFY(QTest::qWaitFor([&] { return group.reads() >= reads; }, 60'000));
    }
    group.settleAll();
    const bool arrived = QTest::qWaitFor([&] { return group.durable() >= static_cast<std::size_t>(produced); }, 60'000);
    QVERIFY2(arrived, fmt::format("only {} of {} messages came", group.durable(), produced).c_str());
    const std::vector<std::string> durable = group.finish();
    const std::set<std::string> distinct(durable.begin(), durable.end());
    QCOMPARE(static_cast<int>(distinct.size()), produced); // nothing lost
    QCOMPARE(QString::fromStdString(doubledOf(durable)), QString());
    qInfo("%d members came or went, %d messages, %d rewinds", rebalancesWanted(), produced, group.rewinds);
}

void KafkaFaultsTest::offsetsAreCommittedOnlyWhenDurable()
{
    const std::string topic = "committed";
    m_broker.createTopic(topic);
    m_broker.produce(topic, {{"0"}, {"1"}, {"2"}});
    Options options = groupOptions(m_broker.address(), topic, "range");
    Member member(options);
    QVERIFY(QTest::qWaitFor(
        [&] {
            member.read();
            member.settle();
            return member.durable.size() == 3;
        },
        60'000));
    m_broker.produce(topic, {{"3"}});
    for (int i = 0; i < 20; ++i)
        member.read(); // in flight, and never settled
    member.leave();
    QCOMPARE(m_broker.committed("group-of-" + topic, topic, 0), 3);
}

/// As a broker answers a member that keeps its partitions while the group rebalances cooperatively.
void KafkaFaultsTest::refusedOffsetsAreCommittedAgain()
{
    const std::string topic = "refused";
    test::MockCluster cluster;
    cluster.createTopic(topic, {"0", "1", "2"});
    Member member(groupOptions(cluster.address(), topic, "cooperative-sticky"));
    QVERIFY(QTest::qWaitFor(
        [&] {
            member.read();
            return member.inFlight() == 3;
        },
        60'000));
    cluster.answer(test::MockCluster::kOffsetCommit,
                   {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS});
    member.settle();
    member.leave();
    QCOMPARE(cluster.committed("group-of-" + topic, topic), 3);
}

/// It waits for the group no longer than there is one to answer; what it could not tell comes again.
void KafkaFaultsTest::aMemberLeavesWhileTheBrokerIsAway()
{
    const std::string topic = "away";
    m_broker.createTopic(topic);
    m_broker.produce(topic, {{"0"}, {"1"}, {"2"}});
    Options options = groupOptions(m_broker.address(), topic, "cooperative-sticky");
    options.set("timeout", "1s");
    const auto readAll = [](Member& member) {
        return QTest::qWaitFor(
            [&] {
                member.read();
                return member.inFlight() == 3;
            },
            60'000);
    };
    Member member(options);
    QVERIFY(readAll(member));
    m_broker.kill();
    member.settle();
    member.leave();
    m_broker.start();
    Member next(groupOptions(m_broker.address(), topic, "cooperative-sticky"));
    QVERIFY(readAll(next));
    next.leave();
}

void KafkaFaultsTest::aDestinationIsAwayForLongerThanTheGroupWaits_data()
{
    QTest::addColumn<QString>("strategy");
    QTest::addColumn<bool>("isAlone");
    for (const char* strategy : {"range", "cooperative-sticky"})
        for (const bool isAlone : {true, false})
            QTest::addRow("%s, %s", strategy, isAlone ? "alone" : "another takes over") << strategy << isAlone;
}

/// A member whose destination does not come back within max.poll.interval.ms is put out of the group. It comes back by
/// itself: what it holds goes into the destination when nobody else has read it, and is dropped when somebody has.
void KafkaFaultsTest::aDestinationIsAwayForLongerThanTheGroupWaits()
{
    QFETCH(QString, strategy);
    QFETCH(bool, isAlone);
    const std::string topic = fmt::format("slow-{}-{}", strategy.toStdString(), isAlone);
    const std::string group = "group-of-" + topic;
    m_broker.createTopic(topic, 2);
    m_broker.produce(topic, {{"0"}, {"1", {}, 1}, {"2"}});
    Options options = groupOptions(m_broker.address(), topic, strategy.toStdString());
    OptionMap client = options.map("client");
    client["session.timeout.ms"] = client["max.poll.interval.ms"] = "6000";
    options.set("client", client);
    Member member(options);
    const auto await = [](auto&& isDone) { return QTest::qWaitFor(isDone, 60'000); };
    QVERIFY(await([&] {
        member.read();
        return member.inFlight() == 3;
    }));
    std::unique_ptr<Member> other;
    if (isAlone) {
        QVERIFY(await([&] { return m_broker.members(group) == 0; }));
        member.settle(); // its destination is back before the group
    } else {
        other = std::make_unique<Member>(options);
        QVERIFY(await([&] {
            other->read();
            other->settle();
            return other->durable.size() == 3;
        }));
    }
    m_broker.produce(topic, {{"3"}, {"4", {}, 1}});
    const auto durable = [&] {
        std::vector<std::string> all = member.durable;
        if (other)
            all.insert(all.end(), other->durable.begin(), other->durable.end());
        std::ranges::sort(all);
        return all;
    };
    QVERIFY(await([&] {
        member.read();
        if (member.rewinds > 0)
            member.settle();
        if (other) {
            other->read();
            other->settle();
        }
        return member.rewinds > 0 && durable().size() >= 5;
    }));
    QCOMPARE(durable(), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
    QVERIFY(await([&] {
        member.read();
        if (other)
            other->read();
        return m_broker.members(group) == (isAlone ? 1 : 2);
    }));
    if (other)
        other->leave();
    member.leave();
}

/// The broker dies and comes back in the middle of a read, which goes on by itself.
void KafkaFaultsTest::brokerComesBack()
{
    const std::string topic = "restart";
    m_broker.createTopic(topic, 2);
    const auto source = test::createSource(
        kafkaSource(), {{"brokers", m_broker.address()}, {"topic", topic}, {"value", "text"}, {"metadata", "none"}});
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    std::vector<std::string> seen;
    m_broker.produce(topic, {{"0"}, {"1", {}, 1}});
    QVERIFY(readUntil(**source, 2, seen));
    m_broker.kill();
    QVERIFY_RESULT((*source)->read(kHint, {}));
    m_broker.start();
    m_broker.produce(topic, {{"2"}, {"3", {}, 1}});
    QVERIFY(readUntil(**source, 4, seen));
    std::ranges::sort(seen);
    QCOMPARE(seen, (std::vector<std::string>{"0", "1", "2", "3"}));
}

/// What moves to another broker in the middle of a read is read on there, once.
void KafkaFaultsTest::aChangedLeaderIsFound()
{
    test::MockCluster cluster(3);
    const std::string topic = "moves";
    cluster.createTopic(topic, {"0", "1"});
    const auto source = test::createSource(
        kafkaSource(), {{"brokers", cluster.address()}, {"topic", topic}, {"value", "text"}, {"metadata", "none"}});
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    std::vector<std::string> seen;
    std::vector<std::string> expected{"0", "1"};
    QVERIFY(readUntil(**source, expected.size(), seen));
    for (const int broker : {2, 3, 1}) {
        cluster.changeLeader(topic, broker);
        for (int i = 0; i < 2; ++i)
            expected.push_back(std::to_string(expected.size()));
        cluster.produce(topic, {expected.end() - 2, expected.end()});
        QVERIFY(readUntil(**source, expected.size(), seen));
        QCOMPARE(seen, expected);
    }
}

QTEST_GUILESS_MAIN(KafkaFaultsTest)
#include "tst_kafka_faults.moc"
