// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/batch_page.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/charts/live_charts.h"
#include "widgets/charts/reason_legend.h"
#include "widgets/forms/continuum.h"
#include "widgets/forms/continuum_slider.h"
#include "widgets/forms/elided_label.h"
#include "widgets/forms/view_parts.h"
#include "widgets/pages/batch_details.h"
#include "widgets/pages/gates_panel.h"
#include "widgets/quantity_text.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace headrace {
namespace {

constexpr double kFitting = 0; ///< as long as the run, up to the last minutes
constexpr std::array kWindows{kFitting, 10.0, 30.0, 120.0, 600.0};

QString windowText(double seconds)
{
    if (seconds == kFitting)
        return BatchPage::tr("fit the run");
    return BatchPage::tr("last %1").arg(
        durationText(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9))));
}

} // namespace

BatchPage::BatchPage(PipelineDocument& document, const RunController& run, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_run(run)
    , m_slider(new ContinuumSlider(this))
    , m_summary(createLabel({}, "muted", this))
    , m_gates(new GatesPanel(document, this))
    , m_charts(new LiveCharts(this))
    , m_details(new BatchDetails(this))
{
    auto* below = new QHBoxLayout;
    below->setSpacing(12);
    below->addWidget(m_gates);
    below->addWidget(createCharts(), 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(12);
    layout->addWidget(createContinuum());
    layout->addLayout(below, 1);
    connectParts();
    showPolicy();
    showRun();
}

QWidget* BatchPage::createContinuum()
{
    QFrame* panel = createPanel(this);
    auto* head = new QHBoxLayout;
    head->addWidget(createLabel(tr("Where this pipeline sits"), "title", panel));
    head->addStretch();
    head->addWidget(m_summary);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 10, 16, 8);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addWidget(m_slider);
    return panel;
}

QWidget* BatchPage::createCharts()
{
    QFrame* panel = createPanel(this);
    auto* head = new QHBoxLayout;
    head->setSpacing(2);
    head->addWidget(createLabel(tr("Live"), "title", panel));
    head->addSpacing(10);
    auto* note = new ElidedLabel("muted", panel);
    note->setText(tr("Click a moment to see its batch."));
    head->addWidget(note, 1);
    auto* window = new QToolButton(panel);
    window->setText(windowText(kFitting) + QStringLiteral(" ▾"));
    window->setAccessibleName(tr("Time that the charts show"));
    window->setPopupMode(QToolButton::InstantPopup);
    window->setProperty("kind", QStringLiteral("quiet"));
    auto* menu = new QMenu(window);
    for (const double seconds : kWindows)
        menu->addAction(windowText(seconds), this, [this, window, seconds] {
            window->setText(windowText(seconds) + QStringLiteral(" ▾"));
            m_window = seconds;
            showCharts();
        });
    window->setMenu(menu);
    m_pause = new QToolButton(panel);
    m_pause->setText(tr("Pause"));
    m_pause->setToolTip(tr("Holds the charts still; the run goes on."));
    m_pause->setCheckable(true);
    m_pause->setProperty("kind", QStringLiteral("quiet"));
    auto* save = new QToolButton(panel);
    save->setText(tr("Save…"));
    save->setToolTip(tr("Saves the charts as a picture."));
    save->setProperty("kind", QStringLiteral("quiet"));
    connect(save, &QToolButton::clicked, this, &BatchPage::savePicture);
    for (QToolButton* button : {window, m_pause, save})
        head->addWidget(button);

    m_empty =
        createSentence(tr("Run the pipeline to see its throughput, the size of every batch, how long rows wait and why "
                          "each batch closed. The gates can be turned while it runs."),
                       "muted", panel);
    m_empty->setAlignment(Qt::AlignHCenter);

    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 8, 14, 12);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(createRule(panel));
    layout->addWidget(m_empty);
    layout->addWidget(m_charts, 1);
    layout->addWidget(new ReasonLegend(panel));
    layout->addWidget(m_details);
    m_details->hide();
    return panel;
}

void BatchPage::connectParts()
{
    connect(m_slider, &ContinuumSlider::moved, this, &BatchPage::movePolicy);
    connect(m_pause, &QToolButton::toggled, this, [this](bool paused) { m_charts->setPaused(paused); });
    connect(&m_document, &PipelineDocument::changed, this, &BatchPage::showPolicy);
    connect(m_charts, &LiveCharts::picked, this, &BatchPage::pickMoment);
    connect(m_charts, &LiveCharts::stepped, this, &BatchPage::stepBatch);
    connect(m_details, &BatchDetails::stepped, this, &BatchPage::stepBatch);
    connect(m_details, &BatchDetails::closed, this, &BatchPage::closeBatch);
    connect(&m_run, &RunController::started, this, [this] {
        closeBatch();
        showRun();
    });
    connect(&m_run, &RunController::sampled, this, &BatchPage::showRun);
}

void BatchPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showRun();
}

void BatchPage::showPolicy()
{
    m_slider->setPlace(continuum::placeOf(m_document.pipeline().batch));
    showRun();
}

void BatchPage::showRun()
{
    if (!isVisible())
        return;
    const RunFigures figures = m_run.history().figures();
    const bool hasBatches = figures.batchesPerSecond > 0;
    const QString name = continuum::nameOf(m_slider->place());
    if (hasBatches)
        m_summary->setText(
            tr("%1: a row waits %2 at the 95th percentile, %3 requests a second")
                .arg(name, durationText(std::chrono::nanoseconds(static_cast<std::int64_t>(figures.waitP95 * 1e9))),
                     compactText(figures.batchesPerSecond)));
    else
        m_summary->setText(tr("%1: %2").arg(name, QString::fromStdString(m_document.pipeline().batch.describe())));
    m_gates->showFigures(figures, hasBatches);
    m_empty->setVisible(m_run.history().isEmpty() && !m_run.isRunning());
    showCharts();
}

void BatchPage::showCharts()
{
    if (!m_pause->isChecked())
        m_charts->setWindowSeconds(m_window == kFitting ? fittingSeconds(m_run.history().now()) : m_window);
    m_charts->showHistory(m_run.history());
}

void BatchPage::movePolicy(double place, int gesture)
{
    Pipeline next = m_document.pipeline();
    next.batch = continuum::policyAt(place, next.batch);
    m_document.edit(tr("Move between batch and streaming"), std::move(next),
                    QStringLiteral("continuum-%1").arg(gesture));
}

void BatchPage::pickMoment(double at)
{
    if (!m_run.history().isEmpty())
        showBatch(m_run.history().batchAt(at));
}

void BatchPage::stepBatch(int by)
{
    const auto& batches = m_run.history().batches();
    if (batches.empty())
        return;
    const auto& shown = m_details->record();
    if (m_details->isHidden() || !shown)
        return showBatch(batches.size() - 1);
    const auto next = shown->batch.sequence + by - batches.front().batch.sequence;
    if (next >= 0 && next < static_cast<std::int64_t>(batches.size()))
        showBatch(static_cast<std::size_t>(next));
}

void BatchPage::showBatch(std::optional<std::size_t> index)
{
    if (index) {
        const BatchRecord& record = m_run.history().batches()[*index];
        m_details->showBatch(record);
        m_charts->setChosen(m_run.history().committedAt(record));
    } else {
        m_details->showSentence(m_run.history().batches().empty()
                                    ? tr("No batch has closed yet.")
                                    : tr("Only the last %1 batches are kept; this moment is before them.")
                                          .arg(countText(RunHistory::kBatches)));
        m_charts->setChosen(std::nullopt);
    }
    m_details->show();
}

void BatchPage::closeBatch()
{
    m_details->hide();
    m_charts->setChosen(std::nullopt);
}

void BatchPage::savePicture()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save the charts"), m_document.displayName() + QStringLiteral(".png"), tr("Pictures (*.png)"));
    if (!path.isEmpty() && !m_charts->grab().save(path))
        m_summary->setText(tr("The picture '%1' could not be written. Choose a folder you may write to.").arg(path));
}

} // namespace headrace
