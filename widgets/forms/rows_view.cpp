// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/forms/rows_view.h"

#include "widgets/forms/table_parts.h"
#include "widgets/forms/value_box.h"
#include "widgets/forms/view_parts.h"
#include "widgets/models/rows_model.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
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

} // namespace

RowsView::RowsView(QWidget* parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_sentence(createSentence({}, "muted", this))
    , m_model(new RowsModel(this))
{
    setUpTable(m_table, RowsModel::WholeTextRole);
    showSorted(m_table, m_model, RowsModel::KeyRole);
    m_table->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_table->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
    m_table->setAccessibleName(tr("Rows"));
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setContentsMargins(40, 40, 40, 40);
    m_stack->addWidget(m_sentence);
    m_value = new ValueBox(*m_table, RowsModel::WholeTextRole, tr("Whole value of the cell"), this);
    m_stack->addWidget(createWithBox(m_table, m_value, this));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
}

QString RowsView::wholeValue() const
{
    return m_value->text();
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
    if (!isSorted(*m_table) && (isFirst || isAtEnd))
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
