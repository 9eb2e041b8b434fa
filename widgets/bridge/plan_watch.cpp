// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/plan_watch.h"

#include "connectors/core/connection.h"
#include "connectors/pipeline/late_rows.h"
#include "widgets/bridge/pipeline_document.h"

namespace headrace {

PlanWatch::PlanWatch(const PipelineDocument& document, const RunController& run, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_run(run)
{
    connect(&document, &PipelineDocument::changed, this, [this] {
        if (m_document.pipeline().name + m_document.pipeline().sourceFingerprint() != m_fingerprint)
            look();
    });
    connect(&run, &RunController::started, this, [this] {
        m_pulls = 0;
        m_facts.rowsAPull.reset();
    });
    connect(&run, &RunController::sampled, this, &PlanWatch::follow);
    connect(&run, &RunController::finished, this, &PlanWatch::look);
    look();
}

QString PlanWatch::text() const
{
    return planText(m_document.pipeline(), m_document.registry(), m_facts, QDateTime::currentDateTime());
}

void PlanWatch::look()
{
    const Pipeline& pipeline = m_document.pipeline();
    m_fingerprint = pipeline.name + pipeline.sourceFingerprint();
    m_facts.hasPosition = false;
    m_facts.after.clear();
    m_facts.lateRows.clear();
    if (pipeline.name.empty() || pipeline.source.type.empty()) {
        m_task.cancel();
        return;
    }
    m_task.start(
        [folder = m_run.stateFolder().toStdString(), name = pipeline.name, fingerprint = pipeline.sourceFingerprint()](
            const std::stop_token&) { return peekCheckpoint(folder, name, fingerprint); },
        [this](const Result<std::optional<Checkpoint>>& found) {
            if (found && *found)
                setPosition((*found)->committed.end);
            Q_EMIT changed();
        });
}

void PlanWatch::setPosition(const Position& position)
{
    m_facts.hasPosition = true;
    m_facts.lateRows = lateRows(m_document.pipeline(), position);
    const ConnectionType* type = connectionType(m_document.pipeline().source.type);
    m_facts.after = type && type->cursorAt ? type->cursorAt(position) : std::string();
}

void PlanWatch::follow()
{
    const RunState state = m_run.latest().state;
    if (state == RunState::Waiting && m_state != RunState::Waiting) {
        ++m_pulls;
        m_facts.rowsAPull = static_cast<double>(m_run.latest().rowsRead) / static_cast<double>(m_pulls);
        if (const auto& batches = m_run.history().batches(); !batches.empty())
            setPosition(batches.back().end);
        Q_EMIT changed();
    }
    m_state = state;
}

} // namespace headrace
