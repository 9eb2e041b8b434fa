// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/connectors/sources/kinesis_streams.h"

#include <nlohmann/json.hpp>

#include <QDateTime>
#include <QTest>

using namespace headrace;
using test::KinesisRecord;

/// Parts of a Kinesis stream without records: those where nothing came, and those whose records were kept no longer.
class TestKinesisGaps : public test::KinesisStreams {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_server.start(); }
    void readsThatFindNothingEndNothing_data();
    void readsThatFindNothingEndNothing();
    void whatWasDeletedMeanwhileIsNamed_data();
    void whatWasDeletedMeanwhileIsNamed();
    void idleShardsAreKnownToBeRead();
};

void TestKinesisGaps::readsThatFindNothingEndNothing_data()
{
    QTest::addColumn<double>("share");
    QTest::addColumn<bool>("isLearned");
    for (const double share : {0.5, 0.9})
        for (const bool isLearned : {false, true})
            QTest::addRow("%g empty, columns %s", share, isLearned ? "found in the records" : "given")
                << share << isLearned;
}

/// AWS answers without records and far from the newest one, where a part of the shard is empty.
void TestKinesisGaps::readsThatFindNothingEndNothing()
{
    QFETCH(double, share);
    QFETCH(bool, isLearned);
    const std::string stream = newStream(2);
    std::vector<KinesisRecord> records;
    for (int i = 0; i < 50; ++i)
        records.push_back({fmt::format(R"({{"n":{}}})", i), std::to_string(i)});
    m_server.put(stream, records);
    m_server.setFaults({{"GetRecords", {{"empty", share}}}, {"seed", 5}});
    Options options = optionsFor(stream, {{"endpoint", m_server.faultEndpoint()}, {"metadata", "none"}});
    if (!isLearned)
        options.set("columns", OptionMap{{"n", "int64"}});
    QCOMPARE(sorted(linesOf(readAll(options))), numbers(50));
    QVERIFY(m_server.calls()["GetRecords"]["empty"] > 0);

    // A shard that nothing comes from is not taken for read.
    m_server.setFaults({{"GetRecords", {{"empty", 1.0}}}});
    options.set("until", "never");
    const auto source = test::createSource(kinesisSource(), options);
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    const auto isBehind = [&] {
        const auto chunk = (*source)->read({10, 8 << 20, std::chrono::milliseconds{20}}, {});
        if (!chunk || !*chunk || (*chunk)->rows->num_rows() > 0)
            qFatal("nothing was to be read");
        const auto shards = (*source)->progress().partitions;
        return shards->size() == 2 && std::ranges::all_of(*shards, [](const PartitionProgress& shard) {
                   return shard.behind == std::chrono::hours{1};
               });
    };
    QVERIFY(QTest::qWaitFor(isBehind, 60'000));
}

void TestKinesisGaps::whatWasDeletedMeanwhileIsNamed_data()
{
    QTest::addColumn<int>("hours"); ///< that the reader was away
    QTest::addColumn<bool>("isLost");
    QTest::newRow("shorter than records are kept") << 23 << false;
    QTest::newRow("longer") << 25 << true;
    QTest::newRow("not known, in a position of an earlier version") << 0 << false;
}

/// AWS would go on at the oldest record that it still has, and say nothing.
void TestKinesisGaps::whatWasDeletedMeanwhileIsNamed()
{
    QFETCH(int, hours);
    QFETCH(bool, isLost);
    const std::string stream = newStream();
    putNumbers(stream, 0, 5);
    const Options options = textsOf(stream);
    const auto all = readAll(options);
    QVERIFY_RESULT(all);
    auto json = nlohmann::json::parse(all->chunks[0].at->after(2).text);
    std::string& place = json["shards"]["shardId-000000000000"].get_ref<std::string&>();
    QVERIFY2(place.find('~') == 56, place.c_str());
    place.resize(56);
    const QDateTime readUpTo = QDateTime::currentDateTimeUtc().addSecs(-3600LL * hours);
    if (hours > 0)
        place += "~" + std::to_string(readUpTo.toMSecsSinceEpoch());
    const auto rest = readAll(options, Position{json.dump()});
    if (!isLost) {
        QCOMPARE(linesOf(rest), (QStringList{"2", "3", "4"}));
        return;
    }
    QVERIFY(!rest);
    QCOMPARE(rest.error().code, ErrorCode::Conflict);
    const QString said = QString::fromStdString(rest.error().message);
    for (const QString& part :
         {QString::fromStdString(stream), QString("shardId-000000000000"), QString("kept for 1 d"),
          readUpTo.toString("yyyy-MM-dd HH:mm:ss 'UTC'"), QString("Reset the pipeline's state")})
        QVERIFY2(said.contains(part), qPrintable(said));
}

/// Else a stream in which nothing comes for days would be taken for one whose records are gone.
void TestKinesisGaps::idleShardsAreKnownToBeRead()
{
    const std::string stream = newStream(2);
    const Options options = textsOf(stream);
    m_server.put(stream, {{"0"}});
    const auto all = readAll(options);
    QVERIFY_RESULT(all);
    const Chunk& last = all->chunks.back(); // without rows where the other shard was known later
    auto json = nlohmann::json::parse(last.at->after(last.rows->num_rows()).text);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const auto readUpTo = [](const nlohmann::json& position, int shard) {
        const QString place =
            QString::fromStdString(position["shards"][fmt::format("shardId-00000000000{}", shard)].get<std::string>());
        return place.section('~', 1).toLongLong();
    };
    for (const int shard : {0, 1}) // the one without records too
        QVERIFY2(std::abs(readUpTo(json, shard) - now) < 60'000, json.dump().c_str());

    // The shards are read to their ends two hours later: the position moves, without a row.
    for (auto& place : json["shards"]) {
        std::string& text = place.get_ref<std::string&>();
        text.resize(text.find('~'));
        text += "~" + std::to_string(now - 7'200'000);
    }
    const auto source = test::createSource(kinesisSource(), options);
    QVERIFY_RESULT((*source)->open(Position{json.dump()}, {}));
    const auto moved = (*source)->read({10, 8 << 20, std::chrono::seconds{60}}, {});
    QVERIFY_RESULT(moved);
    QVERIFY(moved->has_value() && (*moved)->moved);
    QCOMPARE((*moved)->rows->num_rows(), 0);
    const auto after = nlohmann::json::parse((*moved)->at->after(0).text);
    for (const int shard : {0, 1})
        QVERIFY2(std::abs(readUpTo(after, shard) - now) < 60'000, after.dump().c_str());
    const auto end = (*source)->read({10, 8 << 20, std::chrono::seconds{60}}, {});
    QVERIFY_RESULT(end);
    QVERIFY(!end->has_value());
}

QTEST_GUILESS_MAIN(TestKinesisGaps)
#include "tst_kinesis_gaps.moc"
