// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/forms/rows_view.h"

#include "widgets/forms/view_parts.h"
#include "widgets/models/rows_model.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kWidestColumn = 280;
constexpr int kRowsMeasured = 60;

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
    m_stack->addWidget(m_table);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
}

void RowsView::showRows(const std::shared_ptr<arrow::RecordBatch>& rows)
{
    m_model->setRows(rows);
    fitColumns();
    m_stack->setCurrentWidget(m_table);
}

void RowsView::fitColumns()
{
    m_table->resizeColumnsToContents();
    for (int column = 0; column < m_model->columnCount(); ++column)
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column) + 8, kWidestColumn));
}

void RowsView::followRows(const std::shared_ptr<arrow::RecordBatch>& rows)
{
    const QScrollBar* bar = m_table->verticalScrollBar();
    const bool isAtEnd = bar->value() == bar->maximum();
    const bool isFirst = m_stack->currentWidget() != m_table || m_model->rowCount() == 0 ||
                         m_model->columnCount() != rows->num_columns();
    m_model->setRows(rows);
    if (isFirst)
        fitColumns();
    m_stack->setCurrentWidget(m_table);
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
