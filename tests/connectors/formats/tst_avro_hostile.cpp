// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/util/byte_size.h>

#include "connectors/formats/avro/json_encoder.h"
#include "connectors/formats/avro/resolver.h"
#include "connectors/formats/avro/row_decoder.h"
#include "connectors/formats/avro/wire_output.h"
#include "tests/support/random.h"
#include "tests/support/rows.h"

#include <arrow/builder.h>
#include <fmt/format.h>

#include <QTest>

using namespace headrace;

namespace {

/// Types of every kind inside others, and one inside itself.
const std::string kSchema =
    R"({"type":"record","name":"Node","fields":[{"name":"id","type":"long"},{"name":"text","type":["null","string"]},)"
    R"({"name":"sum","type":{"type":"bytes","logicalType":"decimal","precision":20,"scale":2}},)"
    R"({"name":"mood","type":{"type":"enum","name":"Mood","symbols":["A","B"]}},)"
    R"({"name":"uid","type":{"type":"fixed","name":"Uid","size":16,"logicalType":"uuid"}},)"
    R"({"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},)"
    R"({"name":"tags","type":{"type":"array","items":["null","string","double"]}},)"
    R"({"name":"by","type":{"type":"map","values":{"type":"array","items":"null"}}},)"
    R"({"name":"next","type":["null","Node"]}]})";

const std::string kValue =
    R"({"id":-7,"text":"Zürich","sum":-123456789012345678.90,"mood":"B","uid":"12345678-1234-5678-1234-567812345678",)"
    R"("at":"2026-01-31T12:00:00.123Z","tags":[null,{"string":"x"},{"double":0.5}],"by":{"k":[null,null],"":[]},)"
    R"("next":{"id":1,"text":null,"sum":0.00,"mood":"A","uid":"00000000-0000-0000-0000-000000000000",)"
    R"("at":"1970-01-01T00:00:00Z","tags":[],"by":{},"next":null}})";

/// The bytes of a value that is given as JSON.
std::string encoded(const avro::Schema& schema, const std::string& json)
{
    arrow::StringBuilder builder;
    const auto array = builder.Append(json).ok() ? builder.Finish().ValueOrDie() : nullptr;
    const auto encoder = avro::makeJsonEncoder(schema.root());
    encoder->bind(*array);
    avro::WireOutput out;
    if (!encoder->append(0, out))
        qFatal("%s", out.problem());
    return out.bytes();
}

struct Decoding {
    explicit Decoding(const std::string& text, bool flatten)
        : schema(avro::Schema::parse(text).value())
        , cells(avro::columnsOf(*schema, flatten).value())
        , rows(avro::RowDecoder::create(schema, flatten, cells).value())
    {
    }

    std::shared_ptr<const avro::Schema> schema;
    avro::Cells cells;
    avro::RowDecoder rows;
};

/// The value with some bytes changed, taken out, put in or cut off.
std::string mutated(std::string value, test::Random& dice)
{
    for (auto changes = dice.pick(1, 4); changes > 0 && !value.empty(); --changes) {
        const auto place = static_cast<std::size_t>(dice.pick(0, static_cast<std::int64_t>(value.size()) - 1));
        const char byte = static_cast<char>(dice.chance(30) ? (dice.chance(50) ? 0xff : 0x80) : dice.pick(0, 255));
        switch (dice.pick(0, 3)) {
        case 0:
            value[place] = byte;
            break;
        case 1:
            value.insert(place, static_cast<std::size_t>(dice.pick(1, 9)), byte);
            break;
        case 2:
            value.erase(place, static_cast<std::size_t>(dice.pick(1, 9)));
            break;
        default:
            value.resize(place);
        }
    }
    return value;
}

} // namespace

/// What is no value of its schema: a sentence, no crash, and no more memory than its bytes are worth.
class TestAvroHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changedBytesAreRefusedOrRead_data();
    void changedBytesAreRefusedOrRead();
    void emptyValuesAreBounded();
    void skippedValuesAreBounded();
    void defaultsAreBounded();
    void deepSchemasAreRefused();
};

void TestAvroHostile::changedBytesAreRefusedOrRead_data()
{
    QTest::addColumn<bool>("flatten");
    QTest::newRow("flattened") << true;
    QTest::newRow("nested") << false;
}

void TestAvroHostile::changedBytesAreRefusedOrRead()
{
    QFETCH(bool, flatten);
    const int seeds =
        qEnvironmentVariableIntValue("HEADRACE_SEEDS") > 0 ? qEnvironmentVariableIntValue("HEADRACE_SEEDS") : 20'000;
    Decoding decoding(kSchema, flatten);
    const auto resolver = avro::Resolver::create(decoding.schema, decoding.schema);
    QVERIFY_RESULT(resolver);
    const std::string value = encoded(*decoding.schema, kValue);
    QVERIFY(!decoding.rows.decode(value));
    int read = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        test::Random dice(static_cast<std::uint64_t>(seed));
        const std::string changed = mutated(value, dice);
        std::string resolved;
        const auto problem = decoding.rows.decode(changed);
        // What is read is the same for the resolver, which only copies it here.
        const auto other = (*resolver)->resolve(changed, resolved);
        read += problem ? 0 : 1;
        if (!problem)
            QVERIFY2(!other, fmt::format("seed {}: {}", seed, other.value_or("")).c_str());
        std::size_t bytes = 0;
        for (CellBuffer& buffer : decoding.cells.buffers)
            bytes += static_cast<std::size_t>(arrow::util::TotalBufferSize(*buffer.finish()));
        QVERIFY2(bytes < std::size_t{4} << 20U, fmt::format("seed {}: {} bytes", seed, bytes).c_str());
    }
    QVERIFY(read > 0 && read < seeds);
}

void TestAvroHostile::emptyValuesAreBounded()
{
    Decoding decoding(R"({"type":"record","name":"r","fields":[{"name":"v","type":{"type":"array","items":"null"}}]})",
                      true);
    avro::WireOutput out;
    out.number(1'000'000'000);
    const auto problem = decoding.rows.decode(out.bytes());
    QVERIFY(problem && problem->find("more items without bytes") != std::string::npos);
    out.clear();
    out.number(100'000);
    out.number(0);
    QVERIFY(!decoding.rows.decode(out.bytes()));
}

/// Records of records of nothing: ten in each, twelve deep, are 10¹² values in no byte.
void TestAvroHostile::skippedValuesAreBounded()
{
    std::string type = R"("null")";
    for (int level = 0; level < 12; ++level) {
        std::string fields = fmt::format(R"({{"name":"f0","type":{}}})", type);
        for (int i = 1; i < 10; ++i)
            fields += fmt::format(R"(,{{"name":"f{}","type":{}}})", i,
                                  level == 0 ? R"("null")" : fmt::format(R"("L{}")", level - 1));
        type = fmt::format(R"({{"type":"record","name":"L{}","fields":[{}]}})", level, fields);
    }
    const auto writer = avro::Schema::parse(
        R"({"type":"record","name":"r","fields":[{"name":"id","type":"long"},{"name":"v","type":)" + type + "}]}");
    QVERIFY_RESULT(writer);
    const auto reader = avro::Schema::parse(R"({"type":"record","name":"r","fields":[{"name":"id","type":"long"}]})");
    const auto resolver = avro::Resolver::create(*writer, *reader);
    QVERIFY_RESULT(resolver);
    std::string resolved;
    const auto problem = (*resolver)->resolve(std::string("\x02"), resolved);
    QVERIFY(problem && problem->find("more values without bytes") != std::string::npos);
}

void TestAvroHostile::defaultsAreBounded()
{
    const std::string array = R"({"type":"array","items":{"type":"record","name":"e","fields":[)";
    const auto writer = avro::Schema::parse(array + "]}}");
    const auto reader = avro::Schema::parse(array + R"({"name":"t","type":"string","default":")" +
                                            std::string(100'000, 'x') + R"("}]}})");
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT(reader);
    const auto resolver = avro::Resolver::create(*writer, *reader);
    QVERIFY_RESULT(resolver);
    avro::WireOutput out;
    out.number(100'000);
    out.number(0);
    std::string resolved;
    const auto problem = (*resolver)->resolve(out.bytes(), resolved);
    QVERIFY(problem && problem->find("more than 64 MiB") != std::string::npos);
}

void TestAvroHostile::deepSchemasAreRefused()
{
    const std::string deep = std::string(2'000'000, '[') + std::string(2'000'000, ']');
    for (const std::string& text :
         {deep, R"({"type":"record","name":"r","fields":[{"name":"v","type":"int","default":)" + deep + "}]}",
          R"({"type":"record","name":5,"x":)" + deep + "}"}) {
        const auto schema = avro::Schema::parse(text);
        QVERIFY(!schema);
        QVERIFY2(schema.error().message.find("nested more than") != std::string::npos, schema.error().message.c_str());
    }
}

QTEST_GUILESS_MAIN(TestAvroHostile)
#include "tst_avro_hostile.moc"
