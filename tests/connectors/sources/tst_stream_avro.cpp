// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"
#include "tests/support/aws/kinesis_server.h"
#include "tests/support/mqtt/mqtt_broker.h"
#include "tests/support/registry/registry_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <QTest>

using namespace headrace;
using test::framed;

namespace {

const std::string kFirst = R"({"type":"record","name":"Reading","fields":[{"name":"device","type":"string"},)"
                           R"({"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}]})";
const std::string kSecond = R"({"type":"record","name":"Reading","fields":[{"name":"device","type":"string"},)"
                            R"({"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},)"
                            R"({"name":"value","type":["null","double"]}]})";
const std::string kReader = R"({"type":"record","name":"Reading","fields":[{"name":"value","type":["null","double"],)"
                            R"("default":null},{"name":"name","type":"string","aliases":["device"]}]})";
const std::string kDoor = "\x08"
                          "door\xd0\x0f"; // one second
const std::string kRoom("\x08"
                        "room\x00\x02\x00\x00\x00\x00\x00\x00\xe0\x3f",
                        15); // 1970, 0.5

const char* const kBothColumns = "device:string|at:timestamp[us, tz=UTC]|value:double\n"
                                 "door|1970-01-01 00:00:01.000000Z|∅\nroom|1970-01-01 00:00:00.000000Z|0.5";

} // namespace

/// Avro values in Kinesis and MQTT, as they come from their servers.
class TestStreamAvro : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_registry.start();
        m_kinesis.start();
        m_mqtt.start();
        m_first = m_registry.add("readings", kFirst);
        m_second = m_registry.add("readings", kSecond);
    }
    void registryGivesTheColumns_data() { servers(); }
    void registryGivesTheColumns();
    void oneSchemaWithoutRegistry_data() { servers(); }
    void oneSchemaWithoutRegistry();
    void valuesAreResolved_data() { servers(); }
    void valuesAreResolved();
    void badValuesGoToQuarantine_data() { servers(); }
    void badValuesGoToQuarantine();

private:
    static void servers()
    {
        QTest::addColumn<bool>("isMqtt");
        QTest::newRow("kinesis") << false;
        QTest::newRow("mqtt") << true;
    }

    /// Sends the values to a stream or topic of their own, and reads them.
    Result<test::ReadAll> pass(const std::vector<std::string>& values, std::map<std::string, OptionValue> more)
    {
        QFETCH(bool, isMqtt);
        const std::string name = "readings-" + std::to_string(++m_names);
        more.insert({{"value", "avro"}, {"metadata", "none"}});
        Options options;
        for (const auto& [key, value] : more)
            options.set(key, value);
        if (isMqtt) {
            options.set("broker", m_mqtt.address());
            options.set("topic", name);
            options.set("client_id", name);
            options.set("spool", m_spools.filePath(QString::fromStdString(name)).toStdString());
            options.set("idle", "300ms");
            HEADRACE_TRY(const auto none, test::readAll(mqttSource(), options)); // subscribes
            for (const std::string& value : values)
                m_mqtt.publish(name, value);
            return test::readAll(mqttSource(), options);
        }
        m_kinesis.createStream(name);
        std::vector<test::KinesisRecord> records;
        for (const std::string& value : values)
            records.push_back({value});
        m_kinesis.put(name, records);
        m_kinesis.awaitArrivals(name);
        options.set("endpoint", m_kinesis.endpoint());
        options.set("stream", name);
        options.set("until", "now");
        return test::readAll(kinesisSource(), options);
    }

    static void compareText(const Result<test::ReadAll>& all, const std::string& expected, std::size_t rejected = 0)
    {
        QVERIFY_RESULT(all);
        QCOMPARE(QString::fromStdString(all->text()), QString::fromStdString(expected));
        QCOMPARE(all->rejected().size(), rejected);
    }

    test::RegistryServer m_registry;
    test::KinesisServer m_kinesis;
    test::MqttBroker m_mqtt;
    QTemporaryDir m_spools;
    std::uint32_t m_first = 0;
    std::uint32_t m_second = 0;
    int m_names = 0;
};

void TestStreamAvro::registryGivesTheColumns()
{
    compareText(pass({framed(m_first, kDoor), framed(m_second, kRoom)}, {{"registry", m_registry.url()}}),
                kBothColumns);
}

void TestStreamAvro::oneSchemaWithoutRegistry()
{
    compareText(pass({kRoom}, {{"avro_schema", kSecond}}),
                "device:string|at:timestamp[us, tz=UTC]|value:double\nroom|1970-01-01 00:00:00.000000Z|0.5");
}

void TestStreamAvro::valuesAreResolved()
{
    compareText(pass({framed(m_first, kDoor), framed(m_second, kRoom)},
                     {{"registry", m_registry.url()}, {"reader_schema", kReader}}),
                "value:double|name:string\n∅|door\n0.5|room");
}

void TestStreamAvro::badValuesGoToQuarantine()
{
    const auto all = pass({framed(m_first, kDoor), kDoor, framed(m_first, "\x08"), framed(m_second, kRoom)},
                          {{"registry", m_registry.url()}});
    compareText(all, kBothColumns, 2);
    QFETCH(bool, isMqtt);
    for (const BadRecord& record : all->rejected()) {
        QVERIFY2(record.origin.find(isMqtt ? "readings-" : "/shardId-") != std::string::npos, record.origin.c_str());
        std::string names;
        for (const PlacePart& part : record.place)
            names += part.name + ' ';
        QCOMPARE(names, std::string(isMqtt ? "topic spool number " : "stream shard sequence_number "));
    }
}

QTEST_GUILESS_MAIN(TestStreamAvro)
#include "tst_stream_avro.moc"
