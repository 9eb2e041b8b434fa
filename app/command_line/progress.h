// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/command_line/arguments.h"
#include "connectors/pipeline/runner.h"

#include <memory>
#include <optional>
#include <string>

namespace headrace::cli {

/// What is shown of a run. Used on one thread.
class Progress {
public:
    virtual ~Progress() = default;
    virtual void started(const RunArguments& arguments, const Pipeline& pipeline) = 0;
    virtual void running(const MetricsSnapshot& metrics) = 0; ///< at most ten times a second
    virtual void stopping(bool aborting) = 0;                 ///< the user asked for it
    virtual void ended(const RunReport& report, bool byUser) = 0;
};

/// Auto is a bar where stderr is a terminal, else a line now and then.
[[nodiscard]] std::unique_ptr<Progress> makeProgress(ProgressMode mode);

[[nodiscard]] std::unique_ptr<Progress> makeBarProgress();  ///< on stderr
[[nodiscard]] std::unique_ptr<Progress> makeLineProgress(); ///< on stderr
[[nodiscard]] std::unique_ptr<Progress> makeJsonProgress(); ///< on stdout, one object a line

/// What a run says of servers that are away: once when one is, once when it is back.
class OutageLog {
public:
    /// What is to be said now; empty when nothing is.
    [[nodiscard]] std::string update(const MetricsSnapshot& metrics);

private:
    std::string m_said; ///< of the outage that goes on
};

/// How fast things go, smoothed over the last seconds.
struct Pace {
    double rows = 0;  ///< a second, leaving the source
    double bytes = 0; ///< a second, value bytes
};

/// Turns snapshots into a Pace.
class PaceMeter {
public:
    Pace update(const MetricsSnapshot& metrics);

private:
    std::optional<MetricsSnapshot> m_last;
    Pace m_pace;
};

/// How much of the source is read, 0 to 1; nullopt where its size is unknown.
[[nodiscard]] std::optional<double> doneShare(const MetricsSnapshot& metrics, const RunLimits& limits);

/// "11 by rows, 1 by end_of_input"; "" before the first batch.
[[nodiscard]] std::string describeReasons(const MetricsSnapshot& metrics);

/// The sentence that ends a run: "orders finished: 1,234 rows (98.2 kB) in 12 batches in 3.20 s; …"
[[nodiscard]] std::string summary(const std::string& pipeline, const RunReport& report, bool byUser);

} // namespace headrace::cli
