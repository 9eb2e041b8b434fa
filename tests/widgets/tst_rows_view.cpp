// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "widgets/forms/rows_view.h"
#include "widgets/models/rows_model.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLocale>
#include <QTableView>
#include <QTest>

using namespace headrace;

/// The grid of rows on several pages.
class RowsViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void whatDoesNotFitIsShownBelow_data();
    void whatDoesNotFitIsShownBelow();
    void theValueGoesWithItsRows();
    void theSelectionIsCopied();
    void longValuesTakeTheRoomThatIsLeft();

private:
    QTableView& table() { return *m_view->findChild<QTableView*>(); }

    const std::string m_long = std::string(3'000, 'x');
    std::unique_ptr<RowsView> m_view;
};

void RowsViewTest::init()
{
    m_view = std::make_unique<RowsView>();
    m_view->resize(900, 600);
    m_view->show();
    m_view->showRows(test::rowsOf(test::schemaOf("id:int64, body:string"),
                                  {{"1", m_long}, {"2", "short"}, {"3", "two\nlines"}, {"4", "∅"}}));
}

void RowsViewTest::whatDoesNotFitIsShownBelow_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("shown");
    QTest::newRow("long") << 0 << QString::fromStdString(m_long);
    QTest::newRow("short") << 1 << QString();
    QTest::newRow("two lines") << 2 << QStringLiteral("two\nlines");
    QTest::newRow("NULL") << 3 << QString();
}

void RowsViewTest::whatDoesNotFitIsShownBelow()
{
    QFETCH(int, row);
    QFETCH(QString, shown);
    QVERIFY(m_view->wholeValue().isEmpty());
    table().setCurrentIndex(table().model()->index(row, 1));
    QCOMPARE(m_view->wholeValue(), shown);
}

void RowsViewTest::theValueGoesWithItsRows()
{
    table().setCurrentIndex(table().model()->index(0, 1));
    QVERIFY(!m_view->wholeValue().isEmpty());
    m_view->showRows(test::rowsOf(test::schemaOf("id:int64"), {{"1"}}));
    QVERIFY(m_view->wholeValue().isEmpty());
}

void RowsViewTest::theSelectionIsCopied()
{
    table().setCurrentIndex(table().model()->index(0, 1));
    table().setFocus();
    m_view->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
    QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromStdString(m_long));
    table().selectionModel()->select({table().model()->index(1, 0), table().model()->index(3, 1)},
                                     QItemSelectionModel::ClearAndSelect);
    QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("2\tshort\n3\t\"two\nlines\"\n4\tNULL"));
}

void RowsViewTest::longValuesTakeTheRoomThatIsLeft()
{
    QVERIFY(table().columnWidth(1) > 700);
    QVERIFY(table().horizontalHeader()->length() <= table().viewport()->width());
}

QTEST_MAIN(RowsViewTest)
#include "tst_rows_view.moc"
