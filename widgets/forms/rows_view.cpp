// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/forms/rows_view.h"

#include "widgets/forms/view_parts.h"
#include "widgets/models/rows_model.h"
#include "widgets/quantity_text.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace headrace {
namespace {

constexpr int kWidestColumn = 280;
constexpr int kRowsMeasured = 60;
constexpr int kGrid = 1; ///< in the stack
constexpr int kValueLines = 6;
constexpr int kCellPadding = 16;
constexpr qsizetype kShortText = 1'000; ///< longer ones are not measured
constexpr qsizetype kLongestValue = 1'000'000;

} // namespace

RowsView::RowsView(QWidget* parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_sentence(createSentence({}, "muted", this))
    , m_model(new RowsModel(this))
{
    setUpTable(m_table);
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_table->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
    m_table->setAccessibleName(tr("Rows"));
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setContentsMargins(40, 40, 40, 40);
    m_stack->addWidget(m_sentence);
    m_stack->addWidget(createGrid());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
}

QWidget* RowsView::createGrid()
{
    auto* grid = new QSplitter(Qt::Vertical, this);
    grid->setChildrenCollapsible(false);
    grid->addWidget(m_table);
    grid->addWidget(createValue(grid));
    grid->setStretchFactor(0, 1);
    auto* copy = new QAction(tr("Copy"), m_table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(copy);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(copy, &QAction::triggered, this, &RowsView::copySelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &RowsView::showValue);
    connect(m_model, &RowsModel::modelReset, this, &RowsView::showValue);
    return grid;
}

QWidget* RowsView::createValue(QWidget* parent)
{
    m_valuePart = new QWidget(parent);
    m_valueTitle = createLabel({}, "muted", m_valuePart);
    m_value = new QPlainTextEdit(m_valuePart);
    m_value->setReadOnly(true);
    m_value->setTabChangesFocus(true);
    m_value->setAccessibleName(tr("Whole value of the cell"));
    m_value->setMinimumHeight(kValueLines * fontMetrics().lineSpacing());
    auto* layout = new QVBoxLayout(m_valuePart);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_valueTitle);
    layout->addWidget(m_value);
    m_valuePart->hide();
    return m_valuePart;
}

/// A cell that fits needs no second place.
void RowsView::showValue()
{
    const QModelIndex current = m_table->currentIndex();
    const QString text = current.data(RowsModel::WholeTextRole).toString();
    const int room = m_table->columnWidth(current.column()) - kCellPadding;
    const bool isShort = text.isEmpty() || (text.size() < kShortText && !text.contains(QLatin1Char('\n')) &&
                                            m_table->fontMetrics().horizontalAdvance(text) <= room);
    m_valuePart->setVisible(!isShort);
    if (isShort)
        return;
    const QString column = m_model->headerData(current.column(), Qt::Horizontal, Qt::DisplayRole).toString();
    m_valueTitle->setText(
        tr("%1 of row %2 · %3 characters")
            .arg(column.section(QLatin1Char('\n'), 0, 0), countText(current.row() + 1), countText(text.size())));
    m_value->setPlainText(text.left(kLongestValue));
}

/// As cells between tabs, so that a spreadsheet takes them.
void RowsView::copySelection() const
{
    QModelIndexList cells = m_table->selectionModel()->selectedIndexes();
    std::sort(cells.begin(), cells.end());
    QString text;
    for (qsizetype cell = 0; cell < cells.size(); ++cell) {
        if (cell > 0)
            text += cells[cell].row() == cells[cell - 1].row() ? QLatin1Char('\t') : QLatin1Char('\n');
        text += cells[cell].data(RowsModel::WholeTextRole).toString();
    }
    if (!cells.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

QString RowsView::wholeValue() const
{
    return m_valuePart->isHidden() ? QString() : m_value->toPlainText();
}

void RowsView::showRows(const std::shared_ptr<arrow::RecordBatch>& rows)
{
    m_model->setRows(rows);
    m_stack->setCurrentIndex(kGrid);
    fitColumns();
}

void RowsView::fitColumns()
{
    m_table->resizeColumnsToContents();
    std::vector<int> cut;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        if (m_table->columnWidth(column) + 8 > kWidestColumn)
            cut.push_back(column);
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column) + 8, kWidestColumn));
    }
    const int left = m_table->viewport()->width() - m_table->horizontalHeader()->length();
    for (const int column : cut) // long values take the room that is left
        m_table->setColumnWidth(column, kWidestColumn + std::max(0, left / static_cast<int>(cut.size())));
}

void RowsView::followRows(const std::shared_ptr<arrow::RecordBatch>& rows)
{
    const QScrollBar* bar = m_table->verticalScrollBar();
    const bool isAtEnd = bar->value() == bar->maximum();
    const bool isFirst =
        m_stack->currentIndex() != kGrid || m_model->rowCount() == 0 || m_model->columnCount() != rows->num_columns();
    m_model->setRows(rows);
    m_stack->setCurrentIndex(kGrid);
    if (isFirst)
        fitColumns();
    if (isFirst || isAtEnd)
        m_table->scrollToBottom();
}

void RowsView::showSentence(const QString& sentence, const char* role, const QString& detail)
{
    m_model->setRows(nullptr);
    m_sentence->setText(sentence);
    m_sentence->setToolTip(detail);
    setRole(m_sentence, role);
    m_stack->setCurrentWidget(m_sentence);
}

QString RowsView::sentence() const
{
    return m_stack->currentWidget() == m_sentence ? m_sentence->text() : QString();
}

} // namespace headrace
