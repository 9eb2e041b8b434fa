// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/formats/ndjson/json_number.h"
#include "connectors/formats/ndjson/ndjson_reader.h"
#include "tests/support/rows.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <bit>
#include <cmath>
#include <random>

using namespace headrace;
using ndjson::ExtraKeys;
using ndjson::ReaderSettings;

class TestNdjsonReader : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    ReaderSettings settingsFor(const QByteArray& content)
    {
        QFile file(m_folder.filePath("input.json"));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("the test's file cannot be written");
        ReaderSettings settings;
        settings.file.path = file.fileName().toStdString();
        settings.threads = 0;
        return settings;
    }

    struct Outcome {
        std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
        std::vector<BadRecord> rejected;
        std::string end;

        [[nodiscard]] std::string rows() const { return test::print(*test::concatenate(batches)); }
        [[nodiscard]] std::string problems() const
        {
            std::string text;
            for (const BadRecord& bad : rejected)
                text += fmt::format("{}@{}: {}\n", bad.line, bad.byteOffset, bad.reason);
            return text;
        }
    };

    static Result<Outcome> read(const ReaderSettings& settings)
    {
        HEADRACE_TRY(const auto reader, ndjson::openReader(settings, {}, nullptr));
        Outcome outcome;
        outcome.batches.push_back(arrow::RecordBatch::MakeEmpty(reader->schema()).ValueOrDie());
        while (true) {
            HEADRACE_TRY(auto chunk, reader->read({}, {}));
            if (!chunk)
                return outcome;
            outcome.batches.push_back(chunk->rows);
            outcome.rejected.insert(outcome.rejected.end(), chunk->rejected.begin(), chunk->rejected.end());
            outcome.end = chunk->at->after(chunk->rows->num_rows()).text;
        }
    }

    static std::vector<std::pair<std::int64_t, std::string>> cells(const Outcome& outcome)
    {
        const auto rows = test::concatenate(outcome.batches);
        const auto& ids = static_cast<const arrow::Int64Array&>(*rows->column(0));
        const auto& texts = static_cast<const arrow::StringArray&>(*rows->column(1));
        std::vector<std::pair<std::int64_t, std::string>> result;
        for (std::int64_t row = 0; row < rows->num_rows(); ++row)
            result.emplace_back(ids.Value(row), texts.GetString(row));
        return result;
    }

private Q_SLOTS:
    void types_data()
    {
        QTest::addColumn<QByteArray>("values");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* values, const char* expected) {
            QTest::newRow(name) << QByteArray(values) << expected;
        };
        row("int64", "1\n-9223372036854775808\n9223372036854775807",
            "int64\n1\n-9223372036854775808\n9223372036854775807");
        row("beyond 64 bits", "1\n18446744073709551616", "decimal128(38, 0)\n1\n18446744073709551616");
        row("beyond 38 digits", "1\n123456789012345678901234567890123456789",
            "string\n1\n123456789012345678901234567890123456789");
        row("double", "1\n2.5\n-1e3", "double\n1\n2.5\n-1000");
        row("double and what it cannot hold", "9007199254740993\n2.5", "string\n9007199254740993\n2.5");
        row("bool", "true\nnull\nfalse", "bool\ntrue\n∅\nfalse");
        row("text, null and empty", "\"\"\nnull\n\"é\\n\\u00e9\\ud83d\\ude00\"", "string\n\n∅\né\né😀");
        row("date", "\"2026-01-31\"\n\"1969-12-31\"", "date32[day]\n2026-01-31\n1969-12-31");
        row("not quite a date", "\"2026-01-31\"\n\"2026-02-30\"", "string\n2026-01-31\n2026-02-30");
        row("timestamp", "\"2026-01-31T12:00:00\"\n\"2026-01-31 12:00:00.25\"",
            "timestamp[us]\n2026-01-31 12:00:00.000000\n2026-01-31 12:00:00.250000");
        row("timestamp with zone", "\"2026-01-31T12:00:00Z\"\n\"2026-01-31T12:00:00+01:30\"",
            "timestamp[us, tz=UTC]\n2026-01-31 12:00:00.000000Z\n2026-01-31 10:30:00.000000Z");
        row("zones only here and there", "\"2026-01-31T12:00:00Z\"\n\"2026-01-31T12:00:00\"",
            "string\n2026-01-31T12:00:00Z\n2026-01-31T12:00:00");
        row("nanoseconds", "\"2026-01-31T12:00:00.123456789\"", "string\n2026-01-31T12:00:00.123456789");
        row("mixed scalars", "1\n\"1\"\ntrue", "string\n1\n1\ntrue");
        row("nested", "{\"b\": [1, 2]}\n[]", "string\n{\"b\": [1, 2]}\n[]");
        row("nested and text", "{}\n\"x\"\n1", "string\n{}\n\"x\"\n1");
        row("only null", "null", "string\n∅");
    }

    void types()
    {
        QFETCH(QByteArray, values);
        QFETCH(QString, expected);
        QByteArray content;
        for (const QByteArray& value : values.split('\n'))
            content += "{\"a\":" + value + "}\n";
        const auto outcome = read(settingsFor(content));
        QVERIFY_RESULT(outcome);
        QCOMPARE(QString::fromStdString(outcome->rows()), "a:" + expected);
        QCOMPARE(outcome->rejected.size(), std::size_t{0});
    }

    void badRecords_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const QByteArray& line, const char* reason) {
            QTest::newRow(name) << line << reason;
        };
        row("no JSON", "nonsense", "The record is no JSON object: an object is expected before 'nonsense'.");
        row("array", "[1]", "The record is no JSON object: an object is expected before '['.");
        row("cut", "{\"a\":1", "The record is no JSON object: it ends where a comma or a closing brace is expected.");
        row("open text", "{\"s\":\"x}", "The record is no JSON object: a text in it is not closed.");
        row("tab in text", "{\"s\":\"a\tb\"}",
            "The record is no JSON object: a text in it holds a control character or is "
            "not closed.");
        row("UTF-8", "{\"s\":\"\xff\"}", "The record is no JSON object: it is not valid UTF-8.");
        row("escape", R"({"s":"\x"})", R"(The record is no JSON object: the text "\x" has a wrong escape.)");
        row("half a surrogate", R"({"s":"\ud800"})",
            R"(The record is no JSON object: the text "\ud800" has a wrong escape.)");
        row("leading zero", "{\"a\":01}", "The column 'a' is read as int64, which the value 01 does not fit.");
        row("trailing comma", "{\"a\":1,}",
            "The record is no JSON object: a key in double quotes is expected before '}'.");
        row("two records", "{\"a\":1} {\"a\":2}", "The record is no JSON object: text follows its object.");
        row("NaN", "{\"d\":NaN}", "The record is no JSON object: 'NaN' is no JSON value.");
        row("number too large", "{\"a\":9223372036854775808}",
            "The column 'a' is read as int64, which the value 9223372036854775808 does not fit.");
        row("double too large", "{\"d\":1e999}",
            "The column 'd' is read as double, which the value 1e999 does not fit.");
        row("not in a double", "{\"d\":9007199254740993}",
            "The column 'd' is read as double, which the value 9007199254740993 does not fit.");
        row("type", "{\"a\":\"x\"}", "The column 'a' is read as int64, which the value \"x\" does not fit.");
        row("twice", "{\"a\":1,\"a\":1}", "The key \"a\" comes twice.");
        row("unknown key", "{\"a\":1,\"b\":2}",
            "The record has the key \"b\", which is no column; name it in 'columns', or "
            "set 'extra' to column or ignore.");
        row("bad inside nested", "{\"n\":{\"x\":[1,02]}}", "The record is no JSON object: '02' is no JSON number.");
        row("too deep", "{\"n\":" + QByteArray(300, '[') + QByteArray(300, ']') + "}",
            "The record is no JSON object: it is nested deeper than 256 levels.");
    }

    void badRecords()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, reason);
        const QByteArray good = "{\"a\":1,\"s\":\"x\",\"d\":0.5,\"n\":{}}\r\n";
        ReaderSettings settings = settingsFor(good + "\n" + line + "\n" + good + good);
        settings.sampleRows = 1;
        const auto outcome = read(settings);
        QVERIFY_RESULT(outcome);
        QCOMPARE(QString::fromStdString(outcome->problems()), QString("3@%1: %2\n").arg(good.size() + 1).arg(reason));
        QCOMPARE(outcome->rows(),
                 std::string("a:int64|s:string|d:double|n:string\n1|x|0.5|{}\n1|x|0.5|{}\n1|x|0.5|{}"));
        QCOMPARE(outcome->rejected[0].raw, line.toStdString());
        QCOMPARE(outcome->rejected[0].beforeRow, 1);
    }

    void unknownKeys_data()
    {
        QTest::addColumn<int>("extra");
        QTest::addColumn<QString>("expected");
        QTest::newRow("column") << static_cast<int>(ExtraKeys::Column)
                                << "a:int64|_extra:string\n1|∅\n2|{\"b\":[1],\"c\\\"d\":\"x\"}\n3|∅";
        QTest::newRow("ignore") << static_cast<int>(ExtraKeys::Ignore) << "a:int64\n1\n2\n3";
        QTest::newRow("quarantine") << static_cast<int>(ExtraKeys::Quarantine) << "a:int64\n1\n3";
    }

    void unknownKeys()
    {
        QFETCH(int, extra);
        QFETCH(QString, expected);
        ReaderSettings settings = settingsFor("{\"a\":1}\n{\"b\":[1],\"a\":2,\"c\\\"d\":\"x\"}\n{\"a\":3}");
        settings.sampleRows = 1;
        settings.extra = static_cast<ExtraKeys>(extra);
        const auto outcome = read(settings);
        QVERIFY_RESULT(outcome);
        QCOMPARE(QString::fromStdString(outcome->rows()), expected);
    }

    void flattening()
    {
        ReaderSettings settings = settingsFor(R"({"id":1,"user":{"name":"x","address":{"zip":"01"}},"tags":["a"]}
{"id":2,"user":{"address":null,"name":null}}
{"id":3,"user":null}
{"id":4,"user":5}
{"id":5,"user":{"nick":"n"}}
)");
        settings.flatten = true;
        settings.sampleRows = 1;
        settings.extra = ExtraKeys::Column;
        const auto outcome = read(settings);
        QVERIFY_RESULT(outcome);
        QCOMPARE(outcome->rows(),
                 std::string("id:int64|user.name:string|user.address.zip:string|tags:string|_extra:string\n"
                             "1|x|01|[\"a\"]|∅\n2|∅|∅|∅|∅\n3|∅|∅|∅|∅\n5|∅|∅|∅|{\"user.nick\":\"n\"}"));
        QCOMPARE(QString::fromStdString(outcome->problems()).section(": ", 1),
                 QString("The key \"user\" is flattened into columns, which the value 5 does not fit.\n"));
    }

    void chosenTypes()
    {
        ReaderSettings settings = settingsFor("{\"a\":1,\"b\":\"2026-01-01\",\"c\":2.50}\n");
        settings.columns = {{"a", "double"}, {"b", "text"}, {"c", "decimal(5,2)"}, {"later", "bool"}};
        const auto outcome = read(settings);
        QVERIFY_RESULT(outcome);
        QCOMPARE(outcome->rows(), std::string("a:double|b:string|c:decimal128(5, 2)|later:bool\n1|2026-01-01|2.50|∅"));
        settings.columns.clear();
        settings.detectTypes = false;
        const auto text = read(settings);
        QVERIFY_RESULT(text);
        QCOMPARE(text->rows(), std::string("a:string|b:string|c:string\n1|2026-01-01|2.50"));
    }

    void layouts_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("end");
        QTest::newRow("no newline at the end") << QByteArray("{\"a\":1}\n{\"a\":2}") << "15:2";
        QTest::newRow("CRLF and blank lines") << QByteArray("\r\n{\"a\":1}\r\n \r\n{\"a\":2}\r\n\r\n") << "25:6";
        QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf{\"a\":1}\n{\"a\":2}\n") << "19:3";
        QTest::newRow("array") << QByteArray("[{\"a\":1},{\"a\":2}]") << "17:1:closed";
        QTest::newRow("array over lines") << QByteArray(" [\n{\"a\"\n:1},\n\n{\"a\":2}\n]\n") << "24:7:closed";
    }

    void layouts()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, end);
        const auto outcome = read(settingsFor(content));
        QVERIFY_RESULT(outcome);
        QCOMPARE(outcome->rows(), std::string("a:int64\n1\n2"));
        QCOMPARE(outcome->problems(), std::string());
        QCOMPARE(QString::fromStdString(outcome->end), end);
    }

    void arraysThatAreCutAreAnError_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        QTest::newRow("in an element") << QByteArray("[{\"a\":1},{\"a\":") << "ends inside its JSON array";
        QTest::newRow("behind an element") << QByteArray("[{\"a\":1}") << "ends inside its JSON array";
        QTest::newRow("goes on") << QByteArray("[{\"a\":1}] {\"a\":2}") << "goes on behind its JSON array at byte 10";
    }

    void arraysThatAreCutAreAnError()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, message);
        const auto outcome = read(settingsFor(content));
        QVERIFY(!outcome.has_value());
        const QString text = QString::fromStdString(outcome.error().message);
        QVERIFY2(text.contains(message) && text.contains("input.json"), qPrintable(text));
    }

    void longRecordsAreBadWhateverTheBlocks_data()
    {
        QTest::addColumn<int>("block");
        for (const int block : {16, 100, 1024, 1030, 5000, 1 << 20})
            QTest::addRow("blocks of %d bytes", block) << block;
    }

    void longRecordsAreBadWhateverTheBlocks()
    {
        QFETCH(int, block);
        const QByteArray tooLong = "{\"a\":\"" + QByteArray(1017, 'x') + "\"}"; // 1,025 bytes
        const QByteArray longest = "{\"a\":\"" + QByteArray(1016, 'y') + "\"}\n";
        ReaderSettings settings = settingsFor("{\"a\":\"1\"}\n" + tooLong + "\n" + longest + tooLong + "\n" + tooLong +
                                              "\n{\"a\":\"2\"}\n" + tooLong);
        settings.file.maxRecordBytes = 1024;
        settings.file.firstBlockBytes = settings.file.blockBytes = static_cast<std::size_t>(block);
        const auto outcome = read(settings);
        QVERIFY_RESULT(outcome);
        QCOMPARE(outcome->rows(), "a:string\n1\n" + std::string(1016, 'y') + "\n2");
        const std::string reason = ": The record is longer than the 1024 bytes that 'max_record' allows.\n";
        QCOMPARE(outcome->problems(), "2@10" + reason + "4@2061" + reason + "5@3087" + reason + "7@4123" + reason);
        settings.file.maxRecordBytes = 100'000;
        const auto whole = read(settings);
        QVERIFY_RESULT(whole);
        QCOMPARE(whole->problems(), std::string());
    }

    void longElementsAreAnError_data() { longRecordsAreBadWhateverTheBlocks_data(); }

    void longElementsAreAnError()
    {
        QFETCH(int, block);
        ReaderSettings settings = settingsFor("[{\"a\":\"1\"},\n{\"a\":\"" + QByteArray(1017, 'x') + "\"}]");
        settings.file.maxRecordBytes = 1024;
        settings.file.firstBlockBytes = settings.file.blockBytes = static_cast<std::size_t>(block);
        const auto outcome = read(settings);
        QVERIFY(!outcome.has_value());
        const QString text = QString::fromStdString(outcome.error().message);
        QVERIFY2(text.endsWith("input.json' has an element at byte 12 that is longer than the 1024 bytes that "
                               "'max_record' allows."),
                 qPrintable(text));
    }

    void resultsDoNotDependOnBlocksAndThreads_data()
    {
        QTest::addColumn<bool>("array");
        QTest::newRow("lines") << false;
        QTest::newRow("array") << true;
    }

    /// Random records, every tenth line damaged, against nlohmann's parser for every block size and number of threads.
    void resultsDoNotDependOnBlocksAndThreads()
    {
        QFETCH(bool, array);
        std::mt19937 random(7);
        const auto text = [&] {
            static const std::vector<std::string> kParts{"a", "\\\"", "\\\\", "é",       ",",
                                                         "}", "\\n",  "[{",   "\\u0041", ""};
            std::string result;
            for (unsigned i = random() % 6; i > 0; --i)
                result += kParts[random() % kParts.size()];
            return result;
        };
        std::string content;
        std::vector<std::pair<std::int64_t, std::string>> expected;
        for (int i = 0; i < 400; ++i) {
            std::string record =
                fmt::format(R"({{"id":{},"t":"{}", "x":{}.25,"n":{{"k":["{}"]}}}})", i, text(), i, text());
            const bool isBad = i % 10 == 9;
            if (isBad && !array)
                record.erase(random() % record.size(), 1);
            content += (array ? (i == 0 ? "[" : ",") : "") + record + "\n";
            const auto parsed = nlohmann::json::parse(record, nullptr, false);
            if (!parsed.is_discarded() && parsed.size() == 4 && parsed.contains("n") &&
                parsed.value("id", nlohmann::json()).is_number_integer() &&
                parsed.value("t", nlohmann::json()).is_string() && parsed.value("x", nlohmann::json()).is_number())
                expected.emplace_back(parsed["id"].get<std::int64_t>(), parsed["t"].get<std::string>());
        }
        content += array ? "]" : "";
        ReaderSettings settings = settingsFor(QByteArray::fromStdString(content));
        settings.sampleRows = 5;
        const auto reference = read(settings);
        QVERIFY_RESULT(reference);
        const std::string rows = reference->rows();
        QVERIFY(cells(*reference) == expected);
        QCOMPARE(expected.size() + reference->rejected.size(), std::size_t{400});
        QVERIFY(array || reference->rejected.size() > 20);
        for (const std::size_t blockBytes : {1, 7, 64, 100, 1000, 5000}) {
            for (const unsigned threads : {0U, 1U, 4U}) {
                settings.file.firstBlockBytes = blockBytes;
                settings.file.blockBytes = blockBytes;
                settings.threads = threads;
                const auto outcome = read(settings);
                QVERIFY_RESULT(outcome);
                QCOMPARE(outcome->rows(), rows);
                QCOMPARE(outcome->problems(), reference->problems());
                QCOMPARE(outcome->end, reference->end);
            }
        }
    }

    void doublesAreTheNearest()
    {
        std::mt19937_64 random(11);
        for (int i = 0; i < 200'000; ++i) {
            const double value = std::bit_cast<double>(random());
            if (!std::isfinite(value))
                continue;
            std::string token = fmt::format("{}", value);
            if (token.find_first_of(".e") == std::string::npos)
                token += ".0";
            ndjson::JsonNumber number;
            double read = 0;
            QVERIFY2(ndjson::scanNumber(token, number) && ndjson::toDouble(token, number, read), token.c_str());
            QCOMPARE(std::bit_cast<std::uint64_t>(read), std::bit_cast<std::uint64_t>(value));
        }
    }

    void realFilesAreRead()
    {
        ReaderSettings settings;
        settings.file.path = HEADRACE_TEST_DATA "/flights-2k.json";
        const auto outcome = read(settings);
        QVERIFY_RESULT(outcome);
        QCOMPARE(outcome->rejected.size(), std::size_t{0});
        const auto rows = test::concatenate(outcome->batches);
        QCOMPARE(rows->num_rows(), 2000);
        QCOMPARE(test::print(*rows->Slice(0, 1)).substr(0, 20), std::string("date:string|delay:in").substr(0, 20));
    }
};

QTEST_GUILESS_MAIN(TestNdjsonReader)
#include "tst_ndjson_reader.moc"
