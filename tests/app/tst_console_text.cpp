// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/console.h"
#include "app/command_line/table_text.h"

#include <QTest>

using namespace headrace;
using namespace headrace::cli;

class ConsoleTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void widths();
    void tableClipsThenLeavesOut();
};

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
