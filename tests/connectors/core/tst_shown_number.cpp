// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/quantity.h"
#include "connectors/core/shown_number.h"
#include "tests/support/rows.h"

#include <QTest>

namespace headrace::test {

using namespace std::chrono_literals;

/// Numbers as the window, the command line and every sentence show them.
class TestShownNumber : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void texts_data()
    {
        QTest::addColumn<std::string>("shown");
        QTest::addColumn<std::string>("text");
        const auto row = [](const char* text, std::string shown) {
            QTest::addRow("%s", text) << std::move(shown) << std::string(text);
        };
        row("0", groupedNumber(0));
        row("999", groupedNumber(999));
        row("-1,234,567", groupedNumber(-1'234'567));
        row("1 column", counted(1, "column"));
        row("1,200 columns", counted(1200, "column"));
        row("0 rows", counted(0, "row"));
        row("18.5", shownNumber(18.5));
        row("18,240", shownNumber(18'240));
        row("1.23 M", shownNumber(1'234'567));
        row("12 B", shownSize(12));
        row("999 B", shownSize(999));
        row("1 KiB", shownSize(1000));
        row("4 KiB", shownSize(4096));
        row("1.6 MiB", shownSize(1'700'000));
        row("0 ms", shownDuration(0ns));
        row("849 µs", shownDuration(849us));
        row("930 ms", shownDuration(930ms));
        row("1.2 ms", shownDuration(1200us));
        row("1 s", shownDuration(999'900us));
        row("12.3 s", shownDuration(12345ms));
        row("1 min", shownDuration(59'960ms));
        row("4 min 7 s", shownDuration(247s));
        row("1 h 2 min", shownDuration(3723s));
        row("2 d", shownDuration(48h));
    }
    void texts()
    {
        QFETCH(std::string, shown);
        QTEST(shown, "text");
    }

    /// What a setting says stands in a form's field, so it must be read as it was.
    void settingsAreExact_data()
    {
        QTest::addColumn<qint64>("nanoseconds");
        QTest::addColumn<std::string>("text");
        const auto row = [](std::chrono::nanoseconds length, const char* text) {
            QTest::addRow("%s", text) << static_cast<qint64>(length.count()) << std::string(text);
        };
        row(15min, "15 min");
        row(90s, "90 s");
        row(90min, "90 min");
        row(24h, "1 d");
        row(1500ms, "1.5 s");
        row(61'001ms, "61.001 s");
        row(10us, "10 µs");
    }
    void settingsAreExact()
    {
        QFETCH(qint64, nanoseconds);
        const std::string shown = exactDuration(std::chrono::nanoseconds(nanoseconds));
        QTEST(shown, "text");
        const auto parsed = parseDuration(shown);
        QVERIFY_RESULT(parsed);
        QCOMPARE(static_cast<qint64>(parsed->count()), nanoseconds);
        QCOMPARE(exactSize(16 << 20), std::string("16 MiB"));
        QCOMPARE(exactSize(1'000'000), std::string("1 MB"));
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestShownNumber)
#include "tst_shown_number.moc"
