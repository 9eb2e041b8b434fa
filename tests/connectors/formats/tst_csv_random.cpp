// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/connectors/formats/csv_support.h"
#include "tests/support/rows.h"

#include <QTest>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <random>

using namespace headrace;
using namespace headrace::test;

namespace {

struct ReferenceRecord {
    std::vector<std::string> cells; ///< as CsvOutcome prints them
    std::size_t offset = 0;
    std::size_t size = 0;  ///< with its line end
    std::size_t lines = 1; ///< line ends within quotes, and one
    bool malformed = false;
    bool empty = true; ///< an empty line
};

/// One character at a time, no tricks: what the rules in dialect.h say.
class Reference {
public:
    explicit Reference(std::string text)
        : m_text(std::move(text))
    {
    }

    std::vector<ReferenceRecord> records()
    {
        std::vector<ReferenceRecord> records;
        while (m_at < m_text.size()) {
            ReferenceRecord record;
            record.offset = m_at;
            record.empty = isLineEnd();
            do {
                readCell(record);
            } while (take(','));
            takeLineEnd();
            record.size = m_at - record.offset;
            records.push_back(std::move(record));
        }
        return records;
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] bool isLineEnd() const { return !atEnd() && (m_text[m_at] == '\n' || m_text[m_at] == '\r'); }
    [[nodiscard]] bool isCellEnd() const { return atEnd() || isLineEnd() || m_text[m_at] == ','; }

    bool take(char wanted)
    {
        if (atEnd() || m_text[m_at] != wanted)
            return false;
        ++m_at;
        return true;
    }

    bool takeLineEnd()
    {
        for (const char* lineEnd : {"\r\r\n", "\r\n", "\n", "\r"}) {
            if (m_text.compare(m_at, std::strlen(lineEnd), lineEnd) == 0) {
                m_at += std::strlen(lineEnd);
                return true;
            }
        }
        return false;
    }

    void readCell(ReferenceRecord& record)
    {
        std::string value;
        if (take('"')) {
            readQuoted(record, value);
            record.cells.push_back("\"" + value + "\"");
            return;
        }
        while (!isCellEnd())
            value += m_text[m_at++];
        record.cells.push_back(value.empty() ? "∅" : "\"" + value + "\"");
    }

    void readQuoted(ReferenceRecord& record, std::string& value)
    {
        while (true) {
            if (atEnd()) {
                record.malformed = true;
                return;
            }
            const std::size_t from = m_at;
            if (takeLineEnd()) {
                value += m_text.substr(from, m_at - from);
                ++record.lines;
            } else if (!take('"')) {
                value += m_text[m_at++];
            } else if (take('"')) {
                value += '"';
            } else {
                break;
            }
        }
        for (; !isCellEnd(); ++m_at)
            record.malformed |= m_text[m_at] != ' ';
    }

    std::string m_text;
    std::size_t m_at = 0;
};

/// What the reader must give for `records` of `columns` columns: the rows, then the offsets of the rejected; or where
/// it must stop, because a record longer than `limit` cannot be one.
std::string expectedOf(const std::vector<ReferenceRecord>& records, std::size_t columns, std::size_t limit)
{
    std::vector<std::string> rows;
    std::vector<std::size_t> rejected;
    for (const ReferenceRecord& record : records) {
        if (record.empty && columns != 1)
            continue;
        const bool bad = record.malformed || record.cells.size() != columns;
        if (record.size > limit && bad && record.lines > 1)
            return fmt::format("stops at byte {}", record.offset);
        if (bad || record.size > limit)
            rejected.push_back(record.offset);
        else
            rows.push_back(fmt::format("{}", fmt::join(record.cells, "|")));
    }
    return fmt::format("{}\n--\n{}", fmt::join(rows, "\n"), fmt::join(rejected, " "));
}

std::string foundIn(const Result<CsvOutcome>& read)
{
    if (!read) {
        const std::string& message = read.error().message;
        const std::size_t begin = message.find("byte ");
        return fmt::format("stops at {}", message.substr(begin, message.find(" of '") - begin));
    }
    const CsvOutcome& outcome = *read;
    std::vector<std::string> offsets;
    for (const std::string& rejected : outcome.rejected) {
        const std::size_t begin = rejected.find("byte ") + 5;
        offsets.push_back(rejected.substr(begin, rejected.find(':', begin) - begin));
    }
    return fmt::format("{}\n--\n{}", fmt::join(outcome.rows, "\n"), fmt::join(offsets, " "));
}

/// Mostly regular records with some of everything that goes wrong.
std::string randomText(std::mt19937& dice)
{
    const auto roll = [&](int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice); };
    const std::vector<std::string> plain{"", "a", "12", "x y", "né", "5\"", " b", "a\"\"b", "水"};
    const std::vector<std::string> quoted{"\"\"",     "\"a\"",          "\"a,b\"", "\"a\nb\"",
                                          "\"\"\"\"", "\"c\r\n\"\"d\"", "\" \" ",  "\"\r\r\n,\r\"",
                                          "\"e\"x",   "\"f\" \"g\"",    "\"h"};
    const std::vector<std::string> lineEnds{"\n", "\n", "\n", "\r\n", "\r", "\r\r\n", "\n\n"};
    const int columns = 1 + roll(3);
    const int records = roll(12) + 1;
    std::string text;
    for (int record = 0; record < records; ++record) {
        const int cells = roll(12) == 0 ? 1 + roll(4) : columns;
        for (int cell = 0; cell < cells; ++cell) {
            text += cell == 0 ? "" : ",";
            // The last two spoil much of the text, so they come seldom.
            const auto& pool = roll(3) == 0 ? quoted : plain;
            const int choices = static_cast<int>(pool.size()) - (&pool == &quoted && roll(8) != 0 ? 3 : 0);
            text += pool[static_cast<std::size_t>(roll(choices))];
        }
        if (record + 1 < records || roll(4) != 0)
            text += lineEnds[static_cast<std::size_t>(roll(static_cast<int>(lineEnds.size())))];
    }
    return text;
}

} // namespace

class TestCsvRandom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAsTheReference();
};

void TestCsvRandom::readsAsTheReference()
{
    constexpr int kTexts = 5000;
    const unsigned seed = qEnvironmentVariableIntValue("HEADRACE_SEED") != 0
                              ? static_cast<unsigned>(qEnvironmentVariableIntValue("HEADRACE_SEED"))
                              : std::random_device()();
    qInfo("seed %u; repeat with HEADRACE_SEED=%u", seed, seed);
    std::mt19937 dice(seed);
    int compared = 0;
    int stopped = 0;
    for (int i = 0; i < kTexts; ++i) {
        CsvCase csv{randomText(dice)};
        csv.settings.delimiter = ',';
        csv.settings.quote = std::optional('"');
        csv.settings.escape = std::optional<char>();
        csv.settings.encoding = csv::Encoding::Utf8;
        csv.settings.header = false;
        csv.settings.skipLines = 0;
        csv.settings.textOnly = true;
        csv.settings.threads = 1 + dice() % 4;
        csv.blockSize = 1 + dice() % (csv.bytes.size() + 8);
        const auto outcome = readCsv(csv);
        const auto records = Reference(csv.bytes).records();
        if (!outcome) { // nothing but empty lines
            QVERIFY2(std::ranges::all_of(records, &ReferenceRecord::empty), outcome.error().message.c_str());
            continue;
        }
        const auto columns = static_cast<std::size_t>(std::ranges::count(outcome->schema, ':'));
        for (const std::size_t limit : {csv.settings.maxRecord, std::size_t{4} + dice() % 24}) {
            csv.settings.maxRecord = limit;
            const std::string expected = expectedOf(records, columns, limit);
            const std::string found = foundIn(readCsv(csv));
            QVERIFY2(found == expected,
                     fmt::format("text {} of seed {}, {} columns, blocks of {}, records of at most {}:\n{}\n== gives"
                                 "\n{}\n== instead of\n{}",
                                 i, seed, columns, csv.blockSize, limit, csv.bytes, found, expected)
                         .c_str());
            stopped += expected.starts_with("stops") ? 1 : 0;
        }
        ++compared;
    }
    QVERIFY(compared > kTexts * 9 / 10);
    QVERIFY(stopped > kTexts / 20);
}

QTEST_GUILESS_MAIN(TestCsvRandom)
#include "tst_csv_random.moc"
