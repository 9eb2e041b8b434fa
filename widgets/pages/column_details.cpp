// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/column_details.h"

#include "widgets/forms/table_parts.h"
#include "widgets/forms/view_parts.h"
#include "widgets/models/rows_model.h"
#include "widgets/quantity_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace headrace {
namespace {

constexpr std::array kShares{0.05, 0.25, 0.5, 0.75, 0.95};

QTableView* createList(QAbstractItemModel* model, const QString& name, const QString& empty, QWidget* parent)
{
    auto* table = new QTableView(parent);
    setUpTable(table);
    table->setModel(model);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->setAccessibleName(name);
    setEmptyNote(table, empty);
    return table;
}

} // namespace

ColumnDetails::ColumnDetails(QWidget* parent)
    : QWidget(parent)
    , m_title(createLabel({}, "muted", this))
    , m_spread(createSpreadModel(this))
    , m_frequent(createFrequentModel(this))
{
    auto* spread = createList(m_spread, tr("How the values of the column are spread"),
                              tr("There are no values to compare."), this);
    auto* frequent =
        createList(m_frequent, tr("The most frequent values of the column"), tr("No value is frequent."), this);
    spread->horizontalHeader()->setStretchLastSection(true);
    frequent->horizontalHeader()->setStretchLastSection(false);
    frequent->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    auto* lists = new QHBoxLayout;
    lists->setSpacing(24);
    lists->addWidget(spread, 2);
    lists->addWidget(frequent, 3);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_title);
    layout->addLayout(lists, 1);
}

void ColumnDetails::showColumn(const ColumnProfile& column, std::int64_t rows)
{
    const auto all = static_cast<double>(rows);
    const QString nulls = column.nulls == 0 ? tr("never NULL")
                          : column.nulls == rows
                              ? tr("always NULL")
                              : tr("%1 rows are NULL (%2)")
                                    .arg(countText(column.nulls), percentText(static_cast<double>(column.nulls) / all));
    m_title->setText(
        QStringLiteral("%1 · %2 · %3")
            .arg(inOneLine(QString::fromStdString(column.name)), QString::fromStdString(column.type), nulls));
    std::vector<SpreadLine> spread;
    const auto add = [&spread](const QString& place, const std::string& value) { spread.push_back({place, value}); };
    if (column.minimum)
        add(tr("Smallest"), *column.minimum);
    for (std::size_t at = 0; at < std::min(kShares.size(), column.quantiles.size()); ++at)
        add(percentText(kShares.at(at)), column.quantiles[at]);
    if (column.maximum)
        add(tr("Largest"), *column.maximum);
    if (column.mean)
        add(tr("Mean"), numberText(*column.mean, 6).toStdString());
    m_spread->setRows(std::move(spread));
    std::vector<FrequentLine> frequent;
    for (const TopValue& top : column.top)
        frequent.push_back({top, all > 0 ? static_cast<double>(top.rows) / all : 0});
    m_frequent->setRows(std::move(frequent));
}

QString ColumnDetails::title() const
{
    return m_title->text();
}

} // namespace headrace
