// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/pages/preview_page.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/bad_record_table.h"
#include "widgets/forms/decision_bar.h"
#include "widgets/forms/filter_bar.h"
#include "widgets/forms/rows_view.h"
#include "widgets/forms/seek_bar.h"
#include "widgets/forms/view_parts.h"
#include "widgets/models/rows_model.h"
#include "widgets/pages/profile_view.h"
#include "widgets/pages/raw_view.h"
#include "widgets/pages/stream_view.h"
#include "widgets/quantity_text.h"
#include "widgets/shell/stage_facts.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace headrace {
namespace {

constexpr int kRawTab = 2;
constexpr int kRejectedTab = 3;
constexpr int kStreamTab = 4;

QStringList columnsOf(const arrow::Schema& schema)
{
    QStringList columns;
    for (const auto& field : schema.fields())
        columns << QString::fromStdString(field->name());
    return columns;
}

} // namespace

PreviewPage::PreviewPage(PipelineDocument& document, const QString& stateFolder, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_loader(document.registry())
    , m_tail(document.registry())
{
    createParts(stateFolder);
    connectParts();
}

void PreviewPage::createParts(const QString& stateFolder)
{
    QFrame* panel = createPanel(this);
    m_title = createLabel(tr("First rows"), "title", panel);
    m_reload = createButton(tr("Read again"), "", panel);
    m_reload->setObjectName(QStringLiteral("reload"));
    m_decisions = new DecisionBar(m_document, panel);
    m_decisions->hide();
    m_seek = new SeekBar(panel);
    m_seek->hide();
    m_filter = new FilterBar(panel);
    m_filter->hide();
    m_tabs = new QTabWidget(panel); // before what it holds, for the Tab key
    m_rows = new RowsView(panel);
    m_profile = new ProfileView(m_document.registry(), panel);
    m_raw = new RawView(panel);
    m_stream = new StreamView(m_document.registry(), stateFolder, panel);
    m_rejected = new BadRecordTable(tr("Records that could not become rows"), panel);
    m_rejected->showNote(tr("None of these rows was rejected."));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_rows, tr("Rows"));
    m_tabs->addTab(m_profile, tr("Profile"));
    m_tabs->addTab(m_raw, tr("Raw"));
    m_tabs->addTab(m_rejected, tr("Rejected"));
    m_tabs->addTab(m_stream, tr("Partitions"));
    m_tabs->setTabVisible(kStreamTab, false);

    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_reload);
    auto* inner = new QVBoxLayout(panel);
    inner->setContentsMargins(16, 10, 16, 12);
    inner->setSpacing(8);
    inner->addLayout(head);
    inner->addWidget(m_seek);
    inner->addWidget(m_filter);
    inner->addWidget(m_decisions);
    inner->addWidget(m_tabs, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(panel);
}

void PreviewPage::connectParts()
{
    connect(m_reload, &QPushButton::clicked, this, &PreviewPage::reload);
    connect(&m_loader, &PreviewLoader::loaded, this, &PreviewPage::showLoaded);
    connect(&m_loader, &PreviewLoader::failed, this, &PreviewPage::showFailed);
    connect(&m_tail, &LiveTail::grew, this, &PreviewPage::showTail);
    connect(&m_tail, &LiveTail::ended, this, &PreviewPage::showTailEnded);
    connect(m_seek, &SeekBar::changed, this, &PreviewPage::request);
    connect(m_filter, &FilterBar::changed, this, &PreviewPage::request);
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

void PreviewPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    stopTail();
}

void PreviewPage::stopTail()
{
    m_tail.stop();
    m_followed = {};
    m_reload->setText(tr("Read again"));
}

void PreviewPage::reload()
{
    if (m_tail.isRunning()) {
        m_tail.stop();
        m_reload->setText(tr("Read again"));
        m_title->setText(tr("Stopped. %1").arg(m_title->text()));
        return;
    }
    m_followed = {};
    if (m_seek->isLive())
        request();
    else
        m_loader.reload();
    m_profile->reload();
    m_raw->reload();
    m_stream->reload();
}

void PreviewPage::request()
{
    if (m_document.isEmpty()) {
        showNothing();
        return;
    }
    const ConnectorSpec& source = m_document.pipeline().source;
    const auto type = m_document.registry().source(source.type);
    m_seek->setSource(source, type ? *type : nullptr);
    m_filter->setSource(source, type ? *type : nullptr);
    const ConnectorSpec looked = m_filter->applied(m_seek->applied(source));
    m_tabs->setTabVisible(kStreamTab, StreamView::knows(source.type));
    m_tabs->setTabVisible(kRawTab, type && !(*type)->fileEndings.empty());
    m_profile->setSource(m_filter->applied(m_seek->isLive() ? source : looked));
    m_raw->setSource(source);
    m_stream->setPipeline(m_document.pipeline());
    if (m_seek->isLive()) {
        follow(looked, m_filter->sql());
        return;
    }
    stopTail();
    m_loader.request(looked, m_filter->sql());
    if (m_loader.isLoading() && !m_loader.result())
        m_rows->showSentence(tr("Reading the first rows…"), "muted");
}

void PreviewPage::showNothing()
{
    stopTail();
    m_loader.clear();
    m_title->setText(tr("First rows"));
    m_seek->hide();
    m_filter->hide();
    m_decisions->setDecisions({});
    m_rejected->setRecords({});
    m_rows->showSentence(tr("There is no source yet. Choose one on the Connect page, or drop a file on the window."),
                         "muted");
}

void PreviewPage::follow(const ConnectorSpec& source, const std::string& filterSql)
{
    if (m_followed == std::pair(source, filterSql) && m_tail.isRunning())
        return;
    m_followed = {source, filterSql};
    m_loader.clear();
    m_decisions->setDecisions({});
    showRejected({});
    m_title->setText(tr("Live: %1").arg(objectOf(source)));
    m_rows->showSentence(tr("Waiting for what comes…"), "muted");
    m_reload->setText(tr("Stop"));
    m_tail.start(source, filterSql);
}

void PreviewPage::showTail()
{
    const LiveTail::Look& look = m_tail.look();
    const QString object = objectOf(m_followed.first);
    const QString came = countText(look.looked);
    m_title->setText(m_followed.second.empty()
                         ? tr("Live: %1 rows of %2").arg(came, object)
                         : tr("Live: %1 of %2 rows of %3 fit").arg(countText(look.shown), came, object));
    m_filter->setColumns(columnsOf(*look.rows->schema()));
    if (look.rows->num_rows() > 0)
        m_rows->followRows(look.rows);
    showRejected(look.rejected);
}

void PreviewPage::showTailEnded(const QString& sentence, const QString& detail)
{
    m_reload->setText(tr("Read again"));
    if (!sentence.isEmpty())
        showFailed(sentence, detail);
}

QString PreviewPage::foundText(const PreviewResult& result) const
{
    const QString object = objectOf(m_document.pipeline().source);
    const QString name = object.isEmpty() ? tr("the source") : object;
    const QString rows = countText(result.rows->num_rows());
    const QString columns = result.schema->num_fields() == 1
                                ? tr("1 column")
                                : tr("%1 columns").arg(countText(result.schema->num_fields()));
    if (!m_filter->sql().empty())
        return tr("%1 of %2 rows of %3 that were looked at · %4").arg(rows, countText(result.looked), name, columns);
    if (result.rows->num_rows() == 0)
        return result.complete ? tr("%1 holds no rows · %2").arg(name, columns)
                               : tr("No rows of %1 yet · %2").arg(name, columns);
    if (result.rows->num_rows() == 1)
        return result.complete ? tr("The only row of %1 · %2").arg(name, columns)
                               : tr("First row of %1 · %2").arg(name, columns);
    return result.complete ? tr("All %1 rows of %2 · %3").arg(rows, name, columns)
                           : tr("First %1 rows of %2 · %3").arg(rows, name, columns);
}

QString PreviewPage::emptyText(const PreviewResult& result) const
{
    if (!m_filter->sql().empty())
        return tr("None of the %1 rows that were looked at fits.").arg(countText(result.looked));
    if (result.complete) {
        QStringList columns;
        for (const auto& field : result.schema->fields())
            columns << QStringLiteral("%1 (%2)").arg(QString::fromStdString(field->name()), typeText(*field->type()));
        return tr("The source holds no rows. Its columns: %1.").arg(columns.join(QStringLiteral(", ")));
    }
    return tr("No rows arrived within %1. Read again, or check what the source is waiting for.")
        .arg(durationText(m_loader.limits().time));
}

void PreviewPage::showLoaded()
{
    const PreviewResult& result = *m_loader.result();
    m_title->setText(foundText(result));
    m_decisions->setDecisions(result.decisions);
    m_filter->setColumns(columnsOf(*result.schema));
    if (result.rows->num_rows() > 0)
        m_rows->showRows(result.rows);
    else
        m_rows->showSentence(emptyText(result), "muted");
    showRejected(result.rejected);
}

void PreviewPage::showRejected(const std::vector<BadRecord>& rejected)
{
    if (rejected.empty() && m_rejected->model().rows().empty())
        return;
    m_rejected->showNote(rejected.empty()
                             ? tr("None of these rows was rejected.")
                             : tr("These records could not become rows. A run sets them aside in the quarantine."));
    m_tabs->setTabText(kRejectedTab,
                       rejected.empty()
                           ? tr("Rejected")
                           : tr("Rejected (%1)").arg(countText(static_cast<std::int64_t>(rejected.size()))));
    m_rejected->setRecords(rejected);
}

void PreviewPage::showFailed(const QString& sentence, const QString& detail)
{
    m_title->setText(tr("First rows"));
    m_decisions->setDecisions({});
    showRejected({});
    m_rows->showSentence(sentence, "error", detail);
}

QString PreviewPage::title() const
{
    return m_title->text();
}

} // namespace headrace
