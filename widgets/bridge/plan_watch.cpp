// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/plan_watch.h"

#include "widgets/bridge/pipeline_document.h"

#include <fmt/format.h>

namespace headrace {
namespace {

/// What a position belongs to.
std::string keyOf(const Pipeline& pipeline)
{
    return fmt::format("{}\n{}\n{}", pipeline.name, pipeline.sourceFingerprint(), pipeline.destinationPlace());
}

} // namespace

PlanWatch::PlanWatch(const PipelineDocument& document, const RunController& run, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_run(run)
{
    connect(&document, &PipelineDocument::changed, this, [this] {
        const Pipeline& pipeline = m_document.pipeline();
        if (keyOf(pipeline) != m_key)
            look();
        else if (m_foreseen && *m_foreseen != pipeline.trigger)
            lookAhead();
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
    return QString::fromStdString(
        planSentence(m_document.pipeline(), m_document.registry(), m_facts, std::chrono::system_clock::now()));
}

void PlanWatch::look()
{
    const Pipeline& pipeline = m_document.pipeline();
    m_key = keyOf(pipeline);
    m_facts = {.rowsAPull = m_facts.rowsAPull};
    m_position.reset();
    m_foreseen.reset();
    m_forecast.cancel();
    if (pipeline.name.empty() || pipeline.source.type.empty()) {
        m_task.cancel();
        return;
    }
    m_task.start(
        [folder = m_run.stateFolder().toStdString(), name = pipeline.name, fingerprint = pipeline.sourceFingerprint()](
            const std::stop_token&) { return peekCheckpoint(folder, name, fingerprint); },
        [this](const Result<std::optional<Checkpoint>>& found) {
            if (const auto position =
                    found ? resumePosition(m_document.pipeline(), m_document.registry(), *found) : std::nullopt)
                setPosition(*position);
            if (m_looksAhead)
                lookAhead();
            Q_EMIT changed();
        });
}

void PlanWatch::lookAhead()
{
    const Pipeline& pipeline = m_document.pipeline();
    m_looksAhead = m_task.isRunning(); // then where the last run ended is not known yet
    if (m_looksAhead || pipeline.source.type.empty())
        return;
    m_foreseen = pipeline.trigger;
    m_forecast.start([pipeline, registry = &m_document.registry(), position = m_position](
                         const std::stop_token& stop) { return forecastPulls(pipeline, *registry, position, stop); },
                     [this](PullForecast forecast) {
                         m_facts.forecast = std::move(forecast);
                         Q_EMIT changed();
                     });
}

void PlanWatch::setPosition(const Position& position)
{
    const auto rowsAPull = m_facts.rowsAPull;
    m_facts = factsAt(m_document.pipeline(), m_document.registry(), position);
    m_facts.rowsAPull = rowsAPull;
    m_position = position;
}

void PlanWatch::follow()
{
    const RunState state = m_run.latest().state;
    const bool hasPulled = m_state == RunState::Running || m_run.latest().rowsRead > 0;
    if (state == RunState::Waiting && m_state != RunState::Waiting && hasPulled) {
        ++m_pulls;
        m_facts.rowsAPull = static_cast<double>(m_run.latest().rowsRead) / static_cast<double>(m_pulls);
        if (const auto& batches = m_run.history().batches(); !batches.empty())
            setPosition(batches.back().end);
        Q_EMIT changed();
    }
    m_state = state;
}

} // namespace headrace
