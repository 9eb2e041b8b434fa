// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/run_controller.h"

#include "widgets/quantity_text.h"

namespace headrace {
namespace {

template <typename T, typename ToText>
void describeChange(QStringList& changes, const QString& name, const std::optional<T>& before,
                    const std::optional<T>& after, ToText toText)
{
    if (before == after)
        return;
    const auto text = [&](const std::optional<T>& value) { return value ? toText(*value) : RunController::tr("off"); };
    changes << QStringLiteral("%1 %2 → %3").arg(name, text(before), text(after));
}

QString policyChange(const BatchPolicy& before, const BatchPolicy& after)
{
    QStringList changes;
    describeChange(changes, RunController::tr("rows"), before.rows, after.rows, countText);
    describeChange(changes, RunController::tr("bytes"), before.bytes, after.bytes,
                   [](std::int64_t bytes) { return bytesText(static_cast<double>(bytes)); });
    describeChange(changes, RunController::tr("age"), before.age, after.age, durationText);
    describeChange(changes, RunController::tr("grid"), before.grid, after.grid, durationText);
    return changes.join(QStringLiteral(", "));
}

} // namespace

RunController::RunController(const Registry& registry, QString stateFolder, QObject* parent)
    : QObject(parent)
    , m_registry(registry)
    , m_stateFolder(std::move(stateFolder))
{
    m_pollTimer.setInterval(kPollInterval);
    connect(&m_pollTimer, &QTimer::timeout, this, &RunController::poll);
    m_policyTimer.setInterval(kPolicyDelay);
    m_policyTimer.setSingleShot(true);
    connect(&m_policyTimer, &QTimer::timeout, this, &RunController::applyPolicy);
}

RunController::~RunController() = default;

void RunController::start(const Pipeline& pipeline)
{
    if (isRunning())
        return;
    m_pipeline = pipeline;
    m_policy = pipeline.batch;
    m_wantedPolicy.reset();
    m_history.clear();
    m_latest = {};
    Runner::Setup setup;
    setup.pipeline = pipeline;
    setup.registry = &m_registry;
    setup.stateFolder = m_stateFolder.toStdString();
    m_runner = std::make_unique<Runner>(std::move(setup));
    m_runner->start();
    m_pollTimer.start();
    Q_EMIT started();
    Q_EMIT logged(LogLevel::Info, tr("Started '%1'.").arg(QString::fromStdString(pipeline.name)));
}

void RunController::drain()
{
    if (!isRunning())
        return;
    m_runner->requestStop();
    Q_EMIT logged(LogLevel::Info, tr("Draining: what was read is being delivered."));
}

void RunController::abort()
{
    if (!isRunning())
        return;
    m_runner->abort();
    Q_EMIT logged(LogLevel::Warning,
                  tr("Aborting: rows that are not committed are dropped; a next run reads them again."));
}

void RunController::setPolicy(const BatchPolicy& policy)
{
    if (!isRunning())
        return;
    m_wantedPolicy = policy;
    if (!m_policyTimer.isActive())
        m_policyTimer.start();
}

void RunController::applyPolicy()
{
    if (!isRunning() || !m_wantedPolicy || *m_wantedPolicy == m_policy || !m_wantedPolicy->check())
        return;
    m_runner->setPolicy(*m_wantedPolicy);
    const QString change = policyChange(m_policy, *m_wantedPolicy);
    m_history.mark(change);
    m_policy = *m_wantedPolicy;
    Q_EMIT logged(LogLevel::Info, tr("Gates changed: %1.").arg(change));
}

void RunController::poll()
{
    const bool ended = m_runner->wait(std::chrono::milliseconds{0});
    const MetricsSnapshot before = m_latest;
    const std::vector<BatchRecord> batches = m_runner->metrics().batchesSince(before.batches);
    m_latest = m_runner->metrics().snapshot();
    if (m_latest.started.count() > 0)
        m_latest.at = Clock::system().now(); // the Runner only notes when it changed something
    // Batches that came between the two calls are taken at the next look.
    m_latest.batches = before.batches + static_cast<std::int64_t>(batches.size());
    m_history.add(m_latest, batches, m_runner->metrics().latencies());
    noteChanges(before);
    if (!ended) {
        Q_EMIT sampled();
        return;
    }
    m_pollTimer.stop();
    const RunReport report = m_runner->report();
    m_latest = report.totals;
    m_latest.at = m_latest.started + report.elapsed;
    m_latest.state = report.state;
    m_runner.reset();
    m_history.end();
    Q_EMIT sampled();
    if (report.error)
        Q_EMIT logged(LogLevel::Error, QString::fromStdString(report.error->message));
    else
        Q_EMIT logged(LogLevel::Info, tr("%1 after %2: %3 rows in %4 batches, %5 quarantined.")
                                          .arg(report.state == RunState::Stopped ? tr("Stopped") : tr("Finished"),
                                               durationText(report.elapsed), countText(m_latest.rowsCommitted),
                                               countText(m_latest.batches), countText(m_latest.quarantined)));
    Q_EMIT finished(report);
}

void RunController::noteChanges(const MetricsSnapshot& before)
{
    if (m_latest.outage && m_latest.outage != before.outage)
        Q_EMIT logged(LogLevel::Warning, QString::fromStdString(m_latest.outage->sentence));
    else if (!m_latest.outage && before.outage)
        Q_EMIT logged(LogLevel::Info, QString::fromStdString(m_latest.recovery));
    if (m_latest.quarantined > 0 && before.quarantined == 0)
        Q_EMIT logged(LogLevel::Warning, tr("A record went to quarantine. The Quarantine tab lists all of them."));
}

} // namespace headrace
