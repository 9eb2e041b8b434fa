// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "widgets/forms/bad_record_table.h"
#include "widgets/forms/table_parts.h"
#include "widgets/forms/view_parts.h"
#include "widgets/models/rows_model.h"
#include "widgets/models/tables.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QTest>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

/// The cells of one column from top to bottom.
QString shown(const QTableView& table, int column)
{
    QStringList cells;
    for (int row = 0; row < table.model()->rowCount(); ++row)
        cells << table.model()->index(row, column).data().toString();
    return cells.join(QLatin1Char('|')).replace(QChar(QChar::Nbsp), QLatin1Char(' '));
}

void clickHead(QTableView& table, int column)
{
    QHeaderView& head = *table.horizontalHeader();
    QTest::mouseClick(head.viewport(), Qt::LeftButton, {},
                      {head.sectionViewportPosition(column) + head.sectionSize(column) / 2, head.height() / 2});
}

QAction* action(const QTableView& table, const char* text)
{
    for (QAction* found : table.actions()) {
        if (found->text() == QLatin1String(text))
            return found;
    }
    return nullptr;
}

BatchRecord batchOf(std::int64_t sequence, std::int64_t rows, std::int64_t bytes, std::chrono::nanoseconds wait)
{
    BatchRecord record;
    record.batch.sequence = sequence;
    record.batch.rows = rows;
    record.batch.bytes = bytes;
    record.waitP95 = wait;
    return record;
}

} // namespace

/// What all tables of the window can do.
class TablesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void partitionsAreSorted_data();
    void partitionsAreSorted();
    void batchesAreSorted_data();
    void batchesAreSorted();
    void rowsAreSortedByTheirValues_data();
    void rowsAreSortedByTheirValues();
    void aThirdClickBringsTheFirstOrderBack();
    void theKeyboardSorts();
    void cellsAreCopiedAsSpreadsheetsTakeThem();
    void hiddenColumnsAreNotCopied();
    void anEmptyTableSaysWhatWillBeThere();
    void theLogNamesWhatIsSerious();
    void aLongReasonIsReadBelow();
};

void TablesTest::partitionsAreSorted_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("ascending");
    QTest::newRow("names by their numbers") << 0 << "t/2|t/9|t/10";
    QTest::newRow("records as numbers") << 1 << "t/10|t/2|t/9";
    QTest::newRow("sizes as sizes") << 2 << "t/9|t/10|t/2";
    QTest::newRow("rates, none first") << 3 << "t/9|t/2|t/10";
    QTest::newRow("lag") << 4 << "t/10|t/9|t/2";
    QTest::newRow("times") << 5 << "t/9|t/10|t/2";
    QTest::newRow("positions by their numbers") << 8 << "t/9|t/10|t/2";
}

void TablesTest::partitionsAreSorted()
{
    QFETCH(int, column);
    QFETCH(QString, ascending);
    constexpr std::chrono::system_clock::time_point kNoon{1'700'000'000s};
    QTableView table;
    PartitionFactsModel* model = createPartitionFactsModel(&table);
    showSorted(&table, model, PartitionFactsModel::kKeyRole);
    model->setRows(
        {{.name = "t/10",
          .first = "0",
          .next = "11",
          .records = 9,
          .bytes = 900'000,
          .recordsPerSecond = 12,
          .lag = 3,
          .oldest = kNoon},
         {.name = "t/9", .first = "0", .next = "8", .records = 1'000, .bytes = 2'000, .lag = 20, .oldest = kNoon - 24h},
         {.name = "t/2",
          .first = "0",
          .next = "100",
          .records = 200,
          .bytes = 3'000'000,
          .recordsPerSecond = 2.5,
          .lag = 100,
          .oldest = kNoon + 1h}});
    QCOMPARE(shown(table, 0), QStringLiteral("t/10|t/9|t/2"));
    table.sortByColumn(column, Qt::AscendingOrder);
    QCOMPARE(shown(table, 0), ascending);
    table.sortByColumn(column, Qt::DescendingOrder);
    QStringList descending = ascending.split(QLatin1Char('|'));
    std::reverse(descending.begin(), descending.end());
    QCOMPARE(shown(table, 0), descending.join(QLatin1Char('|')));
}

void TablesTest::batchesAreSorted_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("ascending");
    QTest::newRow("number") << 0 << "2|3|10";
    QTest::newRow("rows") << 3 << "10|3|2";
    QTest::newRow("bytes") << 4 << "3|2|10";
    QTest::newRow("wait") << 7 << "2|3|10";
}

void TablesTest::batchesAreSorted()
{
    QFETCH(int, column);
    QFETCH(QString, ascending);
    QTableView table;
    BatchModel* model = createBatchModel(&table);
    showSorted(&table, model, BatchModel::kKeyRole);
    model->prepend({batchOf(2, 3'000, 4'000, 900us)}, 10);
    model->prepend({batchOf(10, 20, 5'000'000, 2s), batchOf(3, 100, 90, 500ms)}, 10);
    QCOMPARE(shown(table, 0), QStringLiteral("10|3|2"));
    table.sortByColumn(column, Qt::AscendingOrder);
    QCOMPARE(shown(table, 0), ascending);
    selectModelRow(&table, 1);
    QCOMPARE(table.currentIndex().siblingAtColumn(0).data().toString(), QStringLiteral("3"));
    QCOMPARE(modelRow(table.currentIndex()), 1);
}

void TablesTest::rowsAreSortedByTheirValues_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QStringList>("values");
    QTest::addColumn<QString>("ascending");
    QTest::newRow("whole numbers beyond those of a double")
        << "int64" << QStringList{"10", "9007199254740993", "9007199254740992", "-3", "∅"}
        << "-3|10|9007199254740992|9007199254740993|NULL";
    QTest::newRow("large unsigned numbers")
        << "uint64" << QStringList{"18446744073709551615", "7"} << "7|18446744073709551615";
    QTest::newRow("fractions") << "double" << QStringList{"10.5", "9", "-0.25"} << "-0.25|9|10.5";
    QTest::newRow("texts, no matter the case") << "string" << QStringList{"b", "A", "∅", "c"} << "A|b|c|NULL";
    QTest::newRow("yes and no") << "bool" << QStringList{"true", "false"} << "false|true";
}

void TablesTest::rowsAreSortedByTheirValues()
{
    QFETCH(QString, type);
    QFETCH(QStringList, values);
    QFETCH(QString, ascending);
    std::vector<std::vector<std::string>> rows;
    for (const QString& value : values)
        rows.push_back({value.toStdString()});
    RowsModel model;
    model.setRows(test::rowsOf(test::schemaOf("v:" + type.toStdString()), rows));
    QTableView table;
    const QAbstractItemModel* sorted = showSorted(&table, &model, RowsModel::KeyRole);
    const QAbstractItemModelTester tester(const_cast<QAbstractItemModel*>(sorted),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    table.sortByColumn(0, Qt::AscendingOrder);
    QCOMPARE(shown(table, 0), ascending);
}

void TablesTest::aThirdClickBringsTheFirstOrderBack()
{
    RowsModel model;
    model.setRows(test::rowsOf(test::schemaOf("v:int64"), {{"2"}, {"10"}, {"1"}}));
    QTableView table;
    setUpTable(&table);
    showSorted(&table, &model, RowsModel::KeyRole);
    table.resize(300, 200);
    table.show();
    QVERIFY(!isSorted(table));
    for (const char* order : {"1|2|10", "10|2|1", "2|10|1"}) {
        clickHead(table, 0);
        QCOMPARE(shown(table, 0), QString::fromLatin1(order));
    }
    QVERIFY(!isSorted(table));
    QCOMPARE(table.model()->headerData(0, Qt::Vertical, Qt::DisplayRole).toInt(), 1);
}

void TablesTest::theKeyboardSorts()
{
    RowsModel model;
    model.setRows(test::rowsOf(test::schemaOf("a:int64, b:int64"), {{"1", "2"}, {"2", "1"}}));
    QTableView table;
    setUpTable(&table);
    showSorted(&table, &model, RowsModel::KeyRole);
    QVERIFY(action(table, "Sort by This Column"));
    table.setCurrentIndex(table.model()->index(0, 1));
    action(table, "Sort by This Column")->trigger();
    QCOMPARE(shown(table, 1), QStringLiteral("1|2"));
    action(table, "Sort by This Column")->trigger();
    QCOMPARE(shown(table, 1), QStringLiteral("2|1"));
}

void TablesTest::cellsAreCopiedAsSpreadsheetsTakeThem()
{
    RowsModel model;
    const QString text = QStringLiteral("two\nlines and \"quotes\"");
    model.setRows(test::rowsOf(test::schemaOf("id:int64, v:string"), {{"1", text.toStdString()}, {"2", "tab\there"}}));
    QTableView table;
    setUpTable(&table, RowsModel::WholeTextRole);
    table.setModel(&model);
    table.setCurrentIndex(model.index(0, 1));
    table.setSelectionBehavior(QAbstractItemView::SelectItems);
    table.selectionModel()->select(model.index(0, 1), QItemSelectionModel::ClearAndSelect);
    action(table, "Copy")->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), text);
    table.selectAll();
    action(table, "Copy")->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(),
             QStringLiteral("1\t\"two\nlines and \"\"quotes\"\"\"\n2\t\"tab\there\""));
}

void TablesTest::hiddenColumnsAreNotCopied()
{
    QTableView table;
    setUpTable(&table);
    BadRecordModel* model = createBadRecordModel(&table);
    table.setModel(model);
    table.hideColumn(1);
    BadRecord record;
    record.origin = "orders/3";
    record.byteOffset = 12;
    record.reason = "No JSON.";
    record.raw = "x";
    model->setRows({record});
    table.show();
    table.selectRow(0);
    table.setFocus();
    table.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&table));
    QTest::keyClick(&table, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("orders/3\t12\tNo JSON.\tx"));
}

void TablesTest::anEmptyTableSaysWhatWillBeThere()
{
    QTableView table;
    LogModel* model = createLogModel(&table);
    table.setModel(model);
    setEmptyNote(&table, QStringLiteral("Nothing yet."));
    const auto* note = table.viewport()->findChild<QLabel*>();
    QVERIFY(note && !note->isHidden());
    model->append({}, 10);
    QVERIFY(note->isHidden());
    model->setRows({});
    QVERIFY(!note->isHidden());
}

void TablesTest::theLogNamesWhatIsSerious()
{
    QTableView table;
    LogModel* model = createLogModel(&table);
    table.setModel(model);
    for (const LogLevel level : {LogLevel::Info, LogLevel::Warning, LogLevel::Error})
        model->append({QDateTime(), level, QStringLiteral("text")}, 10);
    QCOMPARE(shown(table, 1), QStringLiteral("|Warning|Error"));
}

void TablesTest::aLongReasonIsReadBelow()
{
    BadRecordTable view(QStringLiteral("Rejected"));
    view.resize(700, 300);
    view.show();
    BadRecord record;
    record.origin = "orders/3";
    record.byteOffset = 12;
    record.reason = std::string(400, 'r');
    record.raw = "{";
    view.setRecords({record});
    auto* table = view.findChild<QTableView*>();
    const auto* value = view.findChild<QPlainTextEdit*>();
    QVERIFY(table->isColumnHidden(1));
    QVERIFY(table->columnWidth(3) > table->columnWidth(0) + table->columnWidth(2));
    QVERIFY(table->horizontalHeader()->length() <= table->viewport()->width());
    QVERIFY(!value->isVisible());
    table->setCurrentIndex(table->model()->index(0, 3));
    QVERIFY(value->isVisible());
    QCOMPARE(value->toPlainText(), QString(400, QLatin1Char('r')));
    table->setCurrentIndex(table->model()->index(0, 4));
    QVERIFY(!value->isVisible());
}

QTEST_MAIN(TablesTest)
#include "tst_tables.moc"
