// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

#include <functional>
#include <random>
#include <set>

using namespace headrace;
using test::KafkaMessage;

namespace {

constexpr ReadHint kHint{500, 8 << 20, std::chrono::milliseconds{50}};

/// HEADRACE_REBALANCES: how many members come and go; reliability asks for 50.
int rebalancesWanted()
{
    return qEnvironmentVariableIsSet("HEADRACE_REBALANCES") ? qEnvironmentVariableIntValue("HEADRACE_REBALANCES") : 8;
}

/// A reader of a group with a destination of its own: rows are in flight until settle() makes them durable.
class Member {
public:
    explicit Member(Options options)
        : m_options(std::move(options))
    {
        reopen();
    }

    /// Reads once. An error that the Runner would retry rewinds to what is durable, as the Runner does.
    void read()
    {
        const auto chunk = m_source->read(kHint, {});
        if (!chunk) {
            if (!isRetryable(chunk.error()))
                qFatal("%s", chunk.error().message.c_str());
            ++rewinds;
            m_inFlight.clear();
            m_source->close();
            reopen();
            return;
        }
        const Chunk& rows = **chunk;
        if (rows.rows->num_rows() == 0)
            return;
        const auto values = std::static_pointer_cast<arrow::StringArray>(rows.rows->GetColumnByName("value"));
        for (std::int64_t row = 0; row < rows.rows->num_rows(); ++row)
            m_inFlight.emplace_back(values->GetString(row));
        m_end = rows.at->after(rows.rows->num_rows());
    }

    /// Makes everything read so far durable and says so.
    void settle()
    {
        if (m_inFlight.empty())
            return;
        durable.insert(durable.end(), m_inFlight.begin(), m_inFlight.end());
        m_inFlight.clear();
        m_durable = m_end;
        if (const Status acknowledged = m_source->acknowledge(*m_durable); !acknowledged)
            qFatal("%s", acknowledged.error().message.c_str());
    }

    /// Leaves in the middle of a batch: what is in flight is dropped.
    void leave()
    {
        m_inFlight.clear();
        m_source->close();
    }

    std::vector<std::string> durable;
    int rewinds = 0;

private:
    void reopen()
    {
        m_source = *test::createSource(kafkaSource(), m_options);
        if (const auto opened = m_source->open(m_durable, {}); !opened)
            qFatal("%s", opened.error().message.c_str());
    }

    Options m_options;
    std::unique_ptr<Source> m_source;
    std::vector<std::string> m_inFlight;
    std::optional<Position> m_end;
    std::optional<Position> m_durable;
};

} // namespace

/// Kafka as it fails: rebalances with batches in flight, brokers that go away.
class KafkaFaultsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_broker.start(); }
    void rebalances_data();
    void rebalances();
    void offsetsAreCommittedOnlyWhenDurable();
    void brokerComesBack();

private:
    Options groupOptions(const std::string& topic, const std::string& strategy)
    {
        return {{"brokers", m_broker.address()},
                {"topic", topic},
                {"group", "group-of-" + topic},
                {"value", "text"},
                {"metadata", "none"},
                {"rebalance_wait", "30s"}, // a busy machine takes its time between a read and its acknowledgement
                {"client", OptionMap{{"partition.assignment.strategy", strategy},
                                     {"heartbeat.interval.ms", "200"},
                                     {"session.timeout.ms", "6000"}}}};
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
    const auto chance = [&](int percent) { return std::uniform_int_distribution<int>(0, 99)(random) < percent; };

    std::vector<std::unique_ptr<Member>> members;
    std::vector<std::string> durable;
    int rewinds = 0;
    int produced = 0;
    const auto options = groupOptions(topic, strategy.toStdString());
    const auto addMember = [&] { members.push_back(std::make_unique<Member>(options)); };
    const auto removeMember = [&] {
        const auto leaver = members.begin();
        if (chance(50))
            (*leaver)->settle();
        (*leaver)->leave();
        durable.insert(durable.end(), (*leaver)->durable.begin(), (*leaver)->durable.end());
        rewinds += (*leaver)->rewinds;
        members.erase(leaver);
    };
    addMember();
    for (int rebalance = 0; rebalance < rebalancesWanted(); ++rebalance) {
        std::vector<KafkaMessage> messages;
        for (int i = 0; i < 400; ++i, ++produced)
            messages.push_back({std::to_string(produced), {}, produced % 4});
        m_broker.produce(topic, messages);
        if (members.size() > 1 && (members.size() == 3 || chance(50)))
            removeMember();
        else
            addMember();
        for (int round = 0; round < 15; ++round)
            for (const auto& member : members) {
                member->read();
                if (chance(40))
                    member->settle();
            }
    }
    const auto count = [&] {
        std::size_t total = durable.size();
        for (const auto& member : members)
            total += member->durable.size();
        return total;
    };
    const bool arrived = QTest::qWaitFor(
        [&] {
            for (const auto& member : members) {
                member->read();
                member->settle();
            }
            return count() >= static_cast<std::size_t>(produced);
        },
        60'000);
    QVERIFY2(arrived, fmt::format("only {} of {} messages came", count(), produced).c_str());
    while (!members.empty())
        removeMember();
    const std::set<std::string> distinct(durable.begin(), durable.end());
    QCOMPARE(static_cast<int>(distinct.size()), produced); // nothing lost
    if (strategy == "range")
        QCOMPARE(static_cast<int>(durable.size()), produced); // nothing doubled
    // A cooperative rebalance on a busy machine was seen to repeat the rows of one partition that moved.
    QVERIFY(static_cast<int>(durable.size()) - produced <= produced / 4);
    qInfo("%d members came or went, %d messages, %d rewinds", rebalancesWanted(), produced, rewinds);
}

void KafkaFaultsTest::offsetsAreCommittedOnlyWhenDurable()
{
    const std::string topic = "committed";
    m_broker.createTopic(topic);
    m_broker.produce(topic, {{"0"}, {"1"}, {"2"}});
    Options options = groupOptions(topic, "range");
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
    const auto readUntil = [&](std::size_t count) {
        return QTest::qWaitFor(
            [&] {
                const auto chunk = (*source)->read(kHint, {});
                if (!chunk || !*chunk)
                    qFatal("the read ended");
                const auto values = std::static_pointer_cast<arrow::StringArray>((*chunk)->rows->column(0));
                for (std::int64_t row = 0; row < values->length(); ++row)
                    seen.push_back(values->GetString(row));
                return seen.size() >= count;
            },
            60'000);
    };
    m_broker.produce(topic, {{"0"}, {"1", {}, 1}});
    QVERIFY(readUntil(2));
    m_broker.kill();
    QVERIFY_RESULT((*source)->read(kHint, {}));
    m_broker.start();
    m_broker.produce(topic, {{"2"}, {"3", {}, 1}});
    QVERIFY(readUntil(4));
    std::ranges::sort(seen);
    QCOMPARE(seen, (std::vector<std::string>{"0", "1", "2", "3"}));
}

QTEST_GUILESS_MAIN(KafkaFaultsTest)
#include "tst_kafka_faults.moc"
