// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"
#include "tests/support/source_reading.h"

#include <QTest>

using namespace headrace;

/// What the Kinesis source says without a stream.
class TestKinesisSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();
};

void TestKinesisSettings::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* key, const char* value, const char* named) {
        QTest::addRow("%s %s", key, value) << key << value << named;
    };
    row("from", "yesterday", "'yesterday'");
    row("from", "at:x", "'at:x'");
    row("from", "at:495", "name that shard in 'shards'");
    row("until", "later", "'later'");
    row("metadata", "keys", "'keys'");
    row("poll", "100ms", "100ms");
    row("endpoint", "kinesis", "'kinesis'");
    row("region", "Mars", "'Mars'");
    row("profile", "no-such", "'no-such'");
}

void TestKinesisSettings::wrongSettingsAreNamed()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, named);
    Options options{{"stream", "s"}, {"region", "us-east-1"}};
    options.set(key.toStdString(), value.toStdString());
    const auto source = test::createSource(kinesisSource(), options);
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Usage);
    QVERIFY2(source.error().message.find(named.toStdString()) != std::string::npos, source.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestKinesisSettings)
#include "tst_kinesis_settings.moc"
