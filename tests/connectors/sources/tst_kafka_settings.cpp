// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <QTest>

using namespace headrace;

/// What the Kafka source says without a broker.
class TestKafkaSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();
    void csvValuesNeedTheirFields_data();
    void csvValuesNeedTheirFields();
    void awayBrokerIsUnavailable();
};

void TestKafkaSettings::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("property");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("named");
    QTest::newRow("property") << "client"
                              << "sesion.timeout.ms"
                              << "1"
                              << "did you mean 'session.timeout.ms'?";
    QTest::newRow("its value") << "client"
                               << "session.timeout.ms"
                               << "soon"
                               << "'soon'";
    QTest::newRow("own property") << "client"
                                  << "enable.auto.commit"
                                  << "true"
                                  << "'enable.auto.commit'";
    QTest::newRow("replaced property") << "client"
                                       << "group.id"
                                       << "g"
                                       << "set the option 'group'";
    QTest::newRow("secret") << "client"
                            << "sasl.password"
                            << "hunter2"
                            << "set the option 'password'";
    QTest::newRow("until") << "until"
                           << ""
                           << "later"
                           << "'later'";
    QTest::newRow("partition") << "partitions"
                               << ""
                               << "3-1"
                               << "'3-1'";
    QTest::newRow("metadata") << "metadata"
                              << ""
                              << "keys"
                              << "'keys'";
    QTest::newRow("pattern") << "topic"
                             << ""
                             << "^("
                             << "'^('";
    QTest::newRow("group and partitions") << "group"
                                          << ""
                                          << "g"
                                          << "'g'";
    QTest::newRow("settings file") << "client_file"
                                   << ""
                                   << "/none/such"
                                   << "'/none/such'";
}

void TestKafkaSettings::wrongSettingsAreNamed()
{
    QFETCH(QString, key);
    QFETCH(QString, property);
    QFETCH(QString, value);
    QFETCH(QString, named);
    Options options{{"brokers", "127.0.0.1:9"}, {"topic", "t"}};
    if (key == "group")
        options.set("partitions", OptionList{"0"});
    if (property.isEmpty())
        options.set(key.toStdString(), value.toStdString());
    else
        options.set(key.toStdString(), OptionMap{{property.toStdString(), value.toStdString()}});
    const auto source = test::createSource(kafkaSource(), options);
    QVERIFY(!source);
    QVERIFY2(source.error().message.find(named.toStdString()) != std::string::npos, source.error().message.c_str());
    QVERIFY2(source.error().message.find("hunter2") == std::string::npos, source.error().message.c_str());
}

void TestKafkaSettings::csvValuesNeedTheirFields_data()
{
    QTest::addColumn<QString>("fields");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("named");
    QTest::newRow("none") << ""
                          << "id"
                          << "int64"
                          << "name their columns in the option 'fields'";
    QTest::newRow("twice") << "id,id"
                           << "id"
                           << "int64"
                           << "has 'id' twice";
    QTest::newRow("other column") << "id,name"
                                  << "price"
                                  << "int64"
                                  << "'price', which is none of the fields id, name";
    QTest::newRow("type") << "id"
                          << "id"
                          << "json"
                          << "'json'";
}

void TestKafkaSettings::csvValuesNeedTheirFields()
{
    QFETCH(QString, fields);
    QFETCH(QString, column);
    QFETCH(QString, type);
    QFETCH(QString, named);
    OptionList names;
    for (const QString& name : fields.split(',', Qt::SkipEmptyParts))
        names.push_back(name.toStdString());
    Options options{{"brokers", "127.0.0.1:9"},
                    {"topic", "t"},
                    {"value", "csv"},
                    {"columns", OptionMap{{column.toStdString(), type.toStdString()}}}};
    if (!names.empty())
        options.set("fields", names);
    const auto source = test::createSource(kafkaSource(), options);
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Usage);
    QVERIFY2(source.error().message.find(named.toStdString()) != std::string::npos, source.error().message.c_str());
}

void TestKafkaSettings::awayBrokerIsUnavailable()
{
    const auto all = test::readAll(
        kafkaSource(), {{"brokers", "127.0.0.1:9"}, {"topic", "t"}, {"until", "now"}, {"timeout", "500ms"}});
    QVERIFY(!all);
    QCOMPARE(all.error().code, ErrorCode::Unavailable);
    QVERIFY2(all.error().message.find("'127.0.0.1:9'") != std::string::npos, all.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestKafkaSettings)
#include "tst_kafka_settings.moc"
