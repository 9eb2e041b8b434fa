// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/json/from_string.h>

#include "connectors/builtins.h"
#include "connectors/core/json_mark.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/pipeline/delivery_promise.h"
#include "connectors/sinks/sinks.h"
#include "tests/connectors/sinks/message_sink.h"
#include "tests/support/aws/moto_server.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QSet>
#include <QTest>

#include <limits>
#include <map>
#include <set>

using namespace headrace;

/// The Firehose sink against an emulator whose delivery streams write into an S3 bucket.
class TestFirehoseSink : public test::MessageSinks {
    Q_OBJECT

public:
    TestFirehoseSink()
        : MessageSinks(firehoseSink())
    {
    }

private:
    test::MotoServer m_server;
    std::vector<test::SinkCase> m_cases;
    std::set<std::string> m_streams;

    Options optionsOf(const std::string& stream) override
    {
        return {{"endpoint", m_server.endpoint()}, {"stream", stream}};
    }

    std::string linesIn(const std::string& stream) override
    {
        // The objects of one second are in no order, and Firehose itself promises none; NULL comes last.
        std::multimap<std::int64_t, std::string> byId;
        for (const QString& line : lines(stream)) {
            const auto record = nlohmann::json::parse(line.toStdString());
            const auto id = record.find("id");
            byId.emplace(id != record.end() && id->is_number_integer() ? id->get<std::int64_t>()
                                                                       : std::numeric_limits<std::int64_t>::max(),
                         line.toStdString() + "\n");
        }
        std::string text;
        for (const auto& [id, line] : byId)
            text += line;
        return text;
    }

    void makeStream(const std::string& stream)
    {
        if (m_streams.insert(stream).second)
            m_server.createDeliveryStream(stream);
    }

    /// The lines of all objects, one behind the other.
    QStringList lines(const std::string& stream)
    {
        std::string text;
        for (const std::string& object : m_server.delivered(stream))
            text += object;
        return QString::fromStdString(text).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server.start();
        m_cases = {jsonCase([this](const std::string& stream) { makeStream(stream); })};
    }
    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }

    void recordsLandInTheBucket_data();
    void recordsLandInTheBucket();
    void nestedValuesStayNested();
    void requestsStayWithinTheLimits_data();
    void requestsStayWithinTheLimits();
    void whatIsNotStoredIsSentAgainAlone();
    void tooLargeARecordIsNamed();
    void atLeastOnceIsSaidBeforeTheRun();
    void whatIsWrongIsSaid_data();
    void whatIsWrongIsSaid();
};

void TestFirehoseSink::recordsLandInTheBucket_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("newline");
    QTest::addColumn<QString>("expected");
    QTest::newRow("json lines") << "json"
                                << "true"
                                << "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"ü\"}\n";
    QTest::newRow("one behind the other") << "csv"
                                          << "false"
                                          << "1,a2,ü";
}

void TestFirehoseSink::recordsLandInTheBucket()
{
    QFETCH(QString, value);
    QFETCH(QString, newline);
    QFETCH(QString, expected);
    const std::string stream = "land-" + value.toStdString();
    makeStream(stream);
    const auto rows = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"1", "a"}, {"2", "ü"}});
    QVERIFY_RESULT(
        write(optionsFor(stream, {{"value", value.toStdString()}, {"newline", newline.toStdString()}}), rows));
    const auto objects = m_server.delivered(stream);
    QCOMPARE(objects.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(objects[0]), expected);
}

/// Lists and structs, texts that are JSON, and an object that a source made columns of.
void TestFirehoseSink::nestedValuesStayNested()
{
    makeStream("nested");
    const auto items = arrow::list(
        arrow::struct_({arrow::field("sku", arrow::utf8()), arrow::field("price", arrow::decimal128(10, 2))}));
    const auto array = [](const std::shared_ptr<arrow::DataType>& type, const char* cells) {
        return arrow::json::ArrayFromJSONString(type, cells).ValueOrDie();
    };
    const auto doc = markedAsJson(arrow::field("doc", arrow::utf8()));
    const auto city = ndjson::toField({.path = {"user", "city"}});
    const auto rows =
        arrow::RecordBatch::Make(arrow::schema({arrow::field("lines", items), doc, city}), 2,
                                 arrow::ArrayVector{array(items, R"([[{"sku":"a","price":"1.10"}], null])"),
                                                    array(arrow::utf8(), R"(["{\"a\": [1, 2.50]}", null])"),
                                                    array(arrow::utf8(), R"(["Zürich", null])")});
    QVERIFY_RESULT(write(optionsFor("nested"), rows));
    QCOMPARE(lines("nested").join('\n'),
             QString(R"({"lines":[{"sku":"a","price":1.10}],"doc":{"a":[1,2.50]},"user":{"city":"Zürich"}})"
                     "\n"
                     R"({"lines":null,"doc":null,"user":null})"));
}

void TestFirehoseSink::requestsStayWithinTheLimits_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("requests");
    QTest::addColumn<int>("mostRecords");
    QTest::addColumn<int>("mostBytes");
    QTest::newRow("500 records") << 1201 << 9 << 3 << 500 << 5000;
    QTest::newRow("4 MiB") << 10 << 999'999 << 3 << 4 << 4'000'000;
}

void TestFirehoseSink::requestsStayWithinTheLimits()
{
    QFETCH(int, rows);
    QFETCH(int, bytes);
    QFETCH(int, requests);
    QFETCH(int, mostRecords);
    QFETCH(int, mostBytes);
    const std::string stream = fmt::format("limits-{}", rows);
    makeStream(stream);
    m_server.setFaults({});
    std::vector<std::vector<std::string>> cells(static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i] = {fmt::format("{:0>{}}", i, bytes)};
    const Options options = optionsFor(stream, {{"endpoint", m_server.faultEndpoint()}, {"value", "text"}});
    QVERIFY_RESULT(write(options, test::rowsOf(test::schemaOf("v:string"), cells)));
    const auto calls = m_server.calls().at("PutRecordBatch");
    QCOMPARE(calls.at("passed").get<int>(), requests);
    QCOMPARE(calls.at("most_records").get<int>(), mostRecords);
    QCOMPARE(calls.at("most_bytes").get<int>(), mostBytes);
    QCOMPARE(lines(stream).size(), rows);
}

void TestFirehoseSink::whatIsNotStoredIsSentAgainAlone()
{
    makeStream("partial");
    m_server.setFaults({{"PutRecordBatch", {{"partial", 0.3}}}, {"seed", 5}});
    std::vector<std::vector<std::string>> cells;
    for (int i = 0; i < 200; ++i)
        cells.push_back({std::to_string(i)});
    const Status written = write(optionsFor("partial", {{"endpoint", m_server.faultEndpoint()}, {"value", "text"}}),
                                 test::rowsOf(test::schemaOf("v:string"), cells));
    const auto calls = m_server.calls();
    m_server.setFaults({});
    QVERIFY_RESULT(written);
    const QStringList stored = lines("partial");
    QCOMPARE(stored.size(), 200); // none came twice
    QCOMPARE(QSet<QString>(stored.begin(), stored.end()).size(), 200);
    QVERIFY2(calls.at("PutRecordBatch").at("passed").get<int>() > 2, calls.dump().c_str());
}

void TestFirehoseSink::tooLargeARecordIsNamed()
{
    makeStream("large");
    const Status written = write(optionsFor("large", {{"value", "text"}}),
                                 test::rowsOf(test::schemaOf("v:string"), {{std::string(1'024'000, 'x')}}));
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Data);
    QCOMPARE(
        QString::fromStdString(written.error().message),
        QString("The Firehose stream 'large': a record of 1024001 bytes is larger than the 1024000 that it takes."));
}

void TestFirehoseSink::atLeastOnceIsSaidBeforeTheRun()
{
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.source = {"generator", Options{}};
    pipeline.destination = {"firehose", Options{{"stream", "orders"}}};
    const auto promise = deliveryPromise(pipeline, builtinConnectors());
    QVERIFY_RESULT(promise);
    QCOMPARE(promise->guarantee, Guarantee::AtLeastOnce);
    QVERIFY2(promise->sentence.find("at least once") != std::string::npos, promise->sentence.c_str());
}

void TestFirehoseSink::whatIsWrongIsSaid_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("said");
    QTest::newRow("stream") << "stream"
                            << "order" << ErrorCode::NotFound
                            << "There is no Firehose delivery stream 'order' in the region 'us-east-1'; did you mean "
                               "'orders'?";
    QTest::newRow("region") << "region"
                            << "eu-west-1" << ErrorCode::NotFound
                            << "There is no Firehose delivery stream 'orders' in the region 'eu-west-1'.";
    QTest::newRow("no region") << "region"
                               << "Frankfurt" << ErrorCode::Usage
                               << "'Frankfurt' is no AWS region; write it like eu-central-1.";
    QTest::newRow("profile") << "profile"
                             << "nobody" << ErrorCode::Usage
                             << "The option 'profile' names 'nobody', which is in neither ~/.aws/config nor "
                                "~/.aws/credentials.";
    QTest::newRow("secret") << "endpoint"
                            << "" << ErrorCode::Permission << "The Firehose delivery stream 'orders'";
}

void TestFirehoseSink::whatIsWrongIsSaid()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(ErrorCode, code);
    QFETCH(QString, said);
    makeStream("orders");
    const bool isSecret = key == "endpoint";
    m_server.setFaults(isSecret ? nlohmann::json{{"secrets", {{"AKID", "ANOTHER"}}}} : nlohmann::json::object());
    const std::string wanted = isSecret ? m_server.faultEndpoint() : value.toStdString();
    const Error refusal = refusalOf(optionsFor("orders", {{key.toStdString(), wanted}}));
    m_server.setFaults({});
    QCOMPARE(refusal.code, code);
    const QString message = QString::fromStdString(refusal.message);
    if (isSecret)
        QVERIFY2(message.startsWith(said), qPrintable(message));
    else
        QCOMPARE(message, said);
}

QTEST_GUILESS_MAIN(TestFirehoseSink)
#include "tst_firehose_sink.moc"
