// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/run_bar.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/plan_watch.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/forms/elided_label.h"
#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"
#include "widgets/shell/stage_facts.h"
#include "widgets/theme.h"
#include "widgets/themed_icon.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headrace {
namespace {

QString stateName(RunState state)
{
    switch (state) {
    case RunState::Idle:
    case RunState::Starting:
        return RunBar::tr("Starting");
    case RunState::Running:
        return RunBar::tr("Running");
    case RunState::Waiting:
        return RunBar::tr("Waiting");
    case RunState::Draining:
        return RunBar::tr("Draining");
    case RunState::Finished:
        return RunBar::tr("Finished");
    case RunState::Stopped:
        return RunBar::tr("Stopped");
    case RunState::Failed:
        return RunBar::tr("Failed");
    }
    return {};
}

} // namespace

RunBar::RunBar(const PipelineDocument& document, const RunController& run, QWidget* parent)
    : QFrame(parent)
    , m_document(document)
    , m_run(run)
    , m_plan(new PlanWatch(document, run, this))
{
    createParts();
    const auto restart = [this] {
        showError({});
        refresh();
    };
    connect(&document, &PipelineDocument::changed, this, restart);
    connect(m_plan, &PlanWatch::changed, this, &RunBar::refresh);
    connect(&run, &RunController::started, this, restart);
    connect(&run, &RunController::sampled, this, &RunBar::refresh);
    connect(&run, &RunController::finished, this, [this](const RunReport& report) {
        refresh();
        if (report.error)
            showError(QString::fromStdString(report.error->message));
    });
    refresh();
}

void RunBar::createParts()
{
    setObjectName(QStringLiteral("toolbar"));
    m_start = createButton(tr("Run here"), "primary", this);
    m_drain = createButton(tr("Drain"), "", this);
    m_abort = createButton(tr("Abort"), "", this);
    m_export = createButton(tr("Export to production…"), "", this);
    m_drain->setToolTip(tr("Stops reading and delivers everything that was read."));
    m_abort->setToolTip(tr("Stops at once and drops what is not committed; the next run reads it again."));
    m_status = new ElidedLabel("muted", this);
    m_status->setAccessibleName(tr("State of the run"));
    m_error = createSentence({}, "error", this);
    m_error->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    for (QPushButton* button : {m_start, m_drain, m_abort})
        row->addWidget(button);
    row->addSpacing(8);
    row->addWidget(m_status, 1);
    row->addWidget(m_export);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    layout->addLayout(row);
    layout->addWidget(m_error);
    connect(m_start, &QPushButton::clicked, this, &RunBar::runRequested);
    connect(m_drain, &QPushButton::clicked, this, &RunBar::drainRequested);
    connect(m_abort, &QPushButton::clicked, this, &RunBar::abortRequested);
    connect(m_export, &QPushButton::clicked, this, &RunBar::exportRequested);
    showIcon();
}

void RunBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showIcon();
}

void RunBar::showIcon()
{
    const ThemeColors& colors = themeColors(palette());
    if (m_start)
        m_start->setIcon(themedIcon(QStringLiteral("play"), m_start->isEnabled() ? colors.onAccent : colors.mutedText));
}

QString RunBar::status() const
{
    return m_status->text();
}

bool RunBar::canRun() const
{
    return m_start->isEnabled();
}

void RunBar::showError(const QString& sentence)
{
    m_error->setText(sentence);
    m_error->setVisible(!sentence.isEmpty());
}

QString RunBar::error() const
{
    return m_error->text();
}

void RunBar::showStatus(const QString& text)
{
    m_status->setText(text);
}

QString RunBar::runText() const
{
    const MetricsSnapshot& latest = m_run.latest();
    const QString time =
        m_run.isRunning() ? elapsedText(m_run.elapsed()) : tr("after %1").arg(durationText(m_run.elapsed()));
    const QString state = QStringLiteral("%1 %2").arg(stateName(latest.state), time);
    QStringList parts{state, promiseText(*m_run.pipeline(), m_document.registry()),
                      tr("%1 quarantined").arg(countText(latest.quarantined))};
    if (latest.state == RunState::Waiting)
        parts << m_plan->text();
    return parts.join(QStringLiteral(" · "));
}

void RunBar::refresh()
{
    const bool running = m_run.isRunning();
    const Status valid = m_document.isEmpty() ? Status{} : m_document.pipeline().check(m_document.registry());
    const bool couldRun = !running && !m_document.isEmpty() && valid.has_value();
    // The keyboard's focus goes on from "Run here" to the next button that can be pressed, and back when a run ends.
    const bool isHere = m_drain->hasFocus() || m_abort->hasFocus();
    if (couldRun && !m_start->isEnabled()) {
        m_start->setEnabled(true);
        showIcon();
        if (isHere)
            m_start->setFocus();
    }
    m_drain->setEnabled(running);
    m_abort->setEnabled(running);
    if (!couldRun && m_start->isEnabled()) {
        m_start->setEnabled(false);
        showIcon();
    }
    m_export->setEnabled(!m_document.isEmpty());
    if (!valid)
        showError(QString::fromStdString(valid.error().message));
    if (running || (m_run.pipeline() && m_run.pipeline()->name == m_document.pipeline().name))
        showStatus(runText());
    else if (m_document.isEmpty())
        showStatus(tr("Drop a file on the window, or choose a source."));
    else if (!valid)
        showStatus(tr("Not ready to run"));
    else
        showStatus(
            QStringLiteral("%1 · %2").arg(m_plan->text(), promiseText(m_document.pipeline(), m_document.registry())));
}

} // namespace headrace
