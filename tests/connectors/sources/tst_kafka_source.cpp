// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/connectors/sources/kafka_topics.h"
#include "tests/support/source_contract.h"

using namespace headrace;
using test::KafkaMessage;

/// The Kafka source against a real broker.
class TestKafkaSource : public test::KafkaTopics {
    Q_OBJECT

private:
    std::vector<test::SourceCase> m_cases;
    std::vector<test::SourceCase> cases();

private Q_SLOTS:
    void initTestCase()
    {
        m_broker.start();
        m_cases = cases();
    }
    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void abortedTransactionsAreSkipped();
    void startsWhereItIsTold_data();
    void startsWhereItIsTold();
    void aStartThatIsNotThereIsNamed();
    void endsAtATime();
    void goneOffsetsAreNamed();
    void offsetsThatGoWhileReadingAreNamed();
    void newTopicUnderAnOldPositionIsNamed();
    void manyPartitionsAndTopicsComeWhole();
    void latestMissesNothingAfterOpen();
    void rowsKnowWhenTheyWereMade();
    void lagIsWhatWasNotRead();
    void lagGrowsWhileNobodyReads();
    void previewLeavesNoGroup();
    void describesTopics();
};

std::vector<test::SourceCase> TestKafkaSource::cases()
{
    const std::string topic = newTopic();
    std::vector<KafkaMessage> messages;
    for (int i = 0; i < 20; ++i) {
        messages.push_back(
            {fmt::format(R"({{"id":{},"name":"row {}","price":{}.5}})", i, i, i), fmt::format("k{}", i)});
        messages.back().timestamp = 1'700'000'000'000 + i;
        if (i == 10 || i == 19)
            messages.push_back({"{\"id\": nonsense}", "bad"});
    }
    m_broker.produce(topic, messages);

    test::SourceCase json;
    json.name = "json";
    json.type = kafkaSource();
    json.options = optionsFor(topic);
    json.rows = 20;
    json.rejected = 2;
    json.missing = optionsFor("topic-none");
    json.missingName = "'topic-none'";
    json.bad = optionsFor(topic, {{"from", "yesterday"}});
    json.badValue = "'yesterday'";
    json.waiting = optionsFor(topic, {{"from", "latest"}, {"until", "never"}});

    test::SourceCase text = json;
    text.name = "text";
    text.options = optionsFor(topic, {{"value", "text"}, {"metadata", OptionList{"offset"}}});
    text.rows = 22;
    text.rejected = 0;
    text.missing = optionsFor("^none-.*");
    text.missingName = "'^none-.*'";
    text.bad = optionsFor(topic, {{"client", OptionMap{{"queued.max.mesages.kbytes", "1"}}}});
    text.badValue = "'queued.max.messages.kbytes'";

    return {json, text};
}

void TestKafkaSource::abortedTransactionsAreSkipped()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{"before"}});
    m_broker.produceInTransaction(topic, {{"aborted 1"}, {"aborted 2"}}, false);
    m_broker.produceInTransaction(topic, {{"committed"}}, true);
    m_broker.produceInTransaction(topic, {{"aborted 3"}}, false);
    const Options options = optionsFor(topic, {{"metadata", "none"}, {"value", "text"}});
    const auto all = readAll(options);
    compareText(all, "value:string\nbefore\ncommitted");
    // Nothing is left behind the last row, though offsets of the aborted messages follow it.
    const auto rest = readAll(options, all->chunks.back().at->after(all->chunks.back().rows->num_rows()));
    QVERIFY_RESULT(rest);
    for (const Chunk& chunk : rest->chunks)
        QCOMPARE(chunk.rows->num_rows(), 0);
    const auto uncommitted = readAll(optionsFor(
        topic,
        {{"metadata", "none"}, {"value", "text"}, {"client", OptionMap{{"isolation.level", "read_uncommitted"}}}}));
    QVERIFY_RESULT(uncommitted);
    QCOMPARE(QString::fromStdString(uncommitted->text()).count('\n'), 5);
}

void TestKafkaSource::startsWhereItIsTold_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("expected");
    QTest::newRow("earliest") << "earliest"
                              << "0 1 2 3 4 5 6 7 8 9";
    QTest::newRow("latest") << "latest"
                            << "";
    QTest::newRow("offset") << "7"
                            << "7 8 9";
    QTest::newRow("the last two") << "-2"
                                  << "8 9";
    QTest::newRow("more than there are") << "-20"
                                         << "0 1 2 3 4 5 6 7 8 9";
    QTest::newRow("time") << "2023-11-14T22:13:25Z"
                          << "5 6 7 8 9";
    QTest::newRow("time between two") << "2023-11-14T22:13:25.5Z"
                                      << "6 7 8 9";
    QTest::newRow("time behind the last") << "2033-01-01"
                                          << "";
}

void TestKafkaSource::startsWhereItIsTold()
{
    QFETCH(QString, from);
    QFETCH(QString, expected);
    static const std::string topic = [this] {
        std::string made = newTopic();
        for (int i = 0; i < 10; ++i)
            m_broker.produce(made, {{std::to_string(i), {}, 0, {}, 1'700'000'000'000 + i * 1000}});
        return made;
    }();
    const auto all =
        readAll(optionsFor(topic, {{"metadata", "none"}, {"value", "text"}, {"from", from.toStdString()}}));
    QVERIFY_RESULT(all);
    QString text = QString::fromStdString(all->chunks.empty() ? "" : all->text()).replace('\n', ' ');
    QCOMPARE(text.remove("value:string").trimmed(), expected);
}

void TestKafkaSource::aStartThatIsNotThereIsNamed()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{"0"}, {"1"}, {"2"}});
    m_broker.deleteBefore(topic, 0, 1);
    for (const char* from : {"0", "4"}) {
        const auto all = readAll(optionsFor(topic, {{"value", "text"}, {"from", from}}));
        QVERIFY(!all);
        QCOMPARE(all.error().code, ErrorCode::Usage);
        QCOMPARE(
            QString::fromStdString(all.error().message),
            QString::fromStdString(fmt::format("The option 'from' of the kafka source is offset {}, but '{}/0' has "
                                               "messages from offset 1 and ends at 3. Set an offset in between, "
                                               "earliest, latest or a time; 'partitions' chooses partitions.",
                                               from, topic)));
    }
}

void TestKafkaSource::endsAtATime()
{
    const std::string topic = newTopic();
    for (int i = 0; i < 4; ++i)
        m_broker.produce(topic, {{std::to_string(i), {}, 0, {}, 1'700'000'000'000 + i * 1000}});
    compareText(
        readAll(optionsFor(topic, {{"metadata", "none"}, {"value", "text"}, {"until", "2023-11-14T22:13:22Z"}})),
        "value:string\n0\n1");
}

void TestKafkaSource::goneOffsetsAreNamed()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{"0"}, {"1"}, {"2"}, {"3"}});
    const Options options = optionsFor(topic, {{"value", "text"}});
    const auto all = readAll(options);
    QVERIFY_RESULT(all);
    m_broker.deleteBefore(topic, 0, 3);
    const auto rest = readAll(options, all->chunks[0].at->after(1));
    QVERIFY(!rest);
    QCOMPARE(rest.error().code, ErrorCode::Conflict);
    QCOMPARE(
        QString::fromStdString(rest.error().message),
        QString::fromStdString(fmt::format("Reading '{}/0' was to go on at offset 1, but its messages before offset "
                                           "3 were deleted. Reset the pipeline's state to start again, or set "
                                           "another 'from'.",
                                           topic)));
}

/// As behind a reader that is slower than the topic forgets: what was not fetched in time is not skipped.
void TestKafkaSource::offsetsThatGoWhileReadingAreNamed()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, std::vector<KafkaMessage>(200, {std::string(10'000, 'x')}));
    const auto source = test::createSource(
        kafkaSource(), optionsFor(topic, {{"value", "text"},
                                          {"until", "never"},
                                          {"client", OptionMap{{"fetch.message.max.bytes", "20000"},
                                                               {"queued.min.messages", "1"},
                                                               {"queued.max.messages.kbytes", "1"}}}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    const ReadHint hint{1, 8 << 20, std::chrono::milliseconds{50}};
    Result<std::optional<Chunk>> chunk;
    std::int64_t rows = 0;
    QVERIFY(QTest::qWaitFor(
        [&] {
            chunk = (*source)->read(hint, {});
            return !chunk || (*chunk)->rows->num_rows() > 0;
        },
        60'000));
    QVERIFY_RESULT(chunk);
    m_broker.deleteBefore(topic, 0, 150);
    QVERIFY(QTest::qWaitFor(
        [&] {
            chunk = (*source)->read(hint, {});
            rows += chunk ? (*chunk)->rows->num_rows() : 0;
            return !chunk;
        },
        60'000));
    QVERIFY2(rows < 149, std::to_string(rows).c_str());
    QCOMPARE(chunk.error().code, ErrorCode::Conflict);
    QVERIFY2(chunk.error().message.find("its messages before offset 150 were deleted") != std::string::npos,
             chunk.error().message.c_str());
}

void TestKafkaSource::newTopicUnderAnOldPositionIsNamed()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{"0"}, {"1"}});
    const Options options = optionsFor(topic, {{"value", "text"}});
    const auto all = readAll(options);
    QVERIFY_RESULT(all);
    const Position old{fmt::format(R"({{"offsets":{{"{}":"0:900"}}}})", topic)};
    const auto rest = readAll(options, old);
    QVERIFY(!rest);
    QCOMPARE(rest.error().code, ErrorCode::Conflict);
    QVERIFY2(rest.error().message.find("it ends at offset 2") != std::string::npos, rest.error().message.c_str());
}

void TestKafkaSource::manyPartitionsAndTopicsComeWhole()
{
    const std::string prefix = fmt::format("many-{}", ++m_topics);
    std::int64_t sum = 0;
    for (const char* name : {"-a", "-b"}) {
        m_broker.createTopic(prefix + name, 5);
        std::vector<KafkaMessage> messages;
        for (int i = 0; i < 3000; ++i) {
            messages.push_back({fmt::format(R"({{"n":{}}})", i), {}, i % 5});
            sum += i;
        }
        m_broker.produce(prefix + name, messages);
    }
    const Options options = optionsFor("^" + prefix + ".*");
    const auto whole = readAll(options);
    QVERIFY_RESULT(whole);
    const auto sumOf = [](const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches) {
        std::int64_t total = 0;
        for (const auto& batch : batches) {
            const auto column = std::static_pointer_cast<arrow::Int64Array>(batch->GetColumnByName("n"));
            for (std::int64_t row = 0; row < batch->num_rows(); ++row)
                total += column->Value(row);
        }
        return total;
    };
    QCOMPARE(sumOf(whole->batches()), sum);
    QVERIFY(whole->schema->GetFieldByName("_topic") != nullptr);
    // Whatever order they came in, before and behind a position is everything.
    const Chunk& middle = whole->chunks[whole->chunks.size() / 2];
    const auto rest = readAll(options, middle.at->after(middle.rows->num_rows() / 2));
    QVERIFY_RESULT(rest);
    std::vector<std::shared_ptr<arrow::RecordBatch>> parts = rest->batches();
    for (std::size_t i = 0; i < whole->chunks.size() / 2; ++i)
        parts.push_back(whole->chunks[i].rows);
    parts.push_back(middle.rows->Slice(0, middle.rows->num_rows() / 2));
    QCOMPARE(test::digest(parts), test::digest(whole->batches()));
}

void TestKafkaSource::latestMissesNothingAfterOpen()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{R"({"a":1})"}});
    auto options = optionsFor(topic, {{"from", "latest"}, {"until", "never"}, {"metadata", "none"}});
    const auto source = test::createSource(kafkaSource(), options);
    QVERIFY_RESULT(source);
    const auto schema = (*source)->open({}, {});
    QVERIFY_RESULT(schema);
    QCOMPARE((*schema)->field_names(), std::vector<std::string>{"a"}); // what stands in the topic shows the columns
    m_broker.produce(topic, {{R"({"a":2})"}});
    const auto chunk = (*source)->read({10, 8 << 20, std::chrono::seconds{60}}, {});
    QVERIFY_RESULT(chunk);
    QCOMPARE(QString::fromStdString(test::print(*(*chunk)->rows)), QString("a:int64\n2"));
}

void TestKafkaSource::rowsKnowWhenTheyWereMade()
{
    const std::string topic = newTopic();
    std::vector<KafkaMessage> messages;
    for (const std::int64_t time : {5, 5, 7, 9})
        messages.push_back({"v", {}, 0, {}, 1'700'000'000'000 + time});
    messages.insert(messages.begin() + 2, {"\xff", {}, 0, {}, 1'700'000'000'006}); // a bad one has no row
    m_broker.produce(topic, messages);
    const auto source = test::createSource(kafkaSource(), optionsFor(topic, {{"value", "text"}, {"metadata", "none"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    const auto at = [](std::int64_t rows, std::int64_t time) {
        return MadeAt{rows, std::chrono::system_clock::time_point{std::chrono::milliseconds{1'700'000'000'000 + time}}};
    };
    std::vector<MadeAt> made;
    while (true) {
        const auto chunk = (*source)->read({1, 8 << 20, std::chrono::milliseconds{50}}, {}); // one row a chunk
        QVERIFY_RESULT(chunk);
        if (!*chunk)
            break;
        made.insert(made.end(), (*chunk)->made.begin(), (*chunk)->made.end());
    }
    QVERIFY(made == (std::vector<MadeAt>{at(1, 5), at(1, 5), at(1, 7), at(1, 9)}));
}

void TestKafkaSource::lagIsWhatWasNotRead()
{
    const std::string topic = newTopic(2);
    m_broker.produceInTransaction(topic, {{"a"}, {"b"}, {"c", {}, 1}}, true); // leaves a marker in each partition
    const auto source = test::createSource(
        kafkaSource(), optionsFor(topic, {{"value", "text"}, {"until", "never"}, {"metadata", "none"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    std::string seen;
    const bool isRead = QTest::qWaitFor(
        [&] {
            if (!(*source)->read({}, {}))
                qFatal("the read failed");
            seen.clear();
            if (const auto partitions = (*source)->progress().partitions)
                for (const PartitionProgress& partition : *partitions)
                    seen += fmt::format("{} rows {} lag {} at {}{}; ", partition.name, partition.rows,
                                        partition.lag.value_or(-1), partition.position,
                                        partition.lastAt ? "" : " without a time");
            return seen == fmt::format("{0}/0 rows 2 lag 0 at 3; {0}/1 rows 1 lag 0 at 2; ", topic);
        },
        60'000);
    QVERIFY2(isRead, seen.c_str());
}

/// As behind a destination that is away: what has been fetched waits to be taken, and the client fetches no more.
void TestKafkaSource::lagGrowsWhileNobodyReads()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{"a"}, {"b"}});
    const auto source =
        test::createSource(kafkaSource(), optionsFor(topic, {{"value", "text"},
                                                             {"until", "never"},
                                                             {"metadata", "none"},
                                                             {"client", OptionMap{{"queued.min.messages", "1"}}}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    const auto seen = [&] {
        const auto partitions = (*source)->progress().partitions;
        return partitions == nullptr ? PartitionProgress{} : partitions->front();
    };
    QVERIFY(QTest::qWaitFor(
        [&] {
            if (!(*source)->read({}, {}))
                qFatal("the read failed");
            return seen().position == "2";
        },
        60'000));
    for (const std::int64_t lag : {3, 6}) {
        m_broker.produce(topic, {{"c"}, {"d"}, {"e"}});
        QTRY_COMPARE_WITH_TIMEOUT(seen().lag.value_or(-1), lag, 60'000);
    }
    QCOMPARE(seen().position, "2");
}

void TestKafkaSource::previewLeavesNoGroup()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{R"({"a":1})"}});
    const SourceType type = kafkaSource();
    const Options preview = type.forPreview(optionsFor(topic, {{"group", "must-not-appear"}, {"until", "never"}}));
    compareText(test::readAll(type, preview), fmt::format("{}", readAll(optionsFor(topic))->text()));
    QCOMPARE(m_broker.groups(), std::vector<std::string>());
}

void TestKafkaSource::describesTopics()
{
    const std::string topic = newTopic(3, {{"retention.ms", "3600000"}});
    m_broker.produce(topic, {{"x"}, {"y"}});
    const auto readables = kafkaSource().describe({{"brokers", m_broker.address()}}, {});
    QVERIFY_RESULT(readables);
    const auto found = std::ranges::find(*readables, topic, &Readable::name);
    QVERIFY(found != readables->end());
    QCOMPARE(QString::fromStdString(found->description), QString("3 partitions, about 2 messages, kept for 1 h"));
    const auto probed = kafkaSource().probe(optionsFor(topic), {});
    QVERIFY_RESULT(probed);
    QCOMPARE(QString::fromStdString(*probed),
             QString::fromStdString(fmt::format("The topic '{}' has 3 partitions with about 2 messages.", topic)));
}

QTEST_GUILESS_MAIN(TestKafkaSource)
#include "tst_kafka_source.moc"
