// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/console.h"
#include "app/command_line/progress.h"
#include "connectors/core/shown_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace headrace::cli {

namespace {

using namespace std::chrono_literals;

constexpr int kBarWidth = 20;
constexpr std::string_view kClearLine = "\r\x1b[K";

std::string bar(double share)
{
    std::string text;
    const int full = static_cast<int>(share * kBarWidth);
    for (int i = 0; i < kBarWidth; ++i)
        text += i < full ? "█" : "░";
    return text;
}

void writeLine(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

/// One line that is drawn over itself and gone at the end.
class BarProgress final : public Progress {
public:
    ~BarProgress() override { clear(); }

    void started(const RunArguments& arguments, const Pipeline& pipeline) override
    {
        m_limits = arguments.limits;
        m_name = pipeline.name;
        m_newRows = pipeline.trigger.newRows;
    }

    void running(const MetricsSnapshot& metrics) override
    {
        const Pace pace = m_pace.update(metrics);
        const std::optional<double> share = doneShare(metrics, m_limits);
        std::string line = m_name + "  ";
        if (share)
            line += fmt::format("{} {:3.0f} %  ", bar(*share), *share * 100);
        line += fmt::format("{} rows · {}/s · {}/s · {} {}", groupedNumber(metrics.rowsRead), shownNumber(pace.rows),
                            shownSize(std::llround(pace.bytes)), groupedNumber(metrics.batches),
                            metrics.batches == 1 ? "batch" : "batches");
        if (share && *share > 0 && *share < 1)
            line += fmt::format(" · {} left", shownDuration(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                                  (metrics.at - metrics.started) * ((1 - *share) / *share))));
        if (metrics.batches > 0)
            line += " · closed " + describeReasons(metrics);
        if (metrics.quarantined > 0)
            line += fmt::format(" · {} quarantined", groupedNumber(metrics.quarantined));
        if (m_stopping)
            line += " · stopping";
        else if (metrics.state == RunState::Waiting)
            line += metrics.newRows ? fmt::format(" · waiting, {} of {} new rows", groupedNumber(*metrics.newRows),
                                                  groupedNumber(m_newRows))
                                    : " · waiting";
        draw(line);
        if (const std::string news = m_outages.update(metrics); !news.empty())
            sayAbove(news);
    }

    void stopping(bool aborting) override
    {
        m_stopping = true;
        sayAbove(aborting ? "Aborting: rows that are not committed are dropped; the next run reads them again."
                          : "Stopping after the rows already read; press Ctrl-C again to drop them.");
    }

    void ended(const RunReport& report, bool byUser) override
    {
        clear();
        say(summary(m_name, report, byUser));
    }

private:
    void draw(const std::string& line)
    {
        const int width = terminalWidth(STDERR_FILENO);
        writeLine(fmt::format("{}{}", kClearLine, clipped(line, width > 0 ? width - 1 : 120)));
        m_drawn = true;
    }

    void clear()
    {
        if (m_drawn)
            writeLine(kClearLine);
        m_drawn = false;
    }

    void sayAbove(const std::string& message)
    {
        clear();
        say(message);
    }

    RunLimits m_limits;
    std::string m_name;
    std::int64_t m_newRows = 0; ///< that the trigger waits for
    OutageLog m_outages;
    PaceMeter m_pace;
    bool m_drawn = false;
    bool m_stopping = false;
};

/// For logs: a line at the end, and one every ten seconds before.
class LineProgress final : public Progress {
public:
    void started(const RunArguments& arguments, const Pipeline& pipeline) override
    {
        m_limits = arguments.limits;
        m_name = pipeline.name;
    }

    void running(const MetricsSnapshot& metrics) override
    {
        if (const std::string news = m_outages.update(metrics); !news.empty())
            say(news);
        if (metrics.at - std::max(m_last, metrics.started) < kInterval)
            return;
        m_last = metrics.at;
        const Pace pace = m_pace.update(metrics);
        const std::optional<double> share = doneShare(metrics, m_limits);
        say(fmt::format("{}: {}{}{} rows read, {} committed in {} batches, {} rows/s, {}/s", m_name,
                        metrics.newRows ? fmt::format("waiting, {} new rows, ", groupedNumber(*metrics.newRows)) : "",
                        share ? fmt::format("{:.0f} %, ", *share * 100) : std::string(),
                        groupedNumber(metrics.rowsRead), groupedNumber(metrics.rowsCommitted),
                        groupedNumber(metrics.batches), shownNumber(pace.rows), shownSize(std::llround(pace.bytes))));
    }

    void stopping(bool aborting) override
    {
        say(aborting ? "Aborting: rows that are not committed are dropped; the next run reads them again."
                     : "Stopping after the rows already read; another signal drops them.");
    }

    void ended(const RunReport& report, bool byUser) override { say(summary(m_name, report, byUser)); }

private:
    static constexpr auto kInterval = 10s;

    RunLimits m_limits;
    std::string m_name;
    OutageLog m_outages;
    PaceMeter m_pace;
    std::chrono::nanoseconds m_last{};
};

} // namespace

std::unique_ptr<Progress> makeBarProgress()
{
    return std::make_unique<BarProgress>();
}

std::unique_ptr<Progress> makeLineProgress()
{
    return std::make_unique<LineProgress>();
}

} // namespace headrace::cli
