// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/checkpoint.h"
#include "widgets/bridge/async_task.h"
#include "widgets/bridge/plan_text.h"
#include "widgets/bridge/run_controller.h"

#include <QObject>

namespace headrace {

class PipelineDocument;

/// Keeps what planText() needs to know of the open pipeline: where its last run ended, and how much a pull brings. UI
/// thread only; files are read beside it.
class PlanWatch : public QObject {
    Q_OBJECT

public:
    PlanWatch(const PipelineDocument& document, const RunController& run, QObject* parent = nullptr);

    /// The sentence as of now.
    [[nodiscard]] QString text() const;
    [[nodiscard]] const PlanFacts& facts() const { return m_facts; }

Q_SIGNALS:
    void changed();

private:
    void look();
    void follow();
    void setPosition(const Position& position);

    const PipelineDocument& m_document;
    const RunController& m_run;
    PlanFacts m_facts;
    std::string m_fingerprint; ///< of what m_facts is about
    RunState m_state = RunState::Idle;
    std::int64_t m_pulls = 0; ///< of this run that have ended
    AsyncTask<Result<std::optional<Checkpoint>>> m_task;
};

} // namespace headrace
