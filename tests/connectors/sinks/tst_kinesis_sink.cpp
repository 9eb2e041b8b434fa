// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/formats/ndjson/json_column.h"
#include "connectors/sinks/aws/request_sender.h"
#include "connectors/sinks/sinks.h"
#include "tests/connectors/sinks/message_sink.h"
#include "tests/support/aws/kinesis_server.h"
#include "tests/support/registry/registry_server.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QTest>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

using namespace headrace;
using test::KinesisRecord;

/// The Kinesis sink against an emulator, and requests of which only a part is stored.
class TestKinesisSink : public test::MessageSinks {
    Q_OBJECT

public:
    TestKinesisSink()
        : MessageSinks(kinesisSink())
    {
    }

private:
    test::KinesisServer m_server;
    std::vector<test::SinkCase> m_cases;
    std::set<std::string> m_streams;

    Options optionsOf(const std::string& stream) override
    {
        // The emulator still has AWS's former limit.
        return {{"endpoint", m_server.endpoint()}, {"stream", stream}, {"request_bytes", "4MiB"}};
    }

    std::string linesIn(const std::string& stream) override
    {
        std::string text;
        for (const KinesisRecord& record : m_server.records(stream))
            text += record.data + "\n";
        return text;
    }

    void makeStream(const std::string& stream, int shards = 1)
    {
        if (m_streams.insert(stream).second)
            m_server.createStream(stream, shards);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server.start();
        m_cases = {jsonCase([this](const std::string& stream) { makeStream(stream); })};
    }
    void contract_data() { test::addSinkContract(m_cases); }
    void contract() { test::checkSinkContract(m_cases); }

    void keysChooseTheShard();
    void valuesAreWrittenAsAsked_data();
    void valuesAreWrittenAsAsked();
    void valuesHaveSchemas_data();
    void valuesHaveSchemas();
    void whatIsNotStoredIsSentAgain_data();
    void whatIsNotStoredIsSentAgain();
    void requestsStayWithinTheLimits();
    void failedRecordsGoAlone();
    void lastingFailuresAreErrors_data();
    void lastingFailuresAreErrors();
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();
};

void TestKinesisSink::keysChooseTheShard()
{
    makeStream("by-key", 4);
    std::vector<std::vector<std::string>> cells;
    for (int i = 0; i < 40; ++i)
        cells.push_back({fmt::format("k{}", i % 4), std::to_string(i)});
    cells.push_back({"∅", "no key"});
    const auto rows = test::rowsOf(test::schemaOf("k:string, v:string"), cells);
    QVERIFY_RESULT(write(optionsFor("by-key", {{"key", "k"}, {"value", "text"}, {"value_column", "v"}}), rows));
    std::map<std::string, std::vector<std::string>> byKey;
    for (const KinesisRecord& record : m_server.records("by-key"))
        byKey[record.key].push_back(record.data);
    QCOMPARE(byKey.size(), std::size_t{5}); // a record without a key has got one
    QCOMPARE(byKey["k1"], (std::vector<std::string>{"1", "5", "9", "13", "17", "21", "25", "29", "33", "37"}));
    const Status empty = write(optionsFor("by-key", {{"key", "k"}}), test::rowsOf(test::schemaOf("k:string"), {{""}}));
    QVERIFY(!empty);
    QCOMPARE(empty.error().code, ErrorCode::Data);

    makeStream("spread", 4);
    QVERIFY_RESULT(write(optionsFor("spread"), test::someRows(0, 200)));
    std::set<std::string> keys;
    for (const KinesisRecord& record : m_server.records("spread"))
        keys.insert(record.key);
    QCOMPARE(keys.size(), std::size_t{200});
}

void TestKinesisSink::valuesAreWrittenAsAsked_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("expected");
    QTest::newRow("json") << "json"
                          << ""
                          << R"({"id":1,"value":"a\n\"b\""})";
    QTest::newRow("csv") << "csv"
                         << ""
                         << "1,\"a\n\"\"b\"\"\"";
    QTest::newRow("text") << "text"
                          << ""
                          << "a\n\"b\"";
    QTest::newRow("bytes of a column") << "bytes"
                                       << "id"
                                       << "1";
}

void TestKinesisSink::valuesAreWrittenAsAsked()
{
    QFETCH(QString, value);
    QFETCH(QString, column);
    QFETCH(QString, expected);
    const std::string stream = fmt::format("values-{}", value.toStdString());
    makeStream(stream);
    const auto rows = test::rowsOf(test::schemaOf("id:int64, value:string"), {{"1", "a\n\"b\""}});
    QVERIFY_RESULT(
        write(optionsFor(stream, {{"value", value.toStdString()}, {"value_column", column.toStdString()}}), rows));
    const auto records = m_server.records(stream);
    QCOMPARE(records.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(records[0].data), expected);
}

void TestKinesisSink::valuesHaveSchemas_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("json") << "json" << QByteArray(R"({"id":1,"tags":["a",{"b":[]}]})");
    QTest::newRow("json_schema") << "json_schema" << QByteArray(R"({"id":1,"tags":["a",{"b":[]}]})");
    QTest::newRow("avro") << "avro"
                          << QByteArray("\x02\x02\x02\x24"
                                        R"(["a", {"b": [ ]} ])");
}

void TestKinesisSink::valuesHaveSchemas()
{
    QFETCH(QString, value);
    QFETCH(QByteArray, expected);
    static test::RegistryServer registry;
    if (value == "json")
        registry.start();
    const std::string stream = fmt::format("schemas-{}", value.toStdString());
    makeStream(stream);
    const auto schema =
        arrow::schema({arrow::field("id", arrow::int64()), ndjson::toField({{"tags"}, ndjson::Kind::Json})});
    const auto rows = test::rowsOf(schema, {{"1", R"(["a", {"b": [ ]} ])"}});
    QVERIFY_RESULT(write(optionsFor(stream, {{"value", value.toStdString()}, {"registry", registry.url()}}), rows));
    const auto records = m_server.records(stream);
    QCOMPARE(records.size(), std::size_t{1});
    std::string bytes = expected.toStdString();
    if (value != "json") {
        const auto registered = nlohmann::json::parse(registry.newest(stream + "-value"));
        bytes = test::framed(registered["id"].get<std::uint32_t>(), bytes);
    }
    QCOMPARE(QByteArray::fromStdString(records[0].data).toHex(), QByteArray::fromStdString(bytes).toHex());
}

void TestKinesisSink::whatIsNotStoredIsSentAgain_data()
{
    QTest::addColumn<bool>("strict");
    QTest::newRow("each record once") << false;
    QTest::newRow("in order by key") << true;
}

void TestKinesisSink::whatIsNotStoredIsSentAgain()
{
    QFETCH(bool, strict);
    const std::string stream = strict ? "strict" : "partial";
    makeStream(stream, 2);
    m_server.setFaults({{"PutRecords", {{"partial", 0.3}, {"throttle", 0.05}}}, {"seed", 5}});
    std::vector<std::vector<std::string>> cells;
    for (int i = 0; i < 200; ++i)
        cells.push_back({fmt::format("k{}", i % 20), std::to_string(i)});
    const auto rows = test::rowsOf(test::schemaOf("k:string, value:string"), cells);
    const Status written = write(optionsFor(stream, {{"endpoint", m_server.faultEndpoint()},
                                                     {"key", "k"},
                                                     {"value", "text"},
                                                     {"strict_order", strict ? "true" : "false"}}),
                                 rows);
    const auto calls = m_server.calls();
    m_server.setFaults({});
    QVERIFY_RESULT(written);
    std::map<std::string, int> last;
    std::set<std::string> seen;
    int disorder = 0;
    for (const KinesisRecord& record : m_server.records(stream)) {
        QVERIFY2(seen.insert(record.data).second, record.data.c_str()); // only what was not stored came again
        const int number = std::stoi(record.data);
        const auto before = last.insert({record.key, -1}).first;
        disorder += number < before->second ? 1 : 0;
        before->second = number;
    }
    QCOMPARE(seen.size(), std::size_t{200});
    QVERIFY2(calls.at("PutRecords").at("passed").get<int>() > 2, calls.dump().c_str());
    QCOMPARE(disorder > 0, !strict); // AWS itself mixes up a request of which it stores only some
}

void TestKinesisSink::requestsStayWithinTheLimits()
{
    std::vector<std::pair<std::size_t, std::size_t>> requests; // records and bytes
    RequestSender sender({3, 100, 60, false}, "The stream", [&](const auto& entries, const auto&) {
        std::size_t bytes = 0;
        for (const aws::PutEntry& entry : entries)
            bytes += entry.data.size() + entry.partitionKey.size();
        requests.emplace_back(entries.size(), bytes);
        return aws::ServiceResult<std::vector<aws::PutFailure>>(std::vector<aws::PutFailure>{});
    });
    for (const std::size_t size : {10, 10, 10, 10, 50, 50, 40, 58})
        QVERIFY_RESULT(sender.add(std::string(size, 'x'), "kk", {}));
    QVERIFY_RESULT(sender.flush({}));
    QCOMPARE(requests, (std::vector<std::pair<std::size_t, std::size_t>>{{3, 36}, {2, 64}, {2, 94}, {1, 60}}));
    const Status large = sender.add(std::string(59, 'x'), "kk", {});
    QVERIFY(!large);
    QCOMPARE(large.error().code, ErrorCode::Data);
    QCOMPARE(QString::fromStdString(large.error().message),
             QString("The stream: a record of 61 bytes is larger than the 60 that it takes."));
}

void TestKinesisSink::failedRecordsGoAlone()
{
    QStringList requests;
    RequestSender sender({3, 1000, 1000, false}, "The stream", [&](const auto& entries, const auto&) {
        QString request;
        for (const aws::PutEntry& entry : entries)
            request += QString::fromStdString(std::string(entry.data));
        requests << request;
        std::vector<aws::PutFailure> failures;
        if (requests.size() == 1)
            failures = {{0, "InternalFailure", ""}, {2, "ProvisionedThroughputExceededException", ""}};
        return aws::ServiceResult<std::vector<aws::PutFailure>>(std::move(failures));
    });
    for (const char* data : {"a", "b", "c", "d"})
        QVERIFY_RESULT(sender.add(data, "k", {}));
    QVERIFY_RESULT(sender.flush({}));
    QCOMPARE(requests, (QStringList{"abc", "ac", "d"}));
}

void TestKinesisSink::lastingFailuresAreErrors_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<bool>("wholeRequest");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("of a record") << "AccessDeniedException" << false << ErrorCode::Failed;
    QTest::newRow("of the request") << "ResourceNotFoundException" << true << ErrorCode::NotFound;
}

void TestKinesisSink::lastingFailuresAreErrors()
{
    QFETCH(QString, type);
    QFETCH(bool, wholeRequest);
    QFETCH(ErrorCode, code);
    const aws::ServiceError error{type.toStdString(), {code, "It is gone.", {}, std::nullopt}};
    RequestSender sender({3, 1000, 1000, false}, "The stream",
                         [&](const auto&, const auto&) -> aws::ServiceResult<std::vector<aws::PutFailure>> {
                             if (wholeRequest)
                                 return tl::unexpected(error);
                             return std::vector<aws::PutFailure>{{0, type.toStdString(), "no"}};
                         });
    QVERIFY_RESULT(sender.add("a", "k", {}));
    const Status sent = sender.flush({});
    QVERIFY(!sent);
    QCOMPARE(sent.error().code, code);
}

void TestKinesisSink::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("named");
    QTest::newRow("key") << "key"
                         << "nam"
                         << "did you mean 'name'?";
    QTest::newRow("stream") << "stream"
                            << "no-such"
                            << "'no-such'";
    QTest::newRow("records") << "request_records"
                             << "501"
                             << "501 is more than the 500";
}

void TestKinesisSink::wrongSettingsAreNamed()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, named);
    makeStream("settings");
    const std::string said = refusalOf(optionsFor("settings", {{key.toStdString(), value.toStdString()}})).message;
    QVERIFY2(said.find(named.toStdString()) != std::string::npos, said.c_str());
}

QTEST_GUILESS_MAIN(TestKinesisSink)
#include "tst_kinesis_sink.moc"
