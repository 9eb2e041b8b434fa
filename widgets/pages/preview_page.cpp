// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/pages/preview_page.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/decision_bar.h"
#include "widgets/forms/rows_view.h"
#include "widgets/forms/seek_bar.h"
#include "widgets/forms/view_parts.h"
#include "widgets/pages/profile_view.h"
#include "widgets/pages/raw_view.h"
#include "widgets/quantity_text.h"
#include "widgets/shell/stage_facts.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace headrace {
namespace {

constexpr int kRejectedTab = 3;

} // namespace

PreviewPage::PreviewPage(PipelineDocument& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_loader(document.registry())
    , m_rejectedModel(createBadRecordModel(this))
{
    createParts();
    connectParts();
}

void PreviewPage::createParts()
{
    QFrame* panel = createPanel(this);
    m_title = createLabel(tr("First rows"), "title", panel);
    m_reload = createButton(tr("Read again"), "", panel);
    m_decisions = new DecisionBar(m_document, panel);
    m_decisions->hide();
    m_seek = new SeekBar(panel);
    m_seek->hide();
    m_rows = new RowsView(panel);
    m_profile = new ProfileView(m_document.registry(), panel);
    m_raw = new RawView(panel);
    QWidget* rejected = createRejected(panel);
    m_tabs = new QTabWidget(panel);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_rows, tr("Rows"));
    m_tabs->addTab(m_profile, tr("Profile"));
    m_tabs->addTab(m_raw, tr("Raw"));
    m_tabs->addTab(rejected, tr("Rejected"));

    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_reload);
    auto* inner = new QVBoxLayout(panel);
    inner->setContentsMargins(16, 10, 16, 12);
    inner->setSpacing(8);
    inner->addLayout(head);
    inner->addWidget(m_seek);
    inner->addWidget(m_decisions);
    inner->addWidget(m_tabs, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(panel);
}

QWidget* PreviewPage::createRejected(QWidget* parent)
{
    auto* rejected = new QWidget(parent);
    m_rejectedNote = createSentence(tr("None of these rows was rejected."), "muted", rejected);
    m_rejected = new QTableView(rejected);
    setUpTable(m_rejected);
    m_rejected->setModel(m_rejectedModel);
    m_rejected->verticalHeader()->hide();
    m_rejected->horizontalHeader()->setStretchLastSection(true);
    m_rejected->setAccessibleName(tr("Records that could not become rows"));
    auto* layout = new QVBoxLayout(rejected);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_rejectedNote);
    layout->addWidget(m_rejected, 1);
    return rejected;
}

void PreviewPage::connectParts()
{
    connect(m_reload, &QPushButton::clicked, &m_loader, &PreviewLoader::reload);
    connect(m_reload, &QPushButton::clicked, m_raw, &RawView::reload);
    connect(&m_loader, &PreviewLoader::loaded, this, &PreviewPage::showLoaded);
    connect(&m_loader, &PreviewLoader::failed, this, &PreviewPage::showFailed);
    connect(m_seek, &SeekBar::changed, this, &PreviewPage::request);
    connect(m_decisions, &DecisionBar::editRequested, this, &PreviewPage::optionRequested);
    connect(&m_document, &PipelineDocument::changed, this, [this] {
        if (isVisible())
            request();
    });
}

void PreviewPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    request();
}

void PreviewPage::request()
{
    if (m_document.isEmpty()) {
        m_loader.clear();
        m_title->setText(tr("First rows"));
        m_decisions->setDecisions({});
        m_rejectedModel->setRows({});
        m_rows->showSentence(
            tr("There is no source yet. Choose one on the Connect page, or drop a file on the window."), "muted");
        return;
    }
    const ConnectorSpec& source = m_document.pipeline().source;
    const auto type = m_document.registry().source(source.type);
    m_seek->setSource(source, type ? *type : nullptr);
    m_profile->setSource(m_seek->applied(source));
    m_raw->setSource(source);
    m_loader.request(m_seek->applied(source), {});
    if (m_loader.isLoading() && !m_loader.result())
        m_rows->showSentence(tr("Reading the first rows…"), "muted");
}

void PreviewPage::showLoaded()
{
    const PreviewResult& result = *m_loader.result();
    const QString object = objectOf(m_document.pipeline().source);
    const QString name = object.isEmpty() ? tr("the source") : object;
    const QString rows = countText(result.rows->num_rows());
    const QString columns = countText(result.schema->num_fields());
    m_title->setText(result.complete ? tr("All %1 rows of %2 · %3 columns").arg(rows, name, columns)
                                     : tr("First %1 rows of %2 · %3 columns").arg(rows, name, columns));
    m_decisions->setDecisions(result.decisions);
    if (result.rows->num_rows() > 0)
        m_rows->showRows(result.rows);
    else
        m_rows->showSentence(result.complete
                                 ? tr("The source holds no rows.")
                                 : tr("No rows arrived within %1. Read again, or check what the source is waiting for.")
                                       .arg(durationText(m_loader.limits().time)),
                             "muted");
    m_rejectedNote->setText(result.rejected.empty()
                                ? tr("None of these rows was rejected.")
                                : tr("These records could not become rows. A run sets them aside in the quarantine."));
    m_rejectedModel->setRows(result.rejected);
    m_rejected->resizeColumnsToContents();
    m_tabs->setTabText(kRejectedTab,
                       result.rejected.empty()
                           ? tr("Rejected")
                           : tr("Rejected (%1)").arg(countText(static_cast<std::int64_t>(result.rejected.size()))));
}

void PreviewPage::showFailed(const QString& sentence, const QString& detail)
{
    m_title->setText(tr("First rows"));
    m_decisions->setDecisions({});
    m_rejectedModel->setRows({});
    m_rows->showSentence(sentence, "error", detail);
}

} // namespace headrace
