// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/profile_view.h"

#include "widgets/forms/table_parts.h"
#include "widgets/forms/view_parts.h"
#include "widgets/pages/column_details.h"
#include "widgets/quantity_text.h"

#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace headrace {
namespace {

constexpr ProfileLimits kLimits{.rows = 200'000, .time = std::chrono::seconds{10}};
constexpr int kWidestColumn = 220;

} // namespace

ProfileView::ProfileView(const Registry& registry, QWidget* parent)
    : QWidget(parent)
    , m_registry(registry)
    , m_note(createSentence({}, "muted", this))
    , m_parts(new QSplitter(Qt::Vertical, this))
    , m_table(new QTableView(m_parts))
    , m_details(new ColumnDetails(m_parts))
    , m_model(createColumnProfileModel(this))
{
    m_note->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_parts->setChildrenCollapsible(false);
    m_parts->setSizes({1, 1});
    m_parts->hide();
    setUpTable(m_table);
    showSorted(m_table, m_model, ColumnProfileModel::kKeyRole);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setAccessibleName(tr("Profile of the columns"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_note);
    layout->addWidget(m_parts, 1);
    layout->addStretch();
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ProfileView::showDetails);
}

void ProfileView::setSource(const ConnectorSpec& source)
{
    m_source = source;
    if (isVisible())
        load();
}

void ProfileView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    load();
}

void ProfileView::reload()
{
    m_shown.reset();
    if (isVisible())
        load();
}

void ProfileView::load()
{
    if (m_shown == m_source || m_source.type.empty())
        return;
    m_shown = m_source;
    setRole(m_note, "muted");
    m_note->setText(tr("Looking at up to %1 rows…").arg(countText(kLimits.rows)));
    m_task.start(
        [this, source = m_source](std::stop_token stop) { return profile(m_registry, source, {}, kLimits, stop); },
        [this](Result<Profile> found) { showProfile(found); });
}

void ProfileView::showProfile(const Result<Profile>& found)
{
    m_parts->setVisible(found.has_value());
    if (!found) {
        m_model->setRows({});
        m_note->setText(QString::fromStdString(found.error().message));
        setRole(m_note, "error");
        return;
    }
    m_rows = found->rows;
    const QString rows = countText(found->rows);
    m_note->setText(found->rows == 0   ? tr("There are no rows.")
                    : !found->complete ? tr("Over the first %1 rows.").arg(rows)
                    : found->rows == 1 ? tr("Over the only row.")
                                       : tr("Over all %1 rows.").arg(rows));
    m_model->setRows(found->columns);
    fitColumns(m_table, kWidestColumn);
    selectModelRow(m_table, 0);
}

void ProfileView::showDetails(const QModelIndex& index)
{
    const int row = modelRow(index);
    m_details->setVisible(row >= 0);
    if (row >= 0)
        m_details->showColumn(m_model->rows()[static_cast<std::size_t>(row)], m_rows);
}

} // namespace headrace
