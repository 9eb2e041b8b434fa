// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/connectors/sources/kafka_topics.h"

using namespace headrace;
using test::KafkaMessage;

/// What becomes of the messages' keys, headers and values.
class TestKafkaValues : public test::KafkaTopics {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_broker.start(); }
    void metadataBecomesColumns();
    void jsonIsFlattened();
    void newKeysBecomeColumns();
    void whatIsNoJsonIsRejected();
    void csvValuesAreOneRecordEach();
    void jsonKeysBecomeColumns();
    void tombstonesAreRowsOfNulls();
    void emptyTopicGrowsItsColumns();
};

void TestKafkaValues::metadataBecomesColumns()
{
    const std::string topic = newTopic(2);
    KafkaMessage message{"v", "key", 1, {{"a", "x\"y"}, {"a", std::nullopt}, {"raw", "\xff"}}, 1'700'000'000'123};
    m_broker.produce(topic, {message});
    compareText(
        readAll(optionsFor(topic, {{"value", "text"}})),
        "_key:string|_headers:string|_timestamp:timestamp[ms, tz=UTC]|_partition:int64|_offset:int64|value:string\n"
        R"(key|[["a","x\"y"],["a",null],["raw",{"base64":"/w=="}]]|2023-11-14 22:13:20.123Z|1|0|v)");
    compareText(readAll(optionsFor(topic, {{"value", "bytes"},
                                           {"key", "bytes"},
                                           {"metadata", OptionList{"key", "topic"}},
                                           {"metadata_prefix", "kafka_"}})),
                fmt::format("kafka_topic:string|kafka_key:binary|value:binary\n{}|key|v", topic));
}

void TestKafkaValues::jsonIsFlattened()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{R"({"id":1,"user":{"name":"Ada","tags":["x"]},"at":"2026-01-01T00:00:00Z"})"},
                             {"{\n \"id\": 2,\n \"user\": null }"}});
    const OptionMap noTypes;
    compareText(readAll(optionsFor(topic, {{"metadata", "none"}})),
                "id:int64|user.name:string|user.tags:string|at:timestamp[us, tz=UTC]\n"
                "1|Ada|[\"x\"]|2026-01-01 00:00:00.000000Z\n"
                "2|∅|∅|∅");
    compareText(
        readAll(optionsFor(
            topic, {{"metadata", "none"}, {"flatten", "false"}, {"columns", OptionMap{{"id", "decimal(10,1)"}}}})),
        "id:decimal128(10, 1)|user:string|at:timestamp[us, tz=UTC]\n"
        "1.0|{\"name\":\"Ada\",\"tags\":[\"x\"]}|2026-01-01 00:00:00.000000Z\n"
        "2.0|∅|∅");
}

void TestKafkaValues::newKeysBecomeColumns()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{R"({"a":1})"}, {R"({"a":2,"b":"x"})"}, {"broken"}, {R"({"c":{"d":true},"a":3})"}});
    const Options grows = optionsFor(topic, {{"metadata", "none"}, {"sample_rows", "1"}});
    const auto all = readAll(grows);
    QVERIFY_RESULT(all);
    QCOMPARE(all->chunks.size(), std::size_t{2});
    QCOMPARE(QString::fromStdString(test::print(*all->chunks[0].rows)), QString("a:int64\n1"));
    QCOMPARE(QString::fromStdString(test::print(*all->chunks[1].rows)),
             QString("a:int64|b:string|c.d:bool\n2|x|∅\n3|∅|true"));
    QCOMPARE(all->rejected().size(), std::size_t{1});
    QCOMPARE(toText(all->rejected()[0].place), fmt::format("topic {}, partition 0, offset 2", topic));
    // The columns go with the position.
    compareText(readAll(grows, all->chunks[1].at->after(1)), "a:int64|b:string|c.d:bool\n3|∅|true");

    compareText(readAll(optionsFor(topic, {{"metadata", "none"}, {"sample_rows", "1"}, {"extra", "column"}})),
                "a:int64|_extra:string\n1|∅\n2|{\"b\":\"x\"}\n3|{\"c\":{\"d\":true}}");
    compareText(readAll(optionsFor(topic, {{"metadata", "none"}, {"sample_rows", "1"}, {"extra", "ignore"}})),
                "a:int64\n1\n2\n3");
    const auto strict =
        readAll(optionsFor(topic, {{"metadata", "none"}, {"sample_rows", "1"}, {"extra", "quarantine"}}));
    QVERIFY_RESULT(strict);
    QCOMPARE(strict->rejected().size(), std::size_t{3});
    QVERIFY(strict->rejected()[0].reason.find("\"b\"") != std::string::npos);
}

void TestKafkaValues::whatIsNoJsonIsRejected()
{
    const std::string topic = newTopic(2);
    m_broker.produce(topic, {{"", "k", 1},
                             {"{\"a\":\"\xff\"}", "k", 1},
                             {"{\"a\":1}", "\xff", 1},
                             {"[1]", "k", 1},
                             {"{\"a\": \"x", "k", 1},
                             {"y\"}", "k", 1},
                             {"{\"a\":\"ok\"}", "k", 1}});
    const auto all = readAll(optionsFor(topic, {{"metadata", "key"}, {"columns", OptionMap{{"a", "text"}}}}));
    compareText(all, "_key:string|a:string\nk|ok");
    QStringList places;
    for (const BadRecord& record : all->rejected()) {
        QCOMPARE(record.origin, topic + "/1");
        QCOMPARE(record.place[0], (PlacePart{"topic", topic}));
        QCOMPARE(record.place[1], (PlacePart{"partition", 1}));
        QCOMPARE(record.byteOffset, -1);
        QVERIFY2(record.reason.ends_with('.'), record.reason.c_str());
        places << QString::fromStdString(toText({record.place[2]}));
    }
    QCOMPARE(places.join(','), QString("offset 0,offset 1,offset 2,offset 3,offset 4,offset 5"));
    QVERIFY(all->rejected()[2].reason.find("key") != std::string::npos);
    const auto text = readAll(optionsFor(topic, {{"metadata", "none"}, {"value", "text"}, {"key", "bytes"}}));
    QVERIFY_RESULT(text);
    QCOMPARE(text->rejected().size(), std::size_t{1});
}

void TestKafkaValues::csvValuesAreOneRecordEach()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{"1;a;2026-01-31"},
                             {"2;\"two\nlines; \"\"quoted\"\"\";2026-02-01\r\n"},
                             {"3;never \"closed;"},   // a quote inside a cell is text
                             {"4;\"open;2026-01-01"}, // this one would take the next message's cells
                             {"5;b;2026-01-01\n6;c;2026-01-01"},
                             {"seven;d;2026-01-01"},
                             {"8;e"},
                             {""},
                             {"9;\xff;2026-01-01"},
                             {std::nullopt, "deleted"},
                             {";\"\";"}});
    const Options options = optionsFor(topic, {{"metadata", "none"},
                                               {"value", "csv"},
                                               {"fields", OptionList{"id", "note", "day"}},
                                               {"delimiter", ";"},
                                               {"columns", OptionMap{{"id", "int64"}, {"day", "date"}}}});
    const auto all = readAll(options);
    compareText(all, "id:int64|note:string|day:date32[day]\n"
                     "1|a|2026-01-31\n2|two\nlines; \"quoted\"|2026-02-01\n3|never \"closed|∅\n∅|∅|∅\n∅||∅");
    QStringList reasons;
    for (const BadRecord& record : all->rejected())
        reasons << QString::fromStdString(toText({record.place[2]}) + ": " + record.reason).section('.', 0, 0);
    QCOMPARE(reasons.join('\n'),
             QString("offset 3: A quote in the message's value is never closed\n"
                     "offset 4: The message's value holds 2 CSV records, not one\n"
                     "offset 5: The value 'seven' of column 'id' does not fit the type int64\n"
                     "offset 6: The record has 2 of 3 cells; the first column without one is 'day'\n"
                     "offset 7: The message's value is empty, no CSV record\n"
                     "offset 8: The message's value is not valid UTF-8; set 'value' to bytes to read it"));
}

void TestKafkaValues::jsonKeysBecomeColumns()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{R"({"a":1})", R"({"id":7})"},
                             {R"({"a":2})", "no JSON"},
                             {std::nullopt, R"({"id":8,"shop":{"no":1}})"},
                             {R"({"a":3})", std::nullopt}});
    const auto all = readAll(optionsFor(topic, {{"key", "json"}, {"metadata", OptionList{"offset", "key"}}}));
    compareText(all, "_offset:int64|_key.id:int64|_key.shop.no:int64|a:int64\n0|7|∅|1\n2|8|1|∅\n3|∅|∅|3");
    QCOMPARE(all->rejected().size(), std::size_t{1});
    QCOMPARE(toText(all->rejected()[0].place), fmt::format("topic {}, partition 0, offset 1", topic));
}

void TestKafkaValues::tombstonesAreRowsOfNulls()
{
    const std::string topic = newTopic();
    m_broker.produce(topic, {{R"({"a":1})", "k"}, {std::nullopt, "k"}, {R"({"a":2})", "k"}});
    compareText(readAll(optionsFor(topic, {{"metadata", OptionList{"key", "offset"}}})),
                "_key:string|_offset:int64|a:int64\nk|0|1\nk|1|∅\nk|2|2");
    compareText(readAll(optionsFor(topic, {{"metadata", OptionList{"offset"}}, {"value", "bytes"}})),
                "_offset:int64|value:binary\n0|{\"a\":1}\n1|∅\n2|{\"a\":2}");
}

void TestKafkaValues::emptyTopicGrowsItsColumns()
{
    const std::string topic = newTopic();
    const auto source =
        test::createSource(kafkaSource(), optionsFor(topic, {{"until", "never"}, {"metadata", "none"}}));
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    m_broker.produce(topic, {{R"({"a":2})"}});
    const auto chunk = (*source)->read({10, 8 << 20, std::chrono::seconds{60}}, {});
    QVERIFY_RESULT(chunk);
    QCOMPARE(QString::fromStdString(test::print(*(*chunk)->rows)), QString("a:int64\n2"));
}

QTEST_GUILESS_MAIN(TestKafkaValues)
#include "tst_kafka_values.moc"
