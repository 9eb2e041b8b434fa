// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kafka_lanes.h"
#include "tests/faults/kill_checks.h"
#include "tests/support/fault_link.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <future>
#include <map>
#include <memory>

using namespace headrace::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

constexpr std::int64_t kRows = 20'000; ///< in 40 batches
constexpr auto kHalfOpen = 60s;        ///< longer than the clients wait

const std::string kGroup = "link-group";

// Requests as they stand on the wire: their number and version in Kafka's protocol.
const std::string kAddPartitions = "\x00\x18\x00\x00"s;
const std::string kEndTransaction = "\x00\x1a\x00\x01"s;

struct Fault {
    const char* lane;
    const char* name;
    LinkCut cut;
};

const std::vector<Fault>& faults()
{
    using Place = LinkCut::Place;
    static const std::vector<Fault> kFaults{
        {"read", "no connection", {.place = Place::Upload, .bytes = 1, .times = 3}},
        {"read", "reset while rows come", {.place = Place::Download, .bytes = 200'000, .times = 5}},
        {"read", "ended while rows come", {.place = Place::Download, .bytes = 200'000, .times = 5, .isReset = false}},
        {"read", "silence, then reset", {.place = Place::Download, .bytes = 200'000, .silence = 300ms}},
        {"read", "half-open while rows come", {.place = Place::Download, .bytes = 200'000, .silence = kHalfOpen}},
        {"member", "reset while rows come", {.place = Place::Download, .bytes = 200'000, .times = 3}},
        {"member", "half-open while rows come", {.place = Place::Download, .bytes = 200'000, .silence = kHalfOpen}},
        {"member", "answers of the group lost", {.place = Place::Answer, .word = kGroup, .times = 6}},
        {"member",
         "answers of the group never come",
         {.place = Place::Answer, .word = kGroup, .times = 2, .silence = kHalfOpen}},
        {"write", "no connection", {.place = Place::Upload, .bytes = 1, .times = 3}},
        {"write", "reset while rows go", {.place = Place::Upload, .bytes = 100'000, .times = 5}},
        {"write", "ended while rows go", {.place = Place::Upload, .bytes = 100'000, .times = 5, .isReset = false}},
        {"write", "half-open while rows go", {.place = Place::Upload, .bytes = 100'000, .silence = kHalfOpen}},
        {"write", "answers lost", {.place = Place::Answer, .word = "kill-output", .times = 6}},
        {"write",
         "answers never come",
         {.place = Place::Answer, .word = "kill-output", .times = 2, .silence = kHalfOpen}},
        {"write", "partitions not added", {.place = Place::Word, .word = kAddPartitions, .times = 3}},
        {"write", "answer to partitions lost", {.place = Place::Answer, .word = kAddPartitions, .times = 3}},
        {"write", "commit lost", {.place = Place::Word, .word = kEndTransaction, .times = 3}},
        {"write", "answer to commit lost", {.place = Place::Answer, .word = kEndTransaction, .times = 3}},
        {"write",
         "answer to commit never comes",
         {.place = Place::Answer, .word = kEndTransaction, .silence = kHalfOpen}},
    };
    return kFaults;
}

} // namespace

/// The link to a Kafka broker breaks, falls silent or is slow while the whole program reads or writes: nothing is lost
/// or doubled.
class TestLinkKafka : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_link = std::make_unique<FaultLink>(m_broker.linkedPort());
        m_broker.behindLink(m_link->port());
        m_broker.start();
        const auto linked = [this](const char* more) {
            return KafkaRoad{fmt::format("127.0.0.1:{}", m_link->port()),
                             QStringLiteral(", client: {socket.timeout.ms: 3000, request.timeout.ms: 3000%1")
                                 .arg(QLatin1String(more))};
        };
        add("read", kafkaToDuckdb(m_broker, kRows, linked("}")));
        add("write", kafkaToKafka(m_broker, kRows, {}, linked("}")));
        CrashLane member = kafkaToDuckdb(m_broker, kRows, linked(", session.timeout.ms: 4000}, group: link-group"));
        member.forget = [this] { m_broker.deleteGroup(kGroup); };
        add("member", std::move(member));
    }
    void init() { m_link->heal(); }

    void cuts_data()
    {
        QTest::addColumn<QString>("lane");
        QTest::addColumn<int>("fault");
        for (std::size_t i = 0; i < faults().size(); ++i)
            QTest::addRow("%s: %s", faults()[i].lane, faults()[i].name)
                << QString::fromLatin1(faults()[i].lane) << static_cast<int>(i);
    }
    void cuts()
    {
        QFETCH(QString, lane);
        QFETCH(int, fault);
        const LinkCut& cut = faults()[static_cast<std::size_t>(fault)].cut;
        m_jobs.at(lane).reset();
        m_link->cut(cut);
        checkResult(m_jobs.at(lane), m_jobs.at(lane).run(std::nullopt));
        QCOMPARE(m_link->cuts(), cut.times);
    }

    void slowLinks_data() { addLanes(); }
    void slowLinks()
    {
        QFETCH(QString, lane);
        m_jobs.at(lane).reset();
        m_link->slow({.delay = 20ms, .bytesPerSecond = 1'000'000, .close = 300ms});
        checkResult(m_jobs.at(lane), m_jobs.at(lane).run(std::nullopt));
    }

    void aBrokerThatStartsAnewIsAwaited_data()
    {
        QTest::addColumn<QString>("lane");
        QTest::newRow("read") << "read";
        QTest::newRow("member") << "member";
        QTest::newRow("write") << "write";
    }
    /// It dies in the middle of the rows, and with it what it knew of its connections.
    void aBrokerThatStartsAnewIsAwaited()
    {
        QFETCH(QString, lane);
        const CrashJob& job = m_jobs.at(lane);
        job.reset();
        const auto place = lane != "write" ? LinkCut::Place::Download : LinkCut::Place::Upload;
        m_link->cut({.place = place, .bytes = 200'000, .silence = kHalfOpen});
        auto run = std::async(std::launch::async, [&] { return job.run(std::nullopt); });
        QTRY_COMPARE_WITH_TIMEOUT(m_link->cuts(), 1, 60'000);
        m_broker.kill();
        m_broker.start();
        checkResult(job, run.get());
    }

private:
    void add(const char* name, CrashLane lane)
    {
        lane.more = QStringLiteral("retry: {attempts: 10, initial: 10ms, maximum: 50ms}\n");
        m_jobs.emplace(QLatin1String(name), CrashJob(std::move(lane), m_folder.filePath(QLatin1String(name))));
    }

    void addLanes() const
    {
        QTest::addColumn<QString>("lane");
        for (const auto& [name, job] : m_jobs)
            QTest::newRow(qPrintable(name)) << name;
    }

    QTemporaryDir m_folder;
    KafkaBroker m_broker;
    std::unique_ptr<FaultLink> m_link;
    std::map<QString, CrashJob> m_jobs; ///< by lane
};

QTEST_GUILESS_MAIN(TestLinkKafka)
#include "tst_link_kafka.moc"
