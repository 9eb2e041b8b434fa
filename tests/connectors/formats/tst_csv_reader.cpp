// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/connectors/formats/csv_support.h"
#include "tests/support/rows.h"

#include <QTest>

#include <algorithm>

using namespace headrace;
using namespace headrace::test;

namespace {

/// Texts in which a split at the wrong place would show.
struct Tricky {
    const char* name;
    std::string bytes;
    csv::Settings settings = {};
};

csv::Settings withEscape()
{
    csv::Settings settings;
    settings.escape = std::optional('\\');
    return settings;
}

csv::Settings withComment()
{
    csv::Settings settings;
    settings.comment = '#';
    return settings;
}

std::string utf16(const std::string& text)
{
    std::string bytes = "\xFF\xFE";
    for (const char c : text) {
        bytes += c;
        bytes += '\0';
    }
    return bytes;
}

std::vector<Tricky> trickyTexts()
{
    return {
        {"plain", "id,name\n1,ann\n2,bob\n3,cy\n"},
        {"no line end at the end", "id,name\n1,ann\n2,bob"},
        {"quoted line ends", "id,name\n1,\"a\nb\"\n2,\"c\r\nd\"\n3,\"e\rf\"\n4,g\n"},
        {"quoted delimiters and quotes", "id,name\n1,\"a,\"\"b\"\",\"\n2,\"\"\"\"\n3,\"\"\n4,\n"},
        {"quotes in the middle", "id,size\n1,5\" disk\n2,a\"b,\n3,x\"\"y\n"},
        {"all line ends", "id,name\r\n1,a\n2,b\r3,c\r\r\n4,d\r\n\r\n5,e\n\r6,f\r"},
        {"carriage returns", "id,name\r1,a\r2,\"b\rb\"\r\r3,c"},
        {"doubled carriage returns", "id,name\r\r\n1,a\r\r\n2,\"b\r\r\nb\"\r\r\n"},
        {"empty lines", "id,name\n\n1,a\n\n\n2,b\n\n"},
        {"one column", "name\nann\n\nbob\n\"\"\n"},
        {"ragged", "id,name\n1,a\n2\n3,c,x,y\n4,d\n,\n"},
        {"text after a quote", "id,name\n1,\"a\"b\n2,\"c\" \n3,\"d\"\"\"e\"\n4,f\n"},
        {"open quote", "id,name\n1,\"a,\"\n2,\"b\n3,c\n"},
        {"bad values", "id,name\n1,a\nx,b\n3,c\n4,d\n5,e\n6,f\n7,g\n"},
        {"invalid UTF-8", "id,name\n1,\xC3\xA9\n2,\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F\xC3\xA9\xC3\xA8\n3,"
                          "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\n4,\xFF\n5,ok\n"},
        {"NUL bytes", std::string("id,name\n1,a\0b\n2,\"\0\"\n", 20)},
        {"byte order mark", "\xEF\xBB\xBFid,name\n1,a\n2,b\n"},
        {"UTF-16", utf16("id,name\n1,\"a,\nb\"\n2,b\n3\n4,d\n")},
        {"latin-1", "id,name\n1,\xE9t\xE9\n2,na\xEFve\n3,\x80\n"},
        {"backslash escapes", "id,name\n1,\"a\\\"b\"\n2,\"c\\\\\"\n3,\"d\\,\ne\"\n4,f\n", withEscape()},
        {"comments", "# a \"comment\nid,name\n1,a\n#2,\"b\n3,c\n", withComment()},
    };
}

void addTricky()
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Tricky& each : trickyTexts())
        QTest::newRow(each.name) << index++;
}

} // namespace

class TestCsvReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyBlockSizeAndThreadCount_data() { addTricky(); }
    void everyBlockSizeAndThreadCount();
    void resumesAfterEveryRow_data() { addTricky(); }
    void resumesAfterEveryRow();
    void rowsAndRejects_data();
    void rowsAndRejects();
    void largeField();
    void tooLongRecords_data();
    void tooLongRecords();
    void tooLongCommentsAreSkipped();
    void tooLongRecordsCountInTheFilesEncoding();
    void resumeRefusesAnotherFile();
    void grownFileReadsAlike();
};

void TestCsvReader::everyBlockSizeAndThreadCount()
{
    QFETCH(const int, index);
    const Tricky tricky = trickyTexts()[static_cast<std::size_t>(index)];
    const auto whole = readCsv({tricky.bytes, tricky.settings});
    QVERIFY_RESULT(whole);
    QVERIFY(!whole->rows.empty());
    for (unsigned threads = 1; threads <= 4; ++threads) {
        for (std::size_t size = 1; size <= tricky.bytes.size() + 2; ++size) {
            CsvCase split{tricky.bytes, tricky.settings, size};
            split.settings.threads = threads;
            const auto outcome = readCsv(split);
            QVERIFY_RESULT(outcome);
            QVERIFY2(outcome->text() == whole->text(),
                     QByteArray("blocks of ") + QByteArray::number(static_cast<qulonglong>(size)) + ", " +
                         QByteArray::number(threads) + " threads give\n" + outcome->text().c_str() + "instead of\n" +
                         whole->text().c_str());
        }
    }
}

void TestCsvReader::resumesAfterEveryRow()
{
    QFETCH(const int, index);
    const Tricky tricky = trickyTexts()[static_cast<std::size_t>(index)];
    for (const std::size_t size : {std::size_t{1}, std::size_t{20}, std::size_t{4096}}) {
        const auto whole = readCsv({tricky.bytes, tricky.settings, size});
        QVERIFY_RESULT(whole);
        for (std::size_t done = 1; done <= whole->rows.size(); ++done) {
            const auto parsed = csv::ReaderPosition::parse(whole->positions[done - 1].toText());
            QVERIFY_RESULT(parsed);
            const auto rest = readCsv({tricky.bytes, tricky.settings, size, *parsed});
            QVERIFY_RESULT(rest);
            QCOMPARE(rest->schema, whole->schema);
            QVERIFY(std::ranges::equal(rest->rows, std::span(whole->rows).subspan(done)));
            // The last row of a block stands behind the rejected records that follow it in the block.
            const auto rejectedLater = std::ranges::count_if(whole->rejected, [&](const std::string& text) {
                return std::stoll(text.substr(text.find("byte ") + 5)) >= parsed->offset;
            });
            QVERIFY(std::ranges::equal(rest->rejected,
                                       std::span(whole->rejected).last(static_cast<std::size_t>(rejectedLater))));
        }
    }
}

void TestCsvReader::rowsAndRejects_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    const auto add = [](const char* name, const std::string& bytes, const char* expected) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(expected);
    };
    add("NULL and empty", "id,name\n1,\n2,\"\"\n,x\n", "id:int64, name:string\n1|∅\n2|\"\"\n∅|\"x\"\n--\n\n\n");
    add("quotes in the middle", "id,size\n1,5\" disk\n2,a\"b\n",
        "id:int64, size:string\n1|\"5\" disk\"\n2|\"a\"b\"\n--\n\n\n");
    add("spaces after a quote", "id,name\n1,\"a\"  \n2,\" b \"\n",
        "id:int64, name:string\n1|\"a\"\n2|\" b \"\n--\n\n\n");
    add("too few cells", "id,name\n1,a\n2\n3,c\n",
        "id:int64, name:string\n1|\"a\"\n3|\"c\"\n--\n"
        "line 3, byte 12: The record has 1 of 2 cells; the first column without one is 'name'. It reads '2'.\n1\n");
    add("too many cells", "id,name\n1,a\n2,b,c,d\n",
        "id:int64, name:string\n1|\"a\"\n--\n"
        "line 3, byte 12: The record has 4 cells, but there are 2 columns; the first cell behind the last column, "
        "'name', is 'c'.\n1\n");
    add("text after a quote", "id,name\n1,\"a\nb\"c\n2,b\n3,\"d\"\n",
        "id:int64, name:string\n2|\"b\"\n3|\"d\"\n--\n"
        "line 2, byte 8: Text follows the closing quote of the value of column 'name': 'c'.\n0\n");
    add("open quote", "id,name\n1,\"a,\"\n2,\"b\nc\n",
        "id:int64, name:string\n1|\"a,\"\n--\n"
        "line 3, byte 15: The quote that opens the value of column 'name' is never closed; the value starts '\"b\nc\n'."
        "\n1\n");
    add("UTF-16 offsets are the file's own", utf16("id,name\n1,a\n2\n3,c\n"),
        "id:int64, name:string\n1|\"a\"\n3|\"c\"\n--\n"
        "line 3, byte 26: The record has 1 of 2 cells; the first column without one is 'name'. It reads '2'.\n1\n");
    add("windows-1252", "id,name\n1,\x80 \xE9\n", "id:int64, name:string\n1|\"€ é\"\n--\n\n\n");
}

void TestCsvReader::rowsAndRejects()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, expected);
    const auto outcome = readCsv({bytes.toStdString()});
    QVERIFY_RESULT(outcome);
    QCOMPARE(QByteArray::fromStdString(outcome->text()), expected);
}

void TestCsvReader::largeField()
{
    constexpr std::size_t kSize = 10 * 1024 * 1024;
    std::string field(kSize, 'x');
    for (std::size_t i = 1000; i < kSize; i += 1000)
        field[i] = i % 3000 == 0 ? '\n' : ',';
    csv::Settings settings;
    settings.columns["id"] = {.kind = csv::Kind::Int64}; // the part looked at ends before the first record does
    const auto outcome = readCsv({"id,text\n1,\"" + field + "\"\n2,b\n3,\"" + field + "\"", settings});
    QVERIFY_RESULT(outcome);
    QCOMPARE(outcome->rows.size(), std::size_t{3});
    QCOMPARE(outcome->rows[0], "1|\"" + field + "\"");
    QCOMPARE(outcome->rows[1], std::string("2|\"b\""));
    QVERIFY(outcome->rejected.empty());
}

void TestCsvReader::tooLongRecords_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<bool>("stops");
    const QByteArray large(150'000, 'x');
    QTest::newRow("one line") << "2," + large << false;
    QTest::newRow("no delimiter") << large << false;
    QTest::newRow("just over the limit") << "2," + large.left(100'000 - 2) << false;
    QTest::newRow("quoted") << "2,\"" + large + "\"" << false;
    QTest::newRow("many lines") << "2,\"" + QByteArray("x, \"\"y\"\"\r\n").repeated(20'000) + "\"" << false;
    QTest::newRow("text behind the quote") << "2,\"" + large + "\"x" << false;
    QTest::newRow("never closed") << "2,\"" + large << true;
    QTest::newRow("closed by the next quote") << "2,\"a\n" + QByteArray("3,b\n").repeated(40'000) + "4,\"b\"" << true;
    QTest::newRow("closed far behind") << "2,\"a\n" + QByteArray("3,b\n").repeated(40'000) + "4\",b,c" << true;
}

/// Too long for memory: a bad record where it surely is one, else it may hold rows, and the run stops.
void TestCsvReader::tooLongRecords()
{
    QFETCH(const QByteArray, record);
    QFETCH(const bool, stops);
    CsvCase csv{"id,text\n\"1\",\"a\nb\"\n" + record.toStdString() + "\n"};
    const std::int64_t next = static_cast<std::int64_t>(csv.bytes.size());
    csv.bytes += "5,e\n";
    csv.settings.delimiter = ',';
    csv.settings.quote = std::optional('"');
    csv.settings.header = true;
    csv.settings.textOnly = true;
    csv.settings.maxRecord = 100'000;
    for (const unsigned threads : {1U, 4U}) {
        for (const std::size_t blockSize : {std::size_t{64}, std::size_t{4096}, std::size_t{1} << 20}) {
            csv.settings.threads = threads;
            csv.blockSize = blockSize;
            const auto outcome = readCsv(csv);
            if (stops) {
                QVERIFY(!outcome.has_value());
                QCOMPARE(outcome.error().code, ErrorCode::Data);
                QCOMPARE(outcome.error().message,
                         std::string("The record at line 4, byte 18 of 'test.csv' is longer than 100KB and holds line "
                                     "ends, but is no record of 2 cells: probably a quote is never closed. Set 'quote: "
                                     "none', or a larger 'max_record'."));
                continue;
            }
            QVERIFY_RESULT(outcome);
            QCOMPARE(outcome->rows.size(), std::size_t{2});
            QCOMPARE(outcome->rejectedBefore, std::vector<std::int64_t>{1});
            QCOMPARE(outcome->rejected,
                     std::vector<std::string>{
                         "line 4, byte 18: The record is longer than the 100KB that 'max_record' allows."});
            QCOMPARE(outcome->raw[0], record.left(BadRecord::kMaxRawBytes).toStdString());
            QCOMPARE(outcome->positions[1].line, 5 + record.count('\n') + 1);
            QCOMPARE(outcome->positions[1].offset, next + 4);

            // A resumed run stands right before or behind it.
            CsvCase rest = csv;
            rest.resumeFrom = outcome->positions[0];
            const auto resumed = readCsv(rest);
            QVERIFY_RESULT(resumed);
            QCOMPARE(resumed->rows, std::vector<std::string>{outcome->rows[1]});
            QCOMPARE(resumed->rejected, outcome->rejected);
        }
    }
}

void TestCsvReader::tooLongCommentsAreSkipped()
{
    CsvCase csv{"id,text\n1,a\n# \"" + std::string(150'000, 'x') + "\n2,b\n"};
    csv.settings.maxRecord = 100'000;
    csv.settings.comment = '#';
    csv.blockSize = 4096;
    const auto outcome = readCsv(csv);
    QVERIFY_RESULT(outcome);
    QCOMPARE(outcome->rows, (std::vector<std::string>{"1|\"a\"", "2|\"b\""}));
    QVERIFY(outcome->rejected.empty());
    QCOMPARE(outcome->positions[1].line, std::int64_t{5});
}

void TestCsvReader::tooLongRecordsCountInTheFilesEncoding()
{
    CsvCase csv{"id,text\n1,a\n2," + std::string(90'000, '\xe9') + "\n3,c\n"}; // two bytes each as UTF-8
    csv.settings.maxRecord = 100'000;
    csv.settings.encoding = csv::Encoding::Latin1;
    csv.blockSize = 4096;
    const auto outcome = readCsv(csv);
    QVERIFY_RESULT(outcome);
    QCOMPARE(outcome->rows.size(), std::size_t{2});
    QVERIFY2(outcome->rejected[0].starts_with("line 3, byte 12: "), outcome->rejected[0].c_str());
    QCOMPARE(outcome->positions[1].offset, static_cast<std::int64_t>(csv.bytes.size()));
}

void TestCsvReader::resumeRefusesAnotherFile()
{
    const auto first = readCsv({"id,name\n1,a\n2,b\n"});
    QVERIFY_RESULT(first);
    CsvCase other{"id;name\n1;a\n2;b\n"};
    other.resumeFrom = first->positions[0];
    const auto outcome = readCsv(other);
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code, ErrorCode::Conflict);
    QVERIFY(outcome.error().message.find("'test.csv' no longer reads as it did") != std::string::npos);
}

void TestCsvReader::grownFileReadsAlike()
{
    const std::string front = "id,name\n1,a\n2,b\n";
    const auto first = readCsv({front});
    QVERIFY_RESULT(first);
    // Read anew, id would be text; the resumed read keeps what was decided from the first bytes.
    const auto rest = readCsv({front + "3,c\nx,d\n", {}, 4096, first->positions[1]});
    QVERIFY_RESULT(rest);
    QCOMPARE(rest->rows, std::vector<std::string>{"3|\"c\""});
    QCOMPARE(rest->rejected.size(), std::size_t{1});
    QVERIFY2(rest->rejected[0].starts_with("line 5, byte 20: The value 'x' of column 'id' does not fit the type int64"),
             rest->rejected[0].c_str());
    QCOMPARE(rest->raw[0], std::string("x,d\n"));
}

QTEST_GUILESS_MAIN(TestCsvReader)
#include "tst_csv_reader.moc"
