// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/format.h"
#include "connectors/formats/csv/special_scanner.h"
#include "connectors/formats/csv/temporal_pattern.h"
#include "connectors/formats/csv/value_parser.h"
#include "tests/support/rows.h"

#include <QTest>

#include <fmt/format.h>

#include <cmath>
#include <random>

using namespace headrace;
using namespace headrace::csv;

namespace {

/// A copy of a text with the padding that parsers rely on.
class Padded {
public:
    explicit Padded(std::string text)
        : m_size(text.size())
        , m_bytes(std::move(text))
    {
        m_bytes.append(kPadding, '7'); // digits, so that reading beyond the text would show
    }

    [[nodiscard]] std::string_view text() const { return std::string_view(m_bytes).substr(0, m_size); }

private:
    std::size_t m_size;
    std::string m_bytes;
};

std::string integerOf(const std::string& text, bool strict)
{
    std::int64_t value = 0;
    const Padded padded(text);
    return parseInt64(padded.text(), {'.', strict}, value) ? fmt::format("{}", value) : "no";
}

std::string doubleOf(const std::string& text, const NumberStyle& style)
{
    double value = 0;
    const Padded padded(text);
    return parseDouble(padded.text(), style, value) ? fmt::format("{}", value) : "no";
}

} // namespace

class TestCsvValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void integers_data();
    void integers();
    void doubles_data();
    void doubles();
    void doublesComeBack();
    void decimals_data();
    void decimals();
    void temporals_data();
    void temporals();
    void fingerprintOfAFormatStays();
};

void TestCsvValues::integers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("strict");
    QTest::addColumn<QByteArray>("lenient");
    const auto add = [](const char* text, const char* strict, const char* lenient) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(strict) << QByteArray(lenient);
    };
    add("0", "0", "0");
    add("7", "7", "7");
    add("-12345678", "-12345678", "-12345678");
    add("123456789", "123456789", "123456789");
    add("9223372036854775807", "9223372036854775807", "9223372036854775807");
    add("9223372036854775808", "no", "no");
    add("-9223372036854775808", "-9223372036854775808", "-9223372036854775808");
    add("-9223372036854775809", "no", "no");
    add("99999999999999999999", "no", "no");
    add("007", "no", "7");
    add("+5", "no", "5");
    add("-0", "no", "0");
    add("00000000000000000000012", "no", "12");
    add("12a", "no", "no");
    add("1234567a", "no", "no");
    add("1234567:", "no", "no");
    add("123456789/", "no", "no");
    add("-", "no", "no");
    add("1 2", "no", "no");
}

void TestCsvValues::integers()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, strict);
    QFETCH(const QByteArray, lenient);
    QCOMPARE(QByteArray::fromStdString(integerOf(text.toStdString(), true)), strict);
    QCOMPARE(QByteArray::fromStdString(integerOf(text.toStdString(), false)), lenient);
}

void TestCsvValues::doubles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("strict");
    QTest::addColumn<QByteArray>("lenient");
    const auto add = [](const char* text, const char* strict, const char* lenient) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(strict) << QByteArray(lenient);
    };
    add("1.5", "1.5", "1.5");
    add(".097", "0.097", "0.097");
    add("5.", "5", "5");
    add("-0", "-0", "-0");
    add("1e5", "100000", "100000");
    add("1.5E-3", "0.0015", "0.0015");
    add("10.357019999999999", "10.357019999999999", "10.357019999999999");
    add("0.10000000000000001", "0.1", "0.1"); // as %.17g prints a tenth
    add("0.12345678901234567890", "no", "0.12345678901234568");
    add("123456789012345678", "no", "1.2345678901234568e+17");
    add("9007199254740993", "no", "9007199254740992");
    add("1e400", "no", "no");
    add("1e-400", "no", "no");
    add("00.5", "no", "0.5");
    add("+1.5", "no", "1.5");
    add("nan", "nan", "nan");
    add("-Infinity", "-inf", "-inf");
    add("1.5.5", "no", "no");
    add("1,5", "no", "no");
    add("e5", "no", "no");
    add("1e", "no", "no");
    add(".", "no", "no");
    add("-", "no", "no");
    add("1.5x", "no", "no");
}

void TestCsvValues::doubles()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, strict);
    QFETCH(const QByteArray, lenient);
    QCOMPARE(QByteArray::fromStdString(doubleOf(text.toStdString(), {'.', true})), strict);
    QCOMPARE(QByteArray::fromStdString(doubleOf(text.toStdString(), {'.', false})), lenient);
    QString comma = QString::fromUtf8(text);
    if (comma.contains('.') && !comma.contains(','))
        QCOMPARE(QByteArray::fromStdString(doubleOf(comma.replace('.', ',').toStdString(), {',', true})), strict);
}

/// Every double, printed as short as it goes and with 17 digits, is read back exactly and loses nothing.
void TestCsvValues::doublesComeBack()
{
    std::mt19937_64 dice(20260101);
    for (int i = 0; i < 50'000; ++i) {
        const std::uint64_t bits = dice();
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        if (i % 2 == 0)
            value = static_cast<double>(static_cast<std::int64_t>(bits >> 20)) / 1e6;
        if (!std::isfinite(value))
            continue;
        for (const std::string& text : {fmt::format("{}", value), fmt::format("{:.17g}", value)}) {
            double read = 0;
            const Padded padded(text);
            QVERIFY2(parseDouble(padded.text(), {'.', true}, read), text.c_str());
            QVERIFY2(std::memcmp(&read, &value, sizeof value) == 0, text.c_str());
        }
    }
}

void TestCsvValues::decimals_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("unscaled"); // of decimal(10,2)
    const auto add = [](const char* text, const char* unscaled) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(unscaled);
    };
    add("1.5", "150");
    add("-1.25", "-125");
    add("7", "700");
    add("7.", "700");
    add(".05", "5");
    add("1.500", "150");
    add("1.505", "no");
    add("12345678.90", "1234567890");
    add("123456789.0", "no");
    add("0", "0");
    add("1e2", "no");
    add("", "no");
    add(".", "no");
}

void TestCsvValues::decimals()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, unscaled);
    const Padded padded(text.toStdString());
    Decimal value;
    const bool fits = parseDecimal(padded.text(), {}, 10, 2, value);
    QCOMPARE(fits ? QByteArray::number(static_cast<qlonglong>(value.low)) : QByteArray("no"), unscaled);
    if (fits)
        QCOMPARE(value.high, unscaled.startsWith('-') ? std::int64_t{-1} : std::int64_t{0});
}

void TestCsvValues::temporals_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qlonglong>("expected"); // days, or microseconds
    QTest::addColumn<bool>("fits");
    const auto add = [](const char* notation, const char* text, qlonglong expected, bool fits = true) {
        QTest::addRow("%s %s", notation, text) << QByteArray(notation) << QByteArray(text) << expected << fits;
    };
    constexpr qlonglong kDay = 86'400'000'000;
    add("date", "1970-01-01", 0);
    add("date", "2000-02-29", 11'016);
    add("date", "1900-02-29", 0, false);
    add("date", "0001-01-01", -719'162);
    add("date", "2024-13-01", 0, false);
    add("date", "2024-1-5", 19'727);
    add("date", "2024-01-05x", 0, false);
    add("date(%d.%m.%Y)", "5.1.2024", 19'727);
    add("date(%d %b %Y)", "5 January 2024", 19'727);
    add("date(%b %d, %Y)", "jan 5, 2024", 19'727);
    add("date(%m/%d/%y)", "01/05/69", -361);
    add("time", "23:59:59.5", 86'399'500'000);
    add("time", "24:00:00", 0, false);
    add("timestamp", "1970-01-02 00:00:00.000001", kDay + 1);
    add("timestamp", "1970-01-02T00:00:01", kDay + 1'000'000);
    add("timestamp", "1969-12-31 23:59:59", -1'000'000);
    add("timestamp", "1970-01-02 00:00:00.1234560", kDay + 123'456);
    add("timestamp", "1970-01-02 00:00:00.1234567", 0, false);
    add("timestamp", "1970-01-02", 0, false);
    add("timestamp(%m/%d/%Y %I:%M %p)", "1/2/1970 12:01 AM", kDay + 60'000'000);
    add("timestamp(%m/%d/%Y %I:%M %p)", "1/2/1970 12:01 pm", kDay + kDay / 2 + 60'000'000);
    add("timestamp(%m/%d/%Y %I:%M %p)", "1/2/1970 13:01 pm", 0, false);
    add("timestamptz", "1970-01-02T00:00:00Z", kDay);
    add("timestamptz", "1970-01-02 00:00:00+02:00", kDay - 7'200'000'000);
    add("timestamptz", "1970-01-02 00:00:00 -0130", kDay + 5'400'000'000);
    add("timestamptz", "1970-01-02 00:00:00", 0, false);
}

void TestCsvValues::temporals()
{
    QFETCH(const QByteArray, notation);
    QFETCH(const QByteArray, text);
    QFETCH(const qlonglong, expected);
    QFETCH(const bool, fits);
    const auto type = parseColumnType(notation.toStdString());
    QVERIFY_RESULT(type);
    QCOMPARE(csv::notation(*type), notation.toStdString());
    const auto pattern = TemporalPattern::compile(type->pattern, type->kind);
    QVERIFY_RESULT(pattern);
    std::int64_t value = 0;
    QCOMPARE(pattern->parse(text.toStdString(), value), fits);
    if (fits)
        QCOMPARE(static_cast<qlonglong>(value), expected);
}

/// It stands in positions, which any later version must take.
void TestCsvValues::fingerprintOfAFormatStays()
{
    Format format;
    format.dataOffset = 12;
    format.columns = {{"id", {.kind = Kind::Int64, .detected = true}}};
    QCOMPARE(format.fingerprint(), 0xa3cd9b3d05234ca8ULL);
}

QTEST_GUILESS_MAIN(TestCsvValues)
#include "tst_csv_values.moc"
