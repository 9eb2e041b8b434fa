// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/fingerprint.h"
#include "connectors/formats/avro/schema.h"

#include <QTest>

using namespace headrace;

class TestAvroFingerprint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void schemasHaveOneForm_data();
    void schemasHaveOneForm();
    void otherValuesHaveNoFrame_data();
    void otherValuesHaveNoFrame();
};

/// Forms and fingerprints are those of fastavro 1.13.1, which writes the fingerprint as it stands in a single object.
void TestAvroFingerprint::schemasHaveOneForm_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("form");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const char* schema, const char* form, const char* bytes) {
        QTest::newRow(name) << schema << form << QByteArray(bytes);
    };
    row("primitive", R"("int")", R"("int")", "8f5c393f1ad57572");
    row("primitive in an object", R"({"type":"string","avro.java.string":"String"})", R"("string")",
        "c70345637248018f");
    row("logical type", R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})", R"("bytes")",
        "651920c3da16c04f");
    row("namespace, defaults, documentation",
        R"({"namespace":"shop","type":"record","doc":"an order","name":"Order","aliases":["Old"],"fields":[)"
        R"({"name":"id","type":{"type":"long","logicalType":"timestamp-millis"},"default":0,"doc":"x"},)"
        R"({"name":"next","type":["null","Order"],"default":null}]})",
        R"({"name":"shop.Order","type":"record","fields":[{"name":"id","type":"long"},)"
        R"({"name":"next","type":["null","shop.Order"]}]})",
        "0c2bde59c9a4c3e7");
    row("namespace in the name",
        R"({"type":"record","name":"a.b.Rec","namespace":"ignored","fields":[)"
        R"({"name":"e","type":{"type":"enum","name":"E","symbols":["X","Y"],"default":"X"}},)"
        R"({"name":"f","type":{"type":"fixed","name":"c.F","size":16}},{"name":"g","type":"E"},)"
        R"({"name":"h","type":"c.F"},{"name":"m","type":{"type":"map","values":{"type":"array",)"
        R"("items":["null","Rec"]}}}]})",
        R"({"name":"a.b.Rec","type":"record","fields":[)"
        R"({"name":"e","type":{"name":"a.b.E","type":"enum","symbols":["X","Y"]}},)"
        R"({"name":"f","type":{"name":"c.F","type":"fixed","size":16}},{"name":"g","type":"a.b.E"},)"
        R"({"name":"h","type":"c.F"},{"name":"m","type":{"type":"map","values":{"type":"array",)"
        R"("items":["null","a.b.Rec"]}}}]})",
        "fe91ec0e60075328");
    row("another namespace inside",
        R"({"type":"record","name":"R","namespace":"x.y","fields":[{"name":"a","type":{"type":"record","name":"S",)"
        R"("namespace":"z","fields":[{"name":"t","type":["null","S"]}]}},{"name":"b","type":"z.S"},)"
        R"({"name":"c","type":["null","R"]}]})",
        R"({"name":"x.y.R","type":"record","fields":[{"name":"a","type":{"name":"z.S","type":"record",)"
        R"("fields":[{"name":"t","type":["null","z.S"]}]}},{"name":"b","type":"z.S"},)"
        R"({"name":"c","type":["null","x.y.R"]}]})",
        "80a1755a1bdc348a");
    row("another order",
        R"({"fields": [{"type":"double","name":"d"}, {"type":"boolean","name":"b"}, {"type":"float","name":"f"},)"
        R"({"type":"null","name":"n"}],"name":"R","type":"record"})",
        R"({"name":"R","type":"record","fields":[{"name":"d","type":"double"},{"name":"b","type":"boolean"},)"
        R"({"name":"f","type":"float"},{"name":"n","type":"null"}]})",
        "6483c6f26eec260d");
}

void TestAvroFingerprint::schemasHaveOneForm()
{
    QFETCH(QString, schema);
    QFETCH(QString, form);
    QFETCH(QByteArray, bytes);
    const std::string text = schema.toStdString();
    QVERIFY(avro::Schema::parse(text));
    QCOMPARE(QString::fromStdString(avro::canonicalForm(text)), form);
    const std::uint64_t print = avro::fingerprint(text);
    const std::string frame = avro::singleObjectFrame(print);
    QCOMPARE(QByteArray::fromStdString(frame).toHex(), "c301" + bytes);
    QVERIFY(avro::singleObjectSchema(frame + "value") == print);
    QCOMPARE(avro::fingerprintText(avro::fingerprint(R"("int")")), std::string("7275d51a3f395c8f"));
}

void TestAvroFingerprint::otherValuesHaveNoFrame_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("the marker alone") << QByteArray("c301");
    QTest::newRow("cut") << QByteArray("c3018f5c393f1ad575");
    QTest::newRow("another version") << QByteArray("c3028f5c393f1ad57572");
    QTest::newRow("a registry's") << QByteArray("000000000102030405060708");
}

void TestAvroFingerprint::otherValuesHaveNoFrame()
{
    QFETCH(QByteArray, value);
    QVERIFY(!avro::singleObjectSchema(QByteArray::fromHex(value).toStdString()));
}

QTEST_GUILESS_MAIN(TestAvroFingerprint)
#include "tst_avro_fingerprint.moc"
