// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/partitions_view.h"

#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kColumnReserve = 8;

QString sentenceOf(const PartitionTotals& totals)
{
    QStringList parts{totals.count == 1 ? PartitionsView::tr("All together")
                                        : PartitionsView::tr("All %1 together").arg(totals.count)};
    parts << PartitionsView::tr("%1 rows/s in").arg(compactText(totals.rowsPerSecond));
    if (totals.lag)
        parts << PartitionsView::tr("%1 records not read yet").arg(countText(*totals.lag));
    if (totals.behind)
        parts << PartitionsView::tr("at most %1 behind").arg(durationText(*totals.behind));
    if (!totals.lag && !totals.behind)
        parts << PartitionsView::tr("what is still to come is not known");
    if (totals.age)
        parts << PartitionsView::tr("newest record %1 ago").arg(durationText(*totals.age));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

PartitionsView::PartitionsView(QWidget* parent)
    : QWidget(parent)
    , m_sentence(createSentence({}, "muted", this))
    , m_model(createPartitionModel(this))
    , m_table(new QTableView(this))
{
    setUpTable(m_table);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Partitions"));
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_sentence);
    layout->addWidget(m_table, 1);
}

QString PartitionsView::sentence() const
{
    return m_sentence->text();
}

void PartitionsView::showPartitions(const PartitionWatch& watch)
{
    m_sentence->setText(sentenceOf(watch.totals()));
    m_model->update(watch.lines());
    // Columns grow with their numbers and never shrink, so that nothing jumps.
    for (int column = 0; column + 1 < m_model->columnCount(); ++column) {
        const int before = m_table->columnWidth(column);
        m_table->resizeColumnToContents(column);
        m_table->setColumnWidth(column, std::max(before, m_table->columnWidth(column) + kColumnReserve));
    }
}

} // namespace headrace
