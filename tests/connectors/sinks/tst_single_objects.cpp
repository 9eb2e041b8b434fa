// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/core/durable_file.h"
#include "tests/connectors/sinks/registry_topics.h"

#include <QTemporaryDir>

using namespace headrace;

namespace {

const char* const kSale = R"({"type":"record","name":"Sale","namespace":"shop","fields":[{"name":"id","type":"long"},)"
                          R"({"name":"name","type":"string"}]})";
const char* const kSum =
    R"({"type":"record","name":"Sale","namespace":"shop","doc":"with its sum","fields":[{"name":"id","type":"long"},)"
    R"({"name":"sum","type":{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}},)"
    R"({"name":"name","type":["null","string"],"default":null}]})";

// Written by fastavro 1.13.1: fingerprint and value of {7, Zürich}, {-8, 12.50, null}, and of another schema.
const char* const kSaleObject = "c3014737e247160a60a70e0e5ac3bc72696368";
const char* const kSumObject = "c301621cd7a58746f35b0f0404e200";
const char* const kOtherObject = "c3014cfc16e92a19cc1112";

} // namespace

/// Avro's single objects in topics, whose schemas are files.
class TestSingleObjects : public test::RegistryTopics {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_broker.start();
        QVERIFY_RESULT(writeFileDurably(path("sale.avsc"), kSale));
        QVERIFY_RESULT(writeFileDurably(path("sum.avsc"), kSum));
    }
    void objectsAreWrittenAndRead();
    void schemasAreFoundByTheirFingerprints();
    void objectsAreResolvedToOneSchema();
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();

private:
    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    Result<test::ReadAll> read(const std::string& topic, std::map<std::string, OptionValue> more)
    {
        Options options{{"brokers", m_broker.address()},
                        {"topic", topic},
                        {"until", "now"},
                        {"metadata", "none"},
                        {"value", "avro"},
                        {"avro_encoding", "single_object"}};
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        return test::readAll(kafkaSource(), options);
    }

    std::string topicOf(const std::vector<const char*>& hex)
    {
        const std::string topic = newTopic();
        for (const char* message : hex)
            m_broker.produce(topic, {{QByteArray::fromHex(message).toStdString()}});
        return topic;
    }

    QTemporaryDir m_folder;
};

void TestSingleObjects::objectsAreWrittenAndRead()
{
    const std::string topic = newTopic();
    const auto rows = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"7", "Zürich"}});
    QVERIFY_RESULT(write({{"brokers", m_broker.address()},
                          {"topic", topic},
                          {"value", "avro"},
                          {"avro_encoding", "single_object"},
                          {"avro_schema", path("sale.avsc")}},
                         rows));
    const auto messages = m_broker.consume(topic);
    QCOMPARE(messages.size(), std::size_t{1});
    QCOMPARE(QByteArray::fromStdString(*messages[0].value).toHex(), QByteArray(kSaleObject));
    compareText(read(topic, {{"avro_schema", kSale}}), "id:int64|name:string\n7|Zürich");
}

void TestSingleObjects::schemasAreFoundByTheirFingerprints()
{
    const std::string topic =
        topicOf({kSaleObject, kOtherObject, kSumObject, "0e0e5ac3bc72696368", "c301", kSaleObject});
    for (const std::string& schemas : {path("*.avsc"), m_folder.path().toStdString()}) {
        const auto all = read(topic, {{"avro_schema", schemas}});
        compareText(all, "id:int64|name:string|sum:decimal128(6, 2)\n7|Zürich|∅\n-8|∅|12.50\n7|Zürich|∅");
        const auto bad = all->rejected();
        QCOMPARE(bad.size(), std::size_t{3});
        QCOMPARE(QString::fromStdString(bad[0].reason),
                 QString("The message names a schema by the fingerprint 11cc192ae916fc4c: none of the 2 that "
                         "'avro_schema' names has it; add its file there."));
        for (std::size_t i = 1; i < bad.size(); ++i)
            QVERIFY2(bad[i].reason.find("does not begin with the bytes C3 01") != std::string::npos,
                     bad[i].reason.c_str());
    }
}

void TestSingleObjects::objectsAreResolvedToOneSchema()
{
    compareText(
        read(topicOf({kSumObject, kSaleObject}),
             {{"avro_schema", path("*.avsc")},
              {"reader_schema", R"({"type":"record","name":"shop.Sale","fields":[{"name":"id","type":"double"},)"
                                R"({"name":"name","type":["null","string"]}]})"}}),
        "id:double|name:string\n-8|∅\n7|Zürich");
}

void TestSingleObjects::wrongSettingsAreNamed_data()
{
    QTest::addColumn<bool>("isSource");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("registry");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, bool isSource, const char* schema, const char* registry, const char* said) {
        QTest::newRow(name) << isSource << schema << registry << said;
    };
    row("source without a schema", true, "", "", "set 'avro_schema' to the schema or to the files");
    row("source with a registry alone", true, "", "http://localhost:1", "which no registry knows");
    row("no file of that name", true, "nowhere/*.avsc", "", "nowhere");
    row("a file that is no schema", true, "notes.txt", "", "notes.txt' cannot be used");
    row("sink with a registry", false, "sale.avsc", "http://localhost:1", "leave 'registry' out");
    row("sink without a schema", false, "", "", "'avro_schema' to the schema");
}

void TestSingleObjects::wrongSettingsAreNamed()
{
    QFETCH(bool, isSource);
    QFETCH(QString, schema);
    QFETCH(QString, registry);
    QFETCH(QString, said);
    QVERIFY_RESULT(writeFileDurably(path("notes.txt"), R"({"type":"no"})"));
    Options options{
        {"brokers", m_broker.address()}, {"topic", "none"}, {"value", "avro"}, {"avro_encoding", "single_object"}};
    if (!schema.isEmpty())
        options.set("avro_schema", path(schema.toUtf8().constData()));
    if (!registry.isEmpty())
        options.set("registry", registry.toStdString());
    const auto& specs = isSource ? kafkaSource().options : kafkaSink().options;
    const auto checked = options.check(specs, "kafka");
    QVERIFY_RESULT(checked);
    const Status made = isSource ? kafkaSource().create(*checked).map([](const auto&) {})
                                 : kafkaSink().create(*checked).map([](const auto&) {});
    QVERIFY(!made);
    QCOMPARE(made.error().code == ErrorCode::Usage || made.error().code == ErrorCode::NotFound, true);
    QVERIFY2(made.error().message.find(said.toStdString()) != std::string::npos, made.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestSingleObjects)
#include "tst_single_objects.moc"
