// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/partitions_view.h"

#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

// As createPartitionModel() has them.
constexpr int kLagColumn = 1;
constexpr int kLastColumn = 4;
constexpr int kPositionColumn = 6;
constexpr std::chrono::milliseconds kNoTime{0};

QString sentenceOf(const PartitionTotals& totals)
{
    QStringList parts{totals.count == 1 ? PartitionsView::tr("All together")
                                        : PartitionsView::tr("All %1 together").arg(totals.count)};
    parts << PartitionsView::tr("%1 rows/s in").arg(compactText(totals.rowsPerSecond));
    if (totals.rowsPerSecondOut)
        parts << PartitionsView::tr("%1 rows/s out").arg(compactText(*totals.rowsPerSecondOut));
    if (totals.lag.value_or(0) > 0)
        parts << PartitionsView::tr("%1 records not read yet").arg(countText(*totals.lag));
    else if (totals.behind.value_or(kNoTime) > kNoTime)
        parts << PartitionsView::tr("at most %1 behind").arg(durationText(*totals.behind));
    else if (totals.lag || totals.behind)
        parts << PartitionsView::tr("all is read");
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
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(PartitionModel::kKeyRole);
    m_table->setModel(sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_table->setTextElideMode(Qt::ElideMiddle); // long positions differ at their ends
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
    const bool isFirst = m_model->rowCount() == 0;
    m_model->update(watch.lines());
    const auto& lines = m_model->rows();
    const auto hide = [&](int column, const auto& isKnown) {
        m_table->setColumnHidden(column, std::ranges::none_of(lines, isKnown));
    };
    hide(kLagColumn, [](const auto& line) { return line.progress.lag || line.progress.behind; });
    hide(kLastColumn, [](const auto& line) { return line.age.has_value(); });
    hide(kPositionColumn, [](const auto& line) { return !line.progress.position.empty(); });
    isFirst ? fitColumns(m_table) : growColumns(m_table);
}

} // namespace headrace
