// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/progress.h"

#include "app/command_line/console.h"
#include "connectors/core/shown_number.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace headrace::cli {

namespace {

/// --progress none: only warnings; those about the pipeline and errors come from the command itself.
class NoProgress final : public Progress {
public:
    void started(const RunArguments&, const Pipeline&) override {}
    void running(const MetricsSnapshot& metrics) override
    {
        if (const std::string news = m_outages.update(metrics); !news.empty())
            say(news);
    }
    void stopping(bool) override {}
    void ended(const RunReport&, bool) override {}

private:
    OutageLog m_outages;
};

} // namespace

std::unique_ptr<Progress> makeProgress(ProgressMode mode)
{
    switch (mode) {
    case ProgressMode::Auto:
        return isTerminal(STDERR_FILENO) ? makeBarProgress() : makeLineProgress();
    case ProgressMode::Bar:
        return makeBarProgress();
    case ProgressMode::Json:
        return makeJsonProgress();
    case ProgressMode::None:
        break;
    }
    return std::make_unique<NoProgress>();
}

std::string OutageLog::update(const MetricsSnapshot& metrics)
{
    const std::string before = std::exchange(m_said, metrics.outage ? metrics.outage->sentence : "");
    if (m_said == before)
        return {};
    return m_said.empty() ? metrics.recovery : m_said;
}

Pace PaceMeter::update(const MetricsSnapshot& metrics)
{
    if (!m_last) {
        m_last.emplace();
        m_last->at = metrics.started;
    }
    const double seconds = std::chrono::duration<double>(metrics.at - m_last->at).count();
    if (seconds <= 0)
        return m_pace;
    const double weight = m_pace.rows == 0 ? 1.0 : std::min(1.0, seconds / 2);
    const auto blend = [&](double& pace, std::int64_t now, std::int64_t before) {
        pace += weight * (static_cast<double>(now - before) / seconds - pace);
    };
    blend(m_pace.rows, metrics.rowsRead, m_last->rowsRead);
    blend(m_pace.bytes, metrics.bytesRead, m_last->bytesRead);
    m_last = metrics;
    return m_pace;
}

std::optional<double> doneShare(const MetricsSnapshot& metrics, const RunLimits& limits)
{
    std::optional<double> share;
    const auto consider = [&](std::int64_t done, std::optional<std::int64_t> total) {
        if (total && *total > 0)
            share = std::max(share.value_or(0), static_cast<double>(done) / static_cast<double>(*total));
    };
    consider(metrics.rowsRead, limits.maxRows);
    if (metrics.source.rowsTotal)
        consider(metrics.rowsRead, metrics.source.rowsTotal);
    else
        consider(metrics.source.bytesRead, metrics.source.bytesTotal);
    if (share)
        share = std::clamp(*share, 0.0, 1.0);
    return share;
}

/// "end of input"
std::string words(CloseReason reason)
{
    std::string text(toString(reason));
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::string describeReasons(const MetricsSnapshot& metrics)
{
    std::vector<std::string> parts;
    for (int reason = 0; reason < kCloseReasonCount; ++reason) {
        const std::int64_t count = metrics.reasons.at(static_cast<std::size_t>(reason));
        if (count > 0)
            parts.push_back(fmt::format("{} by {}", groupedNumber(count), words(static_cast<CloseReason>(reason))));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string summary(const std::string& pipeline, const RunReport& report, bool byUser)
{
    const MetricsSnapshot& totals = report.totals;
    const std::string_view outcome = report.state == RunState::Failed ? "failed" : byUser ? "stopped" : "finished";
    std::string text = fmt::format("{} {}: {} {} ({}) in {} {} in {}", pipeline, outcome,
                                   groupedNumber(totals.rowsCommitted), totals.rowsCommitted == 1 ? "row" : "rows",
                                   shownSize(totals.bytesCommitted), groupedNumber(totals.batches),
                                   totals.batches == 1 ? "batch" : "batches", shownDuration(report.elapsed));
    if (totals.batches > 0)
        text += fmt::format(", closed {}", describeReasons(totals));
    if (report.elapsed > std::chrono::nanoseconds::zero() && totals.rowsCommitted > 0)
        text += fmt::format("; {} rows/s", shownNumber(static_cast<double>(totals.rowsCommitted) /
                                                       std::chrono::duration<double>(report.elapsed).count()));
    if (totals.latency.rows > 0)
        text += fmt::format("; durable {} after they were made (p95 {}, p99 {})", shownDuration(totals.latency.p50),
                            shownDuration(totals.latency.p95), shownDuration(totals.latency.p99));
    return text + ".";
}

} // namespace headrace::cli
