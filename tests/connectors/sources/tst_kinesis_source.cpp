// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/connectors/sources/kinesis_streams.h"
#include "tests/support/aws/aggregated_record.h"
#include "tests/support/source_contract.h"

#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace headrace;
using test::KinesisRecord;

/// The Kinesis source against an emulator, and against faults that only AWS has.
class TestKinesisSource : public test::KinesisStreams {
    Q_OBJECT

private:
    std::vector<test::SourceCase> m_cases;
    std::vector<test::SourceCase> cases();

private Q_SLOTS:
    void initTestCase()
    {
        m_server.start();
        m_cases = cases();
    }
    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void metadataBecomesColumns();
    void aggregatedRecordsAreRows();
    void newKeysBecomeColumns();
    void whatDoesNotFitIsRejected();
    void startsWhereItIsTold_data();
    void startsWhereItIsTold();
    void latestMissesNothingAfterOpen();
    void latestResumesFromItsMoment();
    void parentsComeBeforeChildren();
    void reshardsWhileReadingLoseNothing();
    void positionsGoOnOverReshards();
    void throttlingAndExpiredIteratorsLoseNothing();
    void brokenServiceIsUnavailable();
    void streamsMadeAnewAreNamed();
    void previewLeavesNothing();
    void describesStreamsAndShards();
};

std::vector<test::SourceCase> TestKinesisSource::cases()
{
    const std::string stream = newStream();
    std::vector<KinesisRecord> records;
    for (int i = 0; i < 20; ++i) {
        records.push_back({fmt::format(R"({{"id":{},"name":"row {}","price":{}.5}})", i, i, i), fmt::format("k{}", i)});
        if (i == 10 || i == 19)
            records.push_back({"{\"id\": nonsense}", "bad"});
    }
    m_server.put(stream, records);

    test::SourceCase json;
    json.name = "json";
    json.type = kinesisSource();
    json.options = optionsFor(stream);
    json.rows = 20;
    json.rejected = 2;
    json.missing = optionsFor("stream-none");
    json.missingName = "'stream-none'";
    json.bad = optionsFor(stream, {{"from", "yesterday"}});
    json.badValue = "'yesterday'";
    json.waiting = optionsFor(stream, {{"from", "latest"}, {"until", "never"}});

    const std::string packed = newStream();
    m_server.put(packed, {{"plain"}, {test::aggregated({{"a", "1"}, {"b", "2"}, {"a", "3"}, {"c", "4"}})}});
    m_server.put(packed, {{"between"}, {test::aggregated({{"a", "5"}, {"b", "6"}})}});
    test::SourceCase aggregated = json;
    aggregated.name = "aggregated";
    aggregated.options = optionsFor(packed, {{"value", "text"}});
    aggregated.rows = 8;
    aggregated.rejected = 0;
    aggregated.missing = optionsFor(packed, {{"shards", "shardId-000000000009"}});
    aggregated.missingName = "'shardId-000000000009'";
    aggregated.bad = optionsFor(packed, {{"metadata", "offset"}});
    aggregated.badValue = "'offset'";
    return {json, aggregated};
}

void TestKinesisSource::metadataBecomesColumns()
{
    const std::string stream = newStream(2);
    m_server.put(stream, {{"v", "key"}});
    const auto all = readAll(optionsFor(stream, {{"value", "bytes"}}));
    QVERIFY_RESULT(all);
    const auto rows = test::concatenate(all->batches());
    QCOMPARE(rows->schema()->field_names(),
             (std::vector<std::string>{"_partition_key", "_sequence_number", "_sub_sequence", "_shard", "_arrival_time",
                                       "value"}));
    const QStringList cells = linesOf(all).value(0).split('|');
    QCOMPARE(cells.value(0), QString("key"));
    QCOMPARE(cells.value(1).size(), 56);
    QCOMPARE(cells.value(2), QString("∅"));
    QVERIFY(cells.value(3).startsWith("shardId-00000000000"));
    QVERIFY2(cells.value(4).startsWith(QDateTime::currentDateTimeUtc().toString("yyyy-MM-dd ")), qPrintable(cells[4]));
    QCOMPARE(cells.value(5), QString("v"));
    const auto few =
        readAll(optionsFor(stream, {{"value", "text"}, {"metadata", OptionList{"shard"}}, {"metadata_prefix", "k_"}}));
    QVERIFY_RESULT(few);
    QCOMPARE(few->schema->field_names(), (std::vector<std::string>{"k_shard", "value"}));
}

void TestKinesisSource::aggregatedRecordsAreRows()
{
    const std::string stream = newStream();
    m_server.put(stream, {{test::aggregated({{"a", R"({"n":1})"}, {"b", "broken"}, {"a", R"({"n":2})"}})}});
    const auto all = readAll(optionsFor(stream, {{"metadata", OptionList{"partition_key", "sub_sequence"}}}));
    QCOMPARE(linesOf(all), (QStringList{"a|0|1", "a|2|2"}));
    QCOMPARE(all->rejected().size(), std::size_t{1});
    QCOMPARE(all->rejected()[0].raw, std::string("broken"));
    QCOMPARE(all->rejected()[0].place.back(), (PlacePart{"sub_sequence", 1}));
}

void TestKinesisSource::newKeysBecomeColumns()
{
    const std::string stream = newStream();
    m_server.put(stream, {{R"({"a":1})"}, {R"({"a":2,"b":"x"})"}, {"broken"}, {R"({"c":{"d":true},"a":3})"}});
    const Options grows = optionsFor(stream, {{"metadata", "none"}, {"sample_rows", "1"}});
    const auto all = readAll(grows);
    QVERIFY_RESULT(all);
    QCOMPARE(all->chunks.size(), std::size_t{2});
    QCOMPARE(QString::fromStdString(test::print(*all->chunks[0].rows)), QString("a:int64\n1"));
    QCOMPARE(QString::fromStdString(test::print(*all->chunks[1].rows)),
             QString("a:int64|b:string|c.d:bool\n2|x|∅\n3|∅|true"));
    QCOMPARE(all->rejected().size(), std::size_t{1});
    // The columns go with the position.
    const auto rest = readAll(grows, all->chunks[1].at->after(1));
    QVERIFY_RESULT(rest);
    QCOMPARE(QString::fromStdString(rest->text()), QString("a:int64|b:string|c.d:bool\n3|∅|true"));
}

void TestKinesisSource::whatDoesNotFitIsRejected()
{
    const std::string stream = newStream();
    m_server.put(stream, {{"[1]"}, {R"({"a":1})"}, {"{\"a\":\"\xff\"}"}});
    const auto all = readAll(optionsFor(stream, {{"metadata", "none"}}));
    QCOMPARE(linesOf(all), QStringList{"1"});
    QCOMPARE(all->rejected().size(), std::size_t{2});
    QCOMPARE(all->rejected()[0].origin, stream + "/shardId-000000000000");
    const std::vector<PlacePart> place = all->rejected()[0].place;
    QCOMPARE(place.size(), std::size_t{3});
    QCOMPARE(place[0], (PlacePart{"stream", stream}));
    QCOMPARE(place[1], (PlacePart{"shard", "shardId-000000000000"}));
    QCOMPARE(place[2].name, std::string("sequence_number"));
    QCOMPARE(std::get<std::string>(place[2].value).size(), std::size_t{56});
    const auto text = readAll(textsOf(stream));
    QVERIFY_RESULT(text);
    QCOMPARE(text->rejected().size(), std::size_t{1});
}

void TestKinesisSource::startsWhereItIsTold_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char* from, const QStringList& expected) { QTest::newRow(from) << from << expected; };
    row("earliest", numbers(5));
    row("trim_horizon", numbers(5));
    row("latest", {});
    row("2020-01-01T00:00:00Z", numbers(5));
    row("at:SEQUENCE", {"2", "3", "4"});
    row("after:SEQUENCE", {"3", "4"});
}

void TestKinesisSource::startsWhereItIsTold()
{
    QFETCH(QString, from);
    QFETCH(QStringList, expected);
    const std::string stream = newStream();
    putNumbers(stream, 0, 5);
    const auto all = readAll(optionsFor(stream, {{"value", "text"}, {"metadata", OptionList{"sequence_number"}}}));
    const QString third = linesOf(all).value(2).section('|', 0, 0);
    QCOMPARE(third.size(), 56);
    from.replace("SEQUENCE", third);
    QCOMPARE(linesOf(readAll(textsOf(stream, {{"from", from.toStdString()}, {"shards", "shardId-000000000000"}}))),
             expected);
}

void TestKinesisSource::latestMissesNothingAfterOpen()
{
    const std::string stream = newStream(2);
    m_server.put(stream, {{R"({"a":1})"}});
    const auto source = test::createSource(
        kinesisSource(), optionsFor(stream, {{"from", "latest"}, {"until", "never"}, {"metadata", "none"}}));
    QVERIFY_RESULT(source);
    const auto schema = (*source)->open({}, {});
    QVERIFY_RESULT(schema);
    QCOMPARE((*schema)->field_names(), std::vector<std::string>{"a"}); // what stands in the stream shows the columns
    m_server.put(stream, {{R"({"a":2})"}});
    const auto chunk = (*source)->read({10, 8 << 20, std::chrono::seconds{60}}, {});
    QVERIFY_RESULT(chunk);
    QCOMPARE(QString::fromStdString(test::print(*(*chunk)->rows)), QString("a:int64\n2"));
}

void TestKinesisSource::latestResumesFromItsMoment()
{
    const std::string stream = newStream(2);
    const Options options = textsOf(stream, {{"from", "latest"}, {"until", "never"}});
    const auto source = test::createSource(kinesisSource(), options);
    QVERIFY_RESULT((*source)->open({}, {}));
    const auto nothing = (*source)->read({10, 8 << 20, std::chrono::milliseconds{1}}, {});
    QVERIFY_RESULT(nothing);
    const Position position = (*nothing)->at->after(0);
    (*source)->close();
    putNumbers(stream, 0, 10); // while nobody reads
    QCOMPARE(sorted(linesOf(readAll(textsOf(stream, {{"from", "latest"}}), position))), numbers(10));
}

void TestKinesisSource::parentsComeBeforeChildren()
{
    const std::string stream = newStream(2);
    const auto key = [](int i) { return fmt::format("k{}", i % 7); };
    const auto put = [&](int first) {
        std::vector<KinesisRecord> records;
        for (int i = first; i < first + 50; ++i)
            records.push_back({fmt::format("{} {}", key(i), i), key(i)});
        m_server.put(stream, records);
    };
    put(0);
    m_server.split(stream, "shardId-000000000000");
    put(50);
    m_server.merge(stream, "shardId-000000000003", "shardId-000000000001");
    put(100);
    m_server.awaitArrivals(stream);
    const auto all = readAll(textsOf(stream));
    QCOMPARE(linesOf(all).size(), 150);
    std::map<QString, int> last;
    for (const QString& line : linesOf(all)) {
        const int number = line.section(' ', 1).toInt();
        const auto before = last.insert({line.section(' ', 0, 0), -1}).first;
        QVERIFY2(number > before->second, qPrintable(line)); // in order by key, over both reshards
        before->second = number;
    }
}

void TestKinesisSource::reshardsWhileReadingLoseNothing()
{
    const std::string stream = newStream(1);
    putNumbers(stream, 0, 100);
    const auto source = test::createSource(kinesisSource(), textsOf(stream, {{"until", "never"}, {"poll", "200ms"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    QStringList seen;
    const auto readUntil = [&](int count) {
        while (seen.size() < count) {
            const auto chunk = (*source)->read({1000, 8 << 20, std::chrono::seconds{60}}, {});
            QVERIFY_RESULT(chunk);
            QVERIFY(chunk->has_value());
            for (const QString& line : QString::fromStdString(test::print(*(*chunk)->rows)).split('\n'))
                if (line != "value:string" && !line.isEmpty())
                    seen << line;
        }
    };
    readUntil(100);
    m_server.split(stream, "shardId-000000000000");
    putNumbers(stream, 100, 100);
    readUntil(200);
    m_server.merge(stream, "shardId-000000000001", "shardId-000000000002");
    putNumbers(stream, 200, 100);
    readUntil(300);
    QCOMPARE(sorted(seen), numbers(300));
}

void TestKinesisSource::positionsGoOnOverReshards()
{
    const std::string stream = newStream(2);
    putNumbers(stream, 0, 60);
    m_server.split(stream, "shardId-000000000001");
    putNumbers(stream, 60, 60);
    m_server.merge(stream, "shardId-000000000000", "shardId-000000000002");
    putNumbers(stream, 120, 60);
    m_server.awaitArrivals(stream);
    const ReadHint few{7, 8 << 20, std::chrono::milliseconds{100}};
    const auto whole = test::readAll(kinesisSource(), textsOf(stream), few);
    QCOMPARE(sorted(linesOf(whole)), numbers(180));
    QStringList before;
    for (const Chunk& chunk : whole->chunks) {
        before += QString::fromStdString(test::print(*chunk.rows)).split('\n');
        before.removeAll("value:string");
        before.removeAll("");
        const auto rest = readAll(textsOf(stream), chunk.at->after(chunk.rows->num_rows()));
        QCOMPARE(sorted(before + linesOf(rest)), numbers(180));
    }
    // What comes of a shard that is chosen belongs to it.
    const auto one = readAll(textsOf(stream, {{"shards", "shardId-000000000001"}}));
    const auto other = readAll(textsOf(stream, {{"shards", "shardId-000000000000"}}));
    QVERIFY(linesOf(one).size() > 60 && linesOf(one).size() < 180);
    QStringList both = linesOf(one) + linesOf(other);
    both.removeDuplicates(); // the merged shard comes of both
    QCOMPARE(sorted(both), numbers(180));
}

void TestKinesisSource::throttlingAndExpiredIteratorsLoseNothing()
{
    const std::string stream = newStream(3);
    for (int part = 0; part < 6; ++part)
        putNumbers(stream, part * 100, 100);
    m_server.setFaults({{"GetRecords", {{"throttle", 0.3}, {"expired", 0.3}}},
                        {"GetShardIterator", {{"throttle", 0.2}}},
                        {"seed", 11}});
    const auto all = readAll(textsOf(stream, {{"endpoint", m_server.faultEndpoint()}}));
    const auto calls = m_server.calls();
    m_server.setFaults({});
    QCOMPARE(sorted(linesOf(all)), numbers(600));
    QVERIFY2(calls.at("GetRecords").contains("throttle") && calls.at("GetRecords").contains("expired"),
             calls.dump().c_str());
}

void TestKinesisSource::brokenServiceIsUnavailable()
{
    const std::string stream = newStream();
    putNumbers(stream, 0, 10);
    m_server.setFaults({{"GetRecords", {{"broken", 1}}}});
    const auto all = readAll(textsOf(stream, {{"endpoint", m_server.faultEndpoint()}}));
    m_server.setFaults({});
    QVERIFY(!all);
    QCOMPARE(all.error().code, ErrorCode::Unavailable);
    QVERIFY2(all.error().message.find("'" + stream + "'") != std::string::npos, all.error().message.c_str());
}

void TestKinesisSource::streamsMadeAnewAreNamed()
{
    const std::string stream = newStream();
    putNumbers(stream, 0, 10);
    const auto all = readAll(textsOf(stream));
    QVERIFY_RESULT(all);
    const Position end = all->chunks.back().at->after(all->chunks.back().rows->num_rows());
    QString other = QString::fromStdString(end.text);
    other.replace(QRegularExpression("\"created\":\"[^\"]*\""), "\"created\":\"12345\"");
    const auto rest = readAll(textsOf(stream), Position{other.toStdString()});
    QVERIFY(!rest);
    QCOMPARE(rest.error().code, ErrorCode::Conflict);
    QVERIFY2(rest.error().message.find("made anew") != std::string::npos, rest.error().message.c_str());
    QString gone = QString::fromStdString(end.text);
    gone.replace("shardId-000000000000", "shardId-000000000077");
    const auto lost = readAll(textsOf(stream), Position{gone.toStdString()});
    QVERIFY(!lost);
    QCOMPARE(lost.error().code, ErrorCode::Conflict);
}

void TestKinesisSource::previewLeavesNothing()
{
    const std::string stream = newStream();
    putNumbers(stream, 0, 10);
    const SourceType type = kinesisSource();
    m_server.setFaults({});
    const Options preview =
        type.forPreview(textsOf(stream, {{"endpoint", m_server.faultEndpoint()}, {"until", "never"}}));
    QCOMPARE(linesOf(test::readAll(type, preview)), numbers(10));
    const std::set<std::string> reading{"DescribeStreamSummary", "ListShards", "GetShardIterator", "GetRecords"};
    const auto calls = m_server.calls();
    for (const auto& [operation, counts] : calls.items())
        QVERIFY2(reading.contains(operation), operation.c_str());
}

void TestKinesisSource::describesStreamsAndShards()
{
    const std::string stream = newStream(1);
    m_server.split(stream, "shardId-000000000000");
    const SourceType type = kinesisSource();
    const auto readables = type.describe({{"endpoint", m_server.endpoint()}, {"stream", stream}}, {});
    QVERIFY_RESULT(readables);
    const auto found = std::ranges::find(*readables, stream, &Readable::name);
    QVERIFY(found != readables->end());
    QCOMPARE(QString::fromStdString(found->description), QString("2 open shards, kept for 1 d"));
    const auto child = std::ranges::find(*readables, stream + "/shardId-000000000001", &Readable::name);
    QVERIFY(child != readables->end());
    QCOMPARE(QString::fromStdString(child->description), QString("open shard of shardId-000000000000"));
    QVERIFY(readables->size() > 3); // the other streams too
    const auto probed = type.probe(optionsFor(stream), {});
    QVERIFY_RESULT(probed);
    QCOMPARE(QString::fromStdString(*probed),
             QString::fromStdString(fmt::format("The Kinesis stream '{}' has 2 open shards, kept for 1 d.", stream)));
}

QTEST_GUILESS_MAIN(TestKinesisSource)
#include "tst_kinesis_source.moc"
