// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/resolver.h"
#include "tests/support/rows.h"

#include <QTest>

#include <random>

using namespace headrace;

namespace {

std::shared_ptr<const avro::Schema> schemaOf(const QString& text)
{
    const auto schema = avro::Schema::parse(text.toStdString());
    if (!schema)
        qFatal("%s", schema.error().message.c_str());
    return *schema;
}

std::string bytesOf(const char* hex)
{
    return QByteArray::fromHex(hex).toStdString();
}

} // namespace

class TestAvroResolver : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesAreResolved_data();
    void valuesAreResolved();
    void unlikeSchemasAreNamed_data();
    void unlikeSchemasAreNamed();
    void unlikeValuesAreNamed_data();
    void unlikeValuesAreNamed();
    void anyBytesAreSurvived();
};

/// The values are those that fastavro 1.13.1 resolves, written again.
void TestAvroResolver::valuesAreResolved_data()
{
    QTest::addColumn<QString>("writer");
    QTest::addColumn<QString>("reader");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* writer, const char* reader, const char* value,
                        const char* expected) {
        QTest::newRow(name) << writer << reader << QByteArray(value) << expected;
    };
    row("int as long", R"("int")", R"("long")", "05", "05");
    row("int as float", R"("int")", R"("float")", "04", "00000040");
    row("int as double", R"("int")", R"("double")", "04", "0000000000000040");
    row("long as float", R"("long")", R"("float")", "04", "00000040");
    row("long as double", R"("long")", R"("double")", "04", "0000000000000040");
    row("float as double", R"("float")", R"("double")", "0000003f", "000000000000e03f");
    row("text as bytes", R"("string")", R"("bytes")", "046162", "046162");
    row("bytes as text", R"("bytes")", R"("string")", "046162", "046162");
    row("enum", R"({"type":"enum","name":"e","symbols":["A","B"]})",
        R"({"type":"enum","name":"e","symbols":["B","A"]})", "00", "02");
    row("enum with a default", R"({"type":"enum","name":"e","symbols":["A","C"]})",
        R"({"type":"enum","name":"e","symbols":["B","A"],"default":"B"})", "02", "00");
    row("fields by name",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"},{"name":"c","type":"boolean"}]})",
        R"({"type":"record","name":"r","fields":[{"name":"c","type":"boolean"},{"name":"a","type":"long"}]})",
        "02027801", "0102");
    row("fields in order",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"},{"name":"x","type":{"type":"array","items":"int"}},{"name":"b","type":"string"}]})",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"}]})",
        "02040204000278", "020278");
    row("defaults", R"({"type":"record","name":"r","fields":[{"name":"b","type":"int"}]})",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"string","default":"é"},{"name":"b","type":"int"},{"name":"c","type":["null","int"],"default":null},{"name":"d","type":{"type":"array","items":"int"},"default":[1,2]},{"name":"e","type":"bytes","default":"ÿ"},{"name":"g","type":{"type":"map","values":"long"},"default":{"k":1}},{"name":"h","type":{"type":"record","name":"h","fields":[{"name":"i","type":"int","default":3},{"name":"j","type":"double","default":0.5}]},"default":{"i":4}}]})",
        "0e", "04c3a90e000402040002ff02026b020008000000000000e03f");
    row("alias of a field", R"({"type":"record","name":"r","fields":[{"name":"old","type":"int"}]})",
        R"({"type":"record","name":"r","fields":[{"name":"new","type":"int","aliases":["old"]}]})", "0a", "0a");
    row("alias of a record", R"({"type":"record","name":"x.Old","fields":[{"name":"a","type":"int"}]})",
        R"({"type":"record","name":"New","fields":[{"name":"a","type":"int"}],"namespace":"x","aliases":["Old"]})",
        "0a", "0a");
    row("into a union", R"("int")", R"(["null","long","string"])", "0a", "020a");
    row("into a union exactly", R"("long")", R"(["double","long"])", "0a", "020a");
    row("out of a union", R"(["null","int"])", R"("long")", "020a", "0a");
    row("union to union", R"(["int","string"])", R"(["string","null","long"])", "000a", "040a");
    row("array", R"({"type":"array","items":"int"})", R"({"type":"array","items":["null","double"]})", "04020400",
        "0402000000000000f03f02000000000000004000");
    row("map", R"({"type":"map","values":"int"})", R"({"type":"map","values":"long"})", "02026b0200", "02026b0200");
    row("chain",
        R"({"type":"record","name":"r","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","r"]}]})",
        R"({"type":"record","name":"r","fields":[{"name":"next","type":["null","r"]},{"name":"v","type":"long"}]})",
        "02020400", "02000402");
    row("time as number", R"({"type":"long","logicalType":"timestamp-millis"})", R"("long")", "0a", "0a");
    row("more digits", R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})",
        R"({"type":"bytes","logicalType":"decimal","precision":9,"scale":2})", "0201", "0201");
    row("skipped union",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":["null","string"]},)"
        R"({"name":"b","type":"int"}]})",
        R"({"type":"record","name":"s.r","fields":[{"name":"b","type":"int"}]})", "0202780a", "0a");
}

void TestAvroResolver::valuesAreResolved()
{
    QFETCH(QString, writer);
    QFETCH(QString, reader);
    QFETCH(QByteArray, value);
    QFETCH(QString, expected);
    const auto resolver = avro::Resolver::create(schemaOf(writer), schemaOf(reader));
    QVERIFY_RESULT(resolver);
    const std::string whole = bytesOf(value.constData());
    std::string resolved;
    for (int i = 0; i < 2; ++i) { // nothing is kept from value to value
        QCOMPARE((*resolver)->resolve(whole, resolved), std::nullopt);
        QCOMPARE(QString(QByteArray::fromStdString(resolved).toHex()), expected);
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY((*resolver)->resolve(std::string_view(whole).substr(0, size), resolved));
    }
    QVERIFY((*resolver)->resolve(whole + "x", resolved)->find("bytes are left") != std::string::npos);
}

void TestAvroResolver::unlikeSchemasAreNamed_data()
{
    QTest::addColumn<QString>("writer");
    QTest::addColumn<QString>("reader");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* writer, const char* reader, const char* said) {
        QTest::newRow(name) << writer << reader << said;
    };
    row("type", R"({"type":"record","name":"r","fields":[{"name":"a","type":"string"}]})",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"long"}]})",
        "Values of the Avro schema 'r' do not fit the reader's schema: 'string' in 'a' cannot be read as 'long'.");
    row("narrower", R"("long")", R"("int")", "'long' cannot be read as 'int'");
    row("no default", R"({"type":"record","name":"r","fields":[]})",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"long"}]})",
        "'a' is not in the written record 'r' and has no default");
    row("inside", R"({"type":"record","name":"r","fields":[{"name":"a","type":{"type":"array","items":"string"}}]})",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":{"type":"array","items":"int"}}]})",
        "'string' in 'a' cannot be read as 'int'");
    row("name", R"({"type":"record","name":"x.r","fields":[]})", R"({"type":"record","name":"s","fields":[]})",
        "the record 'x.r' cannot be read as the record 's', unless that has the alias 'x.r'");
    row("size", R"({"type":"fixed","name":"f","size":1})", R"({"type":"fixed","name":"f","size":2})",
        "the fixed 'f' of 1 bytes");
    row("unit", R"({"type":"long","logicalType":"timestamp-millis"})",
        R"({"type":"long","logicalType":"timestamp-micros"})", "'timestamp-millis' cannot be read as");
    row("scale", R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})",
        R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":1})", "'decimal(4,2)'");
    row("no branch", R"("boolean")", R"(["null","long"])", "'boolean' is no branch of 'null or long'");
    row("bad default", R"({"type":"record","name":"r","fields":[]})",
        R"({"type":"record","name":"r","fields":[{"name":"a","type":"int","default":3000000000}]})",
        "the default 3000000000 of the field 'a' is no int");
}

void TestAvroResolver::unlikeSchemasAreNamed()
{
    QFETCH(QString, writer);
    QFETCH(QString, reader);
    QFETCH(QString, said);
    const auto resolver = avro::Resolver::create(schemaOf(writer), schemaOf(reader));
    QVERIFY(!resolver);
    QVERIFY2(resolver.error().message.find(said.toStdString()) != std::string::npos, resolver.error().message.c_str());
}

/// What only some values of a schema have is wrong only there.
void TestAvroResolver::unlikeValuesAreNamed_data()
{
    QTest::addColumn<QString>("writer");
    QTest::addColumn<QString>("reader");
    QTest::addColumn<QByteArray>("good");
    QTest::addColumn<QByteArray>("bad");
    QTest::addColumn<QString>("said");
    QTest::newRow("branch") << R"({"type":"record","name":"r","fields":[{"name":"a","type":["null","string","int"]}]})"
                            << R"({"type":"record","name":"r","fields":[{"name":"a","type":["null","long"]}]})"
                            << QByteArray("0402") << QByteArray("020278")
                            << "'string' in 'a' is no branch of 'null or long'";
    QTest::newRow("null") << R"(["null","int"])"
                          << R"("int")" << QByteArray("0202") << QByteArray("00") << "'null' cannot be read as 'int'";
    QTest::newRow("symbol") << R"({"type":"enum","name":"e","symbols":["A","B"]})"
                            << R"({"type":"enum","name":"e","symbols":["A"]})" << QByteArray("00") << QByteArray("02")
                            << "a symbol that the reader's enum lacks";
}

void TestAvroResolver::unlikeValuesAreNamed()
{
    QFETCH(QString, writer);
    QFETCH(QString, reader);
    QFETCH(QByteArray, good);
    QFETCH(QByteArray, bad);
    QFETCH(QString, said);
    const auto resolver = avro::Resolver::create(schemaOf(writer), schemaOf(reader));
    QVERIFY_RESULT(resolver);
    std::string resolved;
    const auto problem = (*resolver)->resolve(bytesOf(bad.constData()), resolved);
    QVERIFY(problem);
    QVERIFY2(problem->find(said.toStdString()) != std::string::npos, problem->c_str());
    QCOMPARE((*resolver)->resolve(bytesOf(good.constData()), resolved), std::nullopt);
}

void TestAvroResolver::anyBytesAreSurvived()
{
    const std::uint32_t seed = std::random_device{}();
    std::mt19937 random(seed);
    const QString writer = R"({"type":"record","name":"r","fields":[{"name":"v","type":"int"},)"
                           R"({"name":"m","type":{"type":"map","values":["null",{"type":"array","items":"r"}]}},)"
                           R"({"name":"s","type":"string"}]})";
    const QString reader = R"({"type":"record","name":"r","fields":[{"name":"d","type":"int","default":1},)"
                           R"({"name":"m","type":{"type":"map","values":["null",{"type":"array","items":"r"}]}},)"
                           R"({"name":"v","type":"double"}]})";
    const auto resolver = avro::Resolver::create(schemaOf(writer), schemaOf(reader));
    QVERIFY_RESULT(resolver);
    const std::string whole = bytesOf("0202026b0202040002780000027900");
    std::string resolved;
    for (int i = 0; i < 20'000; ++i) {
        std::string value = whole;
        for (auto changes = random() % 4; changes > 0; --changes)
            value[random() % value.size()] = static_cast<char>(random());
        const auto problem = (*resolver)->resolve(value, resolved);
        QVERIFY2(!problem || !problem->empty(), qPrintable(QString("seed %1").arg(seed)));
    }
}

QTEST_GUILESS_MAIN(TestAvroResolver)
#include "tst_avro_resolver.moc"
