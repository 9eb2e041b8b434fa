// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/plan_sentence.h"
#include "widgets/bridge/async_task.h"
#include "widgets/bridge/run_controller.h"

#include <QObject>

#include <optional>

namespace headrace {

class PipelineDocument;

/// Keeps what planSentence() needs to know of the open pipeline: where its last run ended, and how much a pull brings.
/// UI thread only; files are read and servers asked beside it.
class PlanWatch : public QObject {
    Q_OBJECT

public:
    PlanWatch(const PipelineDocument& document, const RunController& run, QObject* parent = nullptr);

    /// The sentence as of now.
    [[nodiscard]] QString text() const;
    [[nodiscard]] const PlanFacts& facts() const { return m_facts; }

    /// Asks the source how much its pulls will bring, which connects to it: when the user has done so. changed()
    /// follows.
    void lookAhead();

Q_SIGNALS:
    void changed();

private:
    void look();
    void follow();
    void setPosition(const Position& position);

    const PipelineDocument& m_document;
    const RunController& m_run;
    PlanFacts m_facts;
    std::string m_key; ///< of what m_facts is about
    RunState m_state = RunState::Idle;
    std::int64_t m_pulls = 0; ///< of this run that have ended
    std::optional<Position> m_position;
    bool m_looksAhead = false;         ///< when m_task has ended
    std::optional<Trigger> m_foreseen; ///< what the forecast was made for
    AsyncTask<Result<std::optional<Checkpoint>>> m_task;
    AsyncTask<PullForecast> m_forecast;
};

} // namespace headrace
