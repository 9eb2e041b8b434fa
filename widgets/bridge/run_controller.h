// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/runner.h"
#include "widgets/bridge/run_history.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace headrace {

enum class LogLevel { Info, Warning, Error };

/// Runs one pipeline at a time and tells the window how it goes. Pulls the metrics on a timer; workers never pace the
/// UI, and no method blocks. UI thread only; the destructor aborts and waits.
class RunController : public QObject {
    Q_OBJECT

public:
    RunController(const Registry& registry, QString stateFolder, QObject* parent = nullptr);
    ~RunController() override;

    /// Starts the pipeline unless one runs.
    void start(const Pipeline& pipeline);
    /// Delivers what was read, then ends.
    void drain();
    /// Drops what is not committed, then ends.
    void abort();
    /// Takes effect at the next batch. Several calls within kPolicyDelay become one.
    void setPolicy(const BatchPolicy& policy);

    [[nodiscard]] bool isRunning() const { return m_runner != nullptr; }
    /// The pipeline of the current or the last run; empty before the first.
    [[nodiscard]] const std::optional<Pipeline>& pipeline() const { return m_pipeline; }
    /// The last look at the run's counters; of the last run once it ended.
    [[nodiscard]] const MetricsSnapshot& latest() const { return m_latest; }
    [[nodiscard]] const RunHistory& history() const { return m_history; }
    [[nodiscard]] std::chrono::nanoseconds elapsed() const { return m_latest.at - m_latest.started; }
    [[nodiscard]] const QString& stateFolder() const { return m_stateFolder; }

    static constexpr std::chrono::milliseconds kPollInterval{80};
    static constexpr std::chrono::milliseconds kPolicyDelay{80};

Q_SIGNALS:
    void started();
    void sampled(); ///< latest() and history() have news
    void finished(const headrace::RunReport& report);
    void logged(headrace::LogLevel level, const QString& text);

private:
    void poll();
    void applyPolicy();
    void noteChanges(const MetricsSnapshot& before);

    const Registry& m_registry;
    QString m_stateFolder;
    std::unique_ptr<Runner> m_runner;
    std::optional<Pipeline> m_pipeline;
    std::optional<BatchPolicy> m_wantedPolicy;
    BatchPolicy m_policy;
    MetricsSnapshot m_latest;
    RunHistory m_history;
    QTimer m_pollTimer;
    QTimer m_policyTimer;
};

} // namespace headrace
