// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/digest.h"
#include "connectors/aws/kinesis_records.h"
#include "connectors/aws/service_limits.h"
#include "connectors/formats/base64.h"
#include "tests/support/aws/aggregated_record.h"
#include "tests/support/rows.h"

#include <QCryptographicHash>
#include <QTest>

using namespace headrace;
using namespace headrace::aws;

/// The formats that AWS's services speak, byte by byte.
class TestAwsRecords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void digestsAreThoseOfQt();
    void base64IsDecoded_data();
    void base64IsDecoded();
    void aggregatedRecordIsTakenApart();
    void plainRecordsStayWhole_data();
    void plainRecordsStayWhole();
    void limitsAreRead();
};

void TestAwsRecords::digestsAreThoseOfQt()
{
    std::string text;
    for (int size = 0; size < 200; ++size, text += static_cast<char>(size * 7)) {
        const QByteArray bytes = QByteArray::fromStdString(text);
        const auto digest = md5(text);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(digest.data()), 16),
                 QCryptographicHash::hash(bytes, QCryptographicHash::Md5));
        QCOMPARE(QByteArray::fromStdString(sha1Hex(text)),
                 QCryptographicHash::hash(bytes, QCryptographicHash::Sha1).toHex());
    }
}

void TestAwsRecords::base64IsDecoded_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isGood");
    QTest::newRow("empty") << "" << QByteArray() << true;
    QTest::newRow("one byte") << "/w==" << QByteArray("\xff") << true;
    QTest::newRow("two bytes") << "//8=" << QByteArray("\xff\xff") << true;
    QTest::newRow("without padding") << "YWI" << QByteArray("ab") << true;
    QTest::newRow("a lone digit") << "YWJjZ" << QByteArray() << false;
    QTest::newRow("another letter") << "YW!j" << QByteArray() << false;
}

void TestAwsRecords::base64IsDecoded()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isGood);
    std::string decoded;
    QCOMPARE(decodeBase64(text.toStdString(), decoded), isGood);
    if (isGood)
        QCOMPARE(QByteArray::fromStdString(decoded), bytes);
}

void TestAwsRecords::aggregatedRecordIsTakenApart()
{
    const std::string large(300, 'x'); // its length takes two bytes
    const std::string record = test::aggregated({{"a", "one"}, {"b", ""}, {"a", large}});
    const auto parts = disaggregate(record);
    QVERIFY(parts.has_value());
    QCOMPARE(parts->size(), std::size_t{3});
    QCOMPARE(std::string((*parts)[0].partitionKey), std::string("a"));
    QCOMPARE(std::string((*parts)[0].data), std::string("one"));
    QCOMPARE(std::string((*parts)[1].partitionKey), std::string("b"));
    QCOMPARE(std::string((*parts)[1].data), std::string());
    QCOMPARE(std::string((*parts)[2].data), large);
}

void TestAwsRecords::plainRecordsStayWhole_data()
{
    QTest::addColumn<QByteArray>("record");
    const QByteArray good = QByteArray::fromStdString(test::aggregated({{"a", "one"}, {"b", "two"}}));
    QTest::newRow("text") << QByteArray("{\"a\":1}");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("the magic bytes alone") << good.left(4);
    QTest::newRow("cut") << good.left(good.size() - 1);
    QByteArray altered = good;
    altered[10] = static_cast<char>(altered[10] + 1);
    QTest::newRow("another digest") << altered;
    QTest::newRow("a key that is not in the table")
        << QByteArray::fromStdString(test::sealed(std::string("\x0a\x01") + "a" + "\x1a\x02\x08\x05"));
    QTest::newRow("a length beyond the end")
        << QByteArray::fromStdString(test::sealed(std::string("\x0a\x01") + "a" + "\x1a\x7f\x08"));
    QTest::newRow("no record") << QByteArray::fromStdString(test::sealed(std::string("\x0a\x01") + "a"));
}

void TestAwsRecords::plainRecordsStayWhole()
{
    QFETCH(QByteArray, record);
    QVERIFY(!disaggregate(record.toStdString()).has_value());
}

void TestAwsRecords::limitsAreRead()
{
    QCOMPARE(serviceLimit("kinesis", "put_records_count"), 500);
    QCOMPARE(serviceLimit("kinesis", "put_records_bytes"), 10 << 20);
    QCOMPARE(serviceLimit("firehose", "put_record_bytes"), 1'024'000);
}

QTEST_GUILESS_MAIN(TestAwsRecords)
#include "tst_aws_records.moc"
