// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/run_page.h"

#include "connectors/pipeline/pull_kind.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/quarantine_reader.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/charts/lane_chart.h"
#include "widgets/forms/bad_record_table.h"
#include "widgets/forms/flow_layout.h"
#include "widgets/forms/table_parts.h"
#include "widgets/forms/view_parts.h"
#include "widgets/pages/batch_details.h"
#include "widgets/pages/partitions_view.h"
#include "widgets/quantity_text.h"
#include "widgets/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QScrollBar>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr std::size_t kLogLines = 2'000;
constexpr int kLogLinesFitted = 100;
constexpr int kFigure = 90;
constexpr int kLatency = 200; // three numbers
constexpr int kLogGap = 8;
constexpr int kLogPadding = 20;
constexpr int kLevelColumn = 1; // as createLogModel() has it
constexpr int kMessageColumn = 2;
constexpr std::size_t kQuarantineShown = 1'000;
constexpr std::size_t kBatchesShown = 1'000;
constexpr int kBatchSamples = 6; // about twice a second

AxisUnit shareUnit(double)
{
    return {100, RunPage::tr("% full")};
}

/// A run that is on its way while a server does not answer.
bool isHeldUp(const MetricsSnapshot& latest)
{
    return latest.outage && latest.state != RunState::Failed && latest.state != RunState::Stopped &&
           latest.state != RunState::Finished;
}

QString stateText(const MetricsSnapshot& latest, const Pipeline& pipeline, bool endless)
{
    if (isHeldUp(latest))
        return QString::fromStdString(latest.outage->sentence);
    switch (latest.state) {
    case RunState::Idle:
    case RunState::Starting:
        return RunPage::tr("Starting…");
    case RunState::Running:
        return endless ? RunPage::tr("Running: it reads what is there and what arrives, until it is stopped.")
                       : RunPage::tr("Running, %1.").arg(QString::fromStdString(pipeline.trigger.describe()));
    case RunState::Waiting:
        return RunPage::tr("Waiting for the next start, %1.").arg(QString::fromStdString(pipeline.trigger.describe()));
    case RunState::Draining:
        return RunPage::tr("Draining: what was read is being delivered.");
    case RunState::Finished:
        return RunPage::tr("Finished. Every row was delivered or is in quarantine.");
    case RunState::Stopped:
        return RunPage::tr("Stopped. The next run continues behind the last delivered row.");
    case RunState::Failed:
        return RunPage::tr("Failed. The log says why; the next run continues behind the last delivered row.");
    }
    return {};
}

QTableView* createTable(QAbstractItemModel* model, const QString& name, QWidget* parent)
{
    auto* table = new QTableView(parent);
    setUpTable(table);
    table->setModel(model);
    table->setAccessibleName(name);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

LaneChart* createPercentiles(const QString& title, QWidget* parent)
{
    auto* lane = new LaneChart(title, secondsUnit, parent);
    lane->addPercentiles();
    return lane;
}

} // namespace

RunPage::RunPage(const PipelineDocument& document, const RunController& run, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_run(run)
    , m_log(createLogModel(this))
    , m_batches(createBatchModel(this))
{
    auto* below = new QSplitter(Qt::Horizontal, this);
    below->setChildrenCollapsible(false);
    below->setHandleWidth(12);
    below->addWidget(createCharts());
    below->addWidget(createTables());
    below->setStretchFactor(0, 1);
    below->setStretchFactor(1, 2);
    below->setSizes({1000, 2000}); // shares of the width, whatever the parts ask for
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(12);
    layout->addWidget(createFigures());
    layout->addWidget(below, 1);
    connectParts();
    showCharts();
    showLatency();
    showRun();
}

const BadRecordModel& RunPage::quarantine() const
{
    return m_quarantine->model();
}

bool RunPage::showsLatency() const
{
    return !m_latency->isHidden();
}

QWidget* RunPage::createFigures()
{
    QFrame* panel = createPanel(this);
    const std::array<QString, FigureCount> names{
        tr("Rows delivered"), tr("Throughput"), tr("Latency p50 · p95 · p99"), tr("Bytes delivered"), tr("Batches"),
        tr("Quarantined"),    tr("Time")};
    auto* row = new FlowLayout(nullptr, 20);
    for (std::size_t index = 0; index < names.size(); ++index) {
        auto* place = new QWidget(panel);
        auto* column = new QVBoxLayout(place);
        column->setContentsMargins({});
        column->setSpacing(1);
        column->addWidget(createLabel(names.at(index), "muted", place));
        QLabel* figure = createLabel(QStringLiteral("–"), "figure", place);
        figure->setFont(scaledFont(font(), 1.35, QFont::DemiBold));
        figure->setAccessibleName(names.at(index));
        column->addWidget(figure);
        place->setMinimumWidth(inFont(*this, index == Latency ? kLatency : kFigure)); // so that nothing jumps
        row->addWidget(place);
        m_figures.at(index) = figure;
    }
    m_progress = new QProgressBar(panel);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the source"));
    m_state = createSentence({}, "muted", panel);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(9);
    layout->addLayout(row);
    layout->addWidget(m_progress);
    layout->addWidget(m_state);
    return panel;
}

QWidget* RunPage::createCharts()
{
    QFrame* panel = createPanel(this);
    m_rate = new LaneChart(tr("Throughput"), rateUnit, panel);
    m_rate->addLine({{}, [](const QPalette& palette) { return themeColors(palette).accent; }, 1.8});
    m_latency = createPercentiles(tr("End to end"), panel);
    m_wait = createPercentiles(tr("Wait"), panel);
    m_queue = new LaneChart(tr("Queue"), shareUnit, panel);
    m_queue->addLine({{}, [](const QPalette& palette) { return themeColors(palette).good; }, 1.6});
    m_queue->setMaximum(1);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 10, 12, 10);
    layout->setSpacing(8);
    m_window = createLabel({}, "title", panel);
    layout->addWidget(m_window);
    layout->addWidget(createRule(panel));
    for (LaneChart* lane : {m_rate, m_latency, m_wait, m_queue})
        layout->addWidget(lane, 1);
    return panel;
}

QWidget* RunPage::createTables()
{
    QFrame* panel = createPanel(this);
    m_tabs = new QTabWidget(panel); // before what it holds, for the Tab key
    m_logView = createTable(m_log, tr("Log"), panel);
    const QFontMetrics metrics(m_logView->font());
    m_logView->setColumnWidth(0, metrics.horizontalAdvance(QStringLiteral("00:00:00")) + kLogPadding);
    m_logView->setColumnWidth(kLevelColumn, metrics.horizontalAdvance(tr("Warning")) + kLogPadding);
    m_logView->hideColumn(kLevelColumn); // until there is a word in it
    m_logView->setWordWrap(true);        // an error is read to its end
    setEmptyNote(m_logView, tr("What happens during a run is listed here."));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_logView, tr("Log"));
    m_tabs->addTab(createBatches(panel), tr("Batches"));
    m_partitionsView = new PartitionsView(panel);
    m_tabs->addTab(m_partitionsView, tr("Partitions"));
    m_tabs->setTabVisible(m_tabs->indexOf(m_partitionsView), false);
    m_quarantine = new BadRecordTable(tr("Quarantine"), panel);
    m_tabs->addTab(m_quarantine, tr("Quarantine"));
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->addWidget(m_tabs);
    return panel;
}

QWidget* RunPage::createBatches(QWidget* parent)
{
    auto* batches = new QWidget(parent);
    m_batchView = createTable(m_batches, tr("Batches, the newest first"), batches);
    showSorted(m_batchView, m_batches, BatchModel::kKeyRole);
    m_batchView->horizontalHeader()->setStretchLastSection(false); // its number stays beside the others
    m_batchView->setSelectionMode(QAbstractItemView::SingleSelection);
    setEmptyNote(m_batchView, tr("Each batch is listed when it has closed: why, with how many rows, and how long they "
                                 "waited."));
    m_batchDetails = new BatchDetails(batches);
    m_batchDetails->hide();
    auto* layout = new QVBoxLayout(batches);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_batchView, 1);
    layout->addWidget(m_batchDetails);
    return batches;
}

void RunPage::connectParts()
{
    connect(m_batchView->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!current.isValid())
                    return;
                m_batchDetails->showBatch(m_batches->rows()[static_cast<std::size_t>(modelRow(current))]);
                m_batchDetails->show();
            });
    connect(m_batchDetails, &BatchDetails::closed, m_batchDetails, &QWidget::hide);
    connect(m_batchDetails, &BatchDetails::stepped, this, [this](int by) {
        selectModelRow(m_batchView, modelRow(m_batchView->currentIndex()) - by); // the newest stands first
    });
    connect(&m_run, &RunController::logged, this, &RunPage::addLog);
    connect(&m_run, &RunController::started, this, [this] {
        m_batches->setRows({});
        m_lastBatch = 0;
        m_partitions.clear();
        m_batchDetails->hide();
        showRun();
    });
    connect(&m_run, &RunController::sampled, this, [this] {
        ++m_sample;
        showRun();
    });
    connect(&m_run, &RunController::finished, this, [this] { loadQuarantine(); });
    connect(m_logView->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column) {
        if (column == kMessageColumn)
            fitLog();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        loadQuarantine();
        showBatches();
        showPartitions();
    });
}

void RunPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fitLog(); // the width is known only now
    showRun();
    loadQuarantine();
}

void RunPage::addLog(LogLevel level, const QString& text)
{
    const QScrollBar* bar = m_logView->verticalScrollBar();
    const bool isAtEnd = bar->value() == bar->maximum();
    m_log->append({QDateTime::currentDateTime(), level, text}, kLogLines);
    if (level != LogLevel::Info)
        m_logView->showColumn(kLevelColumn);
    fitLogLine(m_log->rowCount() - 1);
    if (isVisible() && isAtEnd) // who reads further up is left there
        m_logView->scrollToBottom();
}

void RunPage::fitLog()
{
    for (int row = std::max(0, m_log->rowCount() - kLogLinesFitted); row < m_log->rowCount(); ++row)
        fitLogLine(row);
}

/// A line is read to its end: the table itself would forget the cell's padding.
void RunPage::fitLogLine(int row)
{
    const QRect room(0, 0, std::max(1, m_logView->columnWidth(kMessageColumn) - kLogPadding), 100'000);
    const QString text = m_log->rows()[static_cast<std::size_t>(row)].text;
    const int height = m_logView->fontMetrics().boundingRect(room, Qt::TextWordWrap, text).height();
    m_logView->setRowHeight(row, std::max(height + kLogGap, m_logView->verticalHeader()->defaultSectionSize()));
}

void RunPage::showRun()
{
    if (!isVisible())
        return;
    const MetricsSnapshot& latest = m_run.latest();
    if (!m_run.pipeline()) {
        m_state->setText(tr("This pipeline has not run yet in this window. Press “Run here” to start it."));
        m_progress->setRange(0, 1);
        m_progress->setValue(0);
        return;
    }
    const RunFigures figures = m_run.history().figures();
    m_figures[Rows]->setText(countText(latest.rowsCommitted));
    const double seconds = std::max(1e-3, std::chrono::duration<double>(m_run.elapsed()).count());
    const double rate =
        m_run.isRunning() ? figures.rowsShapedPerSecond : static_cast<double>(latest.rowsCommitted) / seconds;
    m_figures[Rate]->setText(tr("%1 rows/s").arg(compactText(rate)));
    m_figures[Bytes]->setText(bytesText(static_cast<double>(latest.bytesCommitted)));
    m_figures[Batches]->setText(countText(latest.batches));
    m_figures[Quarantined]->setText(countText(latest.quarantined));
    m_figures[Elapsed]->setText(m_run.isRunning() ? elapsedText(m_run.elapsed()) : durationText(m_run.elapsed()));
    setRole(m_figures[Quarantined], latest.quarantined > 0 ? "warning" : "figure");
    m_state->setText(stateText(latest, *m_run.pipeline(), isEndless(m_run.pipeline()->source, m_document.registry())));
    setRole(m_state, latest.state == RunState::Failed ? "error" : isHeldUp(latest) ? "warning" : "muted");
    showProgress();
    showCharts();
    // A table that moves faster than this cannot be read.
    if (!m_run.isRunning() || m_sample % kBatchSamples == 0) {
        showBatches();
        showPartitions();
        showLatency();
    }
}

/// Of the last seconds while rows flow, of the whole run when it has ended.
void RunPage::showLatency()
{
    const MetricsSnapshot& latest = m_run.latest();
    m_figures[Latency]->parentWidget()->setVisible(m_run.history().isDated());
    const LatencyFigures& figures = m_run.isRunning() ? latest.recentLatency : latest.latency;
    const QStringList texts{durationText(figures.p50), durationText(figures.p95), durationText(figures.p99)};
    m_figures[Latency]->setText(figures.rows > 0 ? texts.join(QStringLiteral(" · ")) : QStringLiteral("–"));
}

void RunPage::showPartitions()
{
    m_partitions.look(m_run.latest(), std::chrono::system_clock::now());
    const auto& partitions = m_run.latest().source.partitions;
    m_tabs->setTabVisible(m_tabs->indexOf(m_partitionsView), partitions && !partitions->empty());
    if (m_partitionsView->isVisible())
        m_partitionsView->showPartitions(m_partitions);
}

void RunPage::showProgress()
{
    static constexpr int kSteps = 1000;
    const SourceProgress& source = m_run.latest().source;
    double share = -1;
    if (source.bytesTotal && *source.bytesTotal > 0)
        share = static_cast<double>(source.bytesRead) / static_cast<double>(*source.bytesTotal);
    else if (source.rowsTotal && *source.rowsTotal > 0)
        share = static_cast<double>(m_run.latest().rowsRead) / static_cast<double>(*source.rowsTotal);
    if (m_run.latest().state == RunState::Finished)
        share = 1;
    const bool isUnknown = share < 0;
    const bool isBusy = m_run.isRunning() && m_run.latest().state != RunState::Waiting;
    m_progress->setRange(0, isUnknown && isBusy ? 0 : kSteps);
    m_progress->setValue(isUnknown ? 0 : static_cast<int>(std::min(1.0, share) * kSteps));
}

void RunPage::showCharts()
{
    const RunHistory& history = m_run.history();
    const double seconds = fittingSeconds(history.now()); // a run of seconds would be a stroke in a chart of minutes
    m_window->setText(
        tr("Last %1").arg(durationText(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)))));
    for (LaneChart* lane : {m_rate, m_latency, m_wait, m_queue})
        lane->setWindowSeconds(seconds);
    const TimeWindow window{history.now() - seconds, history.now()};
    const int pixels = m_rate->plotWidth() / 2;
    m_rate->setPoints(0, rateLine(history, window, pixels, &RunSlot::rowsShaped));
    m_rate->fitValues();
    m_latency->setVisible(history.isDated());
    m_latency->setPoints(LaneChart::P50, latencyLine(history, window, pixels, &RunSlot::latencyP50));
    m_latency->setPoints(LaneChart::P95, latencyLine(history, window, pixels, &RunSlot::latencyP95));
    m_latency->setPoints(LaneChart::P99, latencyLine(history, window, pixels, &RunSlot::latencyP99));
    m_latency->fitValues();
    m_wait->setPoints(LaneChart::P50, waitLine(history, window, pixels, &RunSlot::waitP50));
    m_wait->setPoints(LaneChart::P95, waitLine(history, window, pixels, &RunSlot::waitP95));
    m_wait->setPoints(LaneChart::P99, waitLine(history, window, pixels, &RunSlot::waitP99));
    m_wait->fitValues();
    m_queue->setPoints(0, queueLine(history, window, pixels));
}

void RunPage::showBatches()
{
    if (!m_batchView->isVisible())
        return;
    std::vector<BatchRecord> news;
    const auto& batches = m_run.history().batches();
    for (auto record = batches.rbegin(); record != batches.rend() && record->batch.sequence > m_lastBatch; ++record) {
        if (news.size() == kBatchesShown)
            break;
        news.push_back(*record);
    }
    if (news.empty())
        return;
    const bool isFirst = m_lastBatch == 0;
    m_lastBatch = news.front().batch.sequence;
    m_batches->prepend(std::move(news), kBatchesShown);
    if (isFirst)
        fitColumns(m_batchView);
}

void RunPage::loadQuarantine()
{
    const std::string pipeline = m_document.pipeline().name;
    const QString empty =
        tr("No record was quarantined. Records that cannot become rows would be listed here with their line, "
           "byte and reason.");
    if (pipeline.empty()) {
        m_quarantine->setRecords({});
        m_quarantine->showNote(empty);
        return;
    }
    m_reader.start([folder = m_run.stateFolder().toStdString(),
                    pipeline](const std::stop_token&) { return readQuarantine(folder, pipeline, kQuarantineShown); },
                   [this, empty](Result<std::vector<BadRecord>> records) {
                       if (!records) {
                           m_quarantine->showNote(QString::fromStdString(records.error().message), "error");
                           return;
                       }
                       const auto count = static_cast<std::int64_t>(records->size());
                       m_quarantine->showNote(
                           count == 0 ? empty : tr("The newest %1 records, over all runs.").arg(countText(count)));
                       m_quarantine->setRecords(*std::move(records));
                   });
}

} // namespace headrace
