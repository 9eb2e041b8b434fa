// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <vector>

namespace headrace::bench {

[[nodiscard]] inline double percentile(const std::vector<double>& sorted, double share)
{
    return sorted.at(std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size()))));
}

/// Late beats of the UI thread: a timer of 2 ms measures, and each beat that comes late by d is a stall of d
/// milliseconds.
class Heartbeat {
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(kBeat);
        QObject::connect(&m_timer, &QTimer::timeout, [this] {
            m_stalls.push_back(std::max(0.0, static_cast<double>(m_sinceBeat.nsecsElapsed()) / 1e6 - kBeat));
            m_sinceBeat.restart();
        });
    }

    void start()
    {
        m_stalls.clear();
        m_sinceBeat.start();
        m_sinceStart.start();
        m_timer.start();
    }
    /// What the thread does at the moment counts as a stall, too.
    void stop()
    {
        if (!m_timer.isActive())
            return;
        m_timer.stop();
        m_stalls.push_back(std::max(0.0, static_cast<double>(m_sinceBeat.nsecsElapsed()) / 1e6 - kBeat));
        m_seconds = static_cast<double>(m_sinceStart.nsecsElapsed()) / 1e9;
        std::sort(m_stalls.begin(), m_stalls.end());
    }
    /// Once stopped: milliseconds, from the shortest to the longest. Empty when it was never started.
    [[nodiscard]] const std::vector<double>& stalls() const { return m_stalls; }
    [[nodiscard]] double seconds() const { return m_seconds; }

private:
    static constexpr int kBeat = 2;

    std::vector<double> m_stalls;
    QElapsedTimer m_sinceBeat;
    QElapsedTimer m_sinceStart;
    QTimer m_timer;
    double m_seconds = 0;
};

} // namespace headrace::bench
