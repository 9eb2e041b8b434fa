// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "widgets/models/navigator_model.h"
#include "widgets/models/rows_model.h"
#include "widgets/models/tables.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>

using namespace headrace;

class WindowModelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void rowsAreShownAsTheEngineHoldsThem();
    void rowsTellNullFromEmptyText();
    void listsAreShownByTheirItems();
    void linesOfATextAreShownInOne();
    void bytesAreShownInHexadecimal();
    void badRecordsNameTheirPlace();
    void theLogDropsItsOldestLine();
    void theNavigatorKeepsItsSelectionWhenNumbersChange();
    void headingsCannotBeSelected();
};

namespace {

QString print(const QAbstractItemModel& model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.index(row, column).data().toString();
        lines << cells.join(QLatin1Char('|'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

void WindowModelsTest::rowsAreShownAsTheEngineHoldsThem()
{
    RowsModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto schema = test::schemaOf("id:int64, name:string, ok:bool, price:double");
    model.setRows(test::rowsOf(schema, {{"1", "Ann", "true", "1.5"}, {"2", "Bo", "false", "∅"}}));
    QCOMPARE(print(model), QStringLiteral("1|Ann|true|1.5\n2|Bo|false|NULL"));
    QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("id\nint64"));
    QCOMPARE(model.headerData(1, Qt::Horizontal, RowsModel::TypeRole).toString(), QStringLiteral("text"));
    QVERIFY(model.index(0, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
    model.setRows(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void WindowModelsTest::linesOfATextAreShownInOne()
{
    RowsModel model;
    model.setRows(test::rowsOf(test::schemaOf("v:string"), {{"one\ntwo\r\nthree"}}));
    QCOMPARE(print(model), QStringLiteral("one↵ two↵ three"));
    QCOMPARE(model.index(0, 0).data(RowsModel::WholeTextRole).toString(), QStringLiteral("one\ntwo\r\nthree"));
}

void WindowModelsTest::bytesAreShownInHexadecimal()
{
    arrow::BinaryBuilder bytes;
    QVERIFY(bytes.Append(std::string("\0\xff\x10", 3)).ok() && bytes.Append("").ok() && bytes.AppendNull().ok());
    RowsModel model;
    model.setRows(arrow::RecordBatch::Make(arrow::schema({arrow::field("raw", arrow::binary())}), 3,
                                           {bytes.Finish().ValueOrDie()}));
    QCOMPARE(print(model), QStringLiteral("00 ff 10\n\nNULL"));
}

void WindowModelsTest::listsAreShownByTheirItems()
{
    const auto items = std::make_shared<arrow::StringBuilder>();
    arrow::ListBuilder lists(arrow::default_memory_pool(), items);
    QVERIFY(lists.Append().ok() && items->AppendValues({"gift", "express"}).ok() && items->AppendNull().ok());
    QVERIFY(lists.Append().ok() && lists.AppendNull().ok());
    const auto column = lists.Finish().ValueOrDie();
    RowsModel model;
    model.setRows(arrow::RecordBatch::Make(arrow::schema({arrow::field("tags", column->type())}), 3, {column}));
    QCOMPARE(print(model), QStringLiteral("[gift, express, NULL]\n[]\nNULL"));
}

void WindowModelsTest::rowsTellNullFromEmptyText()
{
    RowsModel model;
    model.setRows(test::rowsOf(test::schemaOf("name:string"), {{""}, {"∅"}, {"NULL"}}));
    QCOMPARE(model.index(0, 0).data(RowsModel::IsNullRole).toBool(), false);
    QCOMPARE(model.index(1, 0).data(RowsModel::IsNullRole).toBool(), true);
    QCOMPARE(model.index(2, 0).data(RowsModel::IsNullRole).toBool(), false);
}

void WindowModelsTest::badRecordsNameTheirPlace()
{
    QObject owner;
    BadRecordModel* model = createBadRecordModel(&owner);
    const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    BadRecord record;
    record.origin = "/data/orders.csv";
    record.line = 1204;
    record.byteOffset = 99'001;
    record.reason = "The row has 5 cells, but 4 columns.";
    record.raw = "1,2,3,4,5";
    const BadRecord message{.origin = "orders/3",
                            .reason = "No JSON.",
                            .raw = "{",
                            .place = {{"topic", "orders"}, {"partition", 3}, {"offset", 17}}};
    model->setRows({record, message});
    QCOMPARE(print(*model), QStringLiteral("orders.csv|1,204|99,001|The row has 5 cells, but 4 columns.|1,2,3,4,5\n"
                                           "topic orders, partition 3, offset 17|||No JSON.|{"));
}

void WindowModelsTest::theLogDropsItsOldestLine()
{
    QObject owner;
    LogModel* model = createLogModel(&owner);
    const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (const char* text : {"one", "two", "three"})
        model->append({QDateTime(), LogLevel::Info, QString::fromLatin1(text)}, 2);
    QCOMPARE(model->rowCount(), 2);
    QCOMPARE(model->index(0, 2).data().toString(), QStringLiteral("two"));
    QCOMPARE(model->index(1, 2).data().toString(), QStringLiteral("three"));
}

void WindowModelsTest::theNavigatorKeepsItsSelectionWhenNumbersChange()
{
    NavigatorModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    NavigatorEntry entry{.kind = NavigatorEntry::Kind::Pipeline, .name = QStringLiteral("orders")};
    model.setEntries({{.name = QStringLiteral("Pipelines")}, entry});
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    entry.note = QStringLiteral("18 k/s");
    model.setEntries({{.name = QStringLiteral("Pipelines")}, entry});
    QCOMPARE(resets.count(), 0);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(model.index(1).data(NavigatorModel::NoteRole).toString(), QStringLiteral("18 k/s"));
}

void WindowModelsTest::headingsCannotBeSelected()
{
    NavigatorModel model;
    model.setEntries({{.name = QStringLiteral("Pipelines")}, {.kind = NavigatorEntry::Kind::Connection}});
    QVERIFY(!model.flags(model.index(0)).testFlag(Qt::ItemIsSelectable));
    QVERIFY(model.flags(model.index(1)).testFlag(Qt::ItemIsSelectable));
}

QTEST_MAIN(WindowModelsTest)
#include "tst_window_models.moc"
