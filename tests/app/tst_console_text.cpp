// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/console.h"
#include "app/command_line/number_text.h"
#include "app/command_line/table_text.h"

#include <QTest>

using namespace headrace;
using namespace headrace::cli;
using namespace std::chrono_literals;

class ConsoleTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbers();
    void widths();
    void tableClipsThenLeavesOut();
};

void ConsoleTextTest::numbers()
{
    QCOMPARE(QString::fromStdString(groupedNumber(0)), QString("0"));
    QCOMPARE(QString::fromStdString(groupedNumber(999)), QString("999"));
    QCOMPARE(QString::fromStdString(groupedNumber(-1234567)), QString("-1,234,567"));
    QCOMPARE(QString::fromStdString(roundNumber(999.4)), QString("999"));
    QCOMPARE(QString::fromStdString(roundNumber(999.6)), QString("1.00 k"));
    QCOMPARE(QString::fromStdString(roundNumber(1234567)), QString("1.23 M"));
    QCOMPARE(QString::fromStdString(roundBytes(12)), QString("12 B"));
    QCOMPARE(QString::fromStdString(roundBytes(98'200'000)), QString("98.2 MB"));
    QCOMPARE(QString::fromStdString(roundTime(420ms)), QString("0.42 s"));
    QCOMPARE(QString::fromStdString(roundTime(12345ms)), QString("12.3 s"));
    QCOMPARE(QString::fromStdString(roundTime(59'960ms)), QString("1:00"));
    QCOMPARE(QString::fromStdString(roundTime(3723s)), QString("1:02:03"));
}

void ConsoleTextTest::widths()
{
    QCOMPARE(displayWidth("Zoë"), 3);
    QCOMPARE(displayWidth("日本"), 4);
    QCOMPARE(displayWidth("e\u0301"), 1);
    QCOMPARE(QString::fromStdString(clipped("日本語", 5)), QString("日本…"));
    QCOMPARE(QString::fromStdString(clipped("日本語", 4)), QString("日…"));
    QCOMPARE(QString::fromStdString(clipped("plain", 5)), QString("plain"));
}

void ConsoleTextTest::tableClipsThenLeavesOut()
{
    const std::vector<TextColumn> columns{{"id", {}, true, {"1", "200"}},
                                          {"text", {}, false, {"日本", "a very long text indeed"}},
                                          {"more", {}, false, {"x", "y"}}};
    std::vector<std::string> hidden;
    QCOMPARE(QString::fromStdString(tableText(columns, 0, &hidden)), QString(" id │ text                    │ more\n"
                                                                             "────┼─────────────────────────┼─────\n"
                                                                             "  1 │ 日本                    │ x\n"
                                                                             "200 │ a very long text indeed │ y\n"));
    QVERIFY(hidden.empty());
    QCOMPARE(QString::fromStdString(tableText(columns, 24, &hidden)), QString(" id │ text        │ more\n"
                                                                              "────┼─────────────┼─────\n"
                                                                              "  1 │ 日本        │ x\n"
                                                                              "200 │ a very lon… │ y\n"));
    QCOMPARE(QString::fromStdString(tableText(columns, 15, &hidden)), QString(" id │ text\n"
                                                                              "────┼─────────\n"
                                                                              "  1 │ 日本\n"
                                                                              "200 │ a very …\n"));
    QCOMPARE(hidden, std::vector<std::string>{"more"});
}

QTEST_APPLESS_MAIN(ConsoleTextTest)
#include "tst_console_text.moc"
