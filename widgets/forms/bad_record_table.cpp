// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/bad_record_table.h"

#include "widgets/forms/table_parts.h"
#include "widgets/forms/value_box.h"
#include "widgets/forms/view_parts.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

// As createBadRecordModel() has them.
constexpr int kLineColumn = 1;
constexpr int kByteColumn = 2;
constexpr int kReasonColumn = 3;
constexpr int kWidest = 280;
constexpr int kRecord = 160; ///< what a long reason leaves for the record

} // namespace

BadRecordTable::BadRecordTable(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_note(createSentence({}, "muted", this))
    , m_table(new QTableView(this))
    , m_model(createBadRecordModel(this))
{
    setUpTable(m_table);
    showSorted(m_table, m_model, BadRecordModel::kKeyRole);
    m_table->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setAccessibleName(name);
    auto* box = new ValueBox(*m_table, Qt::DisplayRole, tr("Whole value of the cell"), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_note);
    layout->addWidget(createWithBox(m_table, box, this), 1);
}

void BadRecordTable::showNote(const QString& sentence, const char* role)
{
    m_note->setText(sentence);
    setRole(m_note, role);
}

void BadRecordTable::setRecords(std::vector<BadRecord> records)
{
    m_model->setRows(std::move(records));
    const auto& rows = m_model->rows();
    m_table->setVisible(!rows.empty());
    m_table->setColumnHidden(kLineColumn,
                             std::ranges::none_of(rows, [](const auto& record) { return record.line > 0; }));
    m_table->setColumnHidden(kByteColumn,
                             std::ranges::none_of(rows, [](const auto& record) { return record.byteOffset >= 0; }));
    fit();
}

/// The reason is what is looked for: it takes what the others leave.
void BadRecordTable::fit()
{
    m_table->resizeColumnToContents(kReasonColumn);
    const int wanted = m_table->columnWidth(kReasonColumn);
    fitColumns(m_table, kWidest);
    const int last = m_model->columnCount() - 1;
    int others = std::max(kRecord, m_table->horizontalHeader()->sectionSizeHint(last));
    for (int column = 0; column < kReasonColumn; ++column)
        others += m_table->columnWidth(column);
    m_table->setColumnWidth(kReasonColumn, std::min(wanted, std::max(kWidest, m_table->viewport()->width() - others)));
}

void BadRecordTable::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

void BadRecordTable::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fit();
}

} // namespace headrace
