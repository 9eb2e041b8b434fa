// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace headrace::test {

/// What the checker found in a destination that should hold each sequence 0 … rows − 1 once, with its own payload.
struct Verdict {
    std::int64_t lost = 0;
    std::int64_t duplicated = 0;
    std::int64_t altered = 0;
    std::int64_t unknown = 0;

    friend bool operator==(const Verdict&, const Verdict&) = default;
    [[nodiscard]] QString describe() const;
};

/// A source × sink pair under test. Folders hold the input ("input.*"), the result and the state of one job.
struct CrashLane {
    QString name;
    std::int64_t rows = 0;
    std::function<void(const QString& folder)> makeInput;
    std::function<QString(const QString& folder)> source;          ///< the flow mapping after `source:`
    std::function<QString(const QString& folder)> destination;     ///< the flow mapping after `destination:`
    std::function<Verdict(const QString& folder)> check;           ///< reads the destination with DuckDB
    std::function<QStringList(const QString& folder)> halfWritten; ///< temporary or unreadable files, for the message
    std::function<void()> forget = {};                             ///< empties a destination that is not in the folder
    std::function<void(const QString& folder)> prepare = {};       ///< puts into it what stands there before the job
    /// What is wrong in the destination at this moment, whenever that is; "" for nothing.
    std::function<QString(const QString& folder)> wrongNow = {};
    QString more = {}; ///< further lines of the pipeline
    std::int64_t batches = 40;
};

[[nodiscard]] CrashLane csvToDuckdb(std::int64_t rows);
[[nodiscard]] CrashLane sqliteToParquet(std::int64_t rows);

// What lanes of other files share.
void makeSqlite(const QString& folder, std::int64_t rows); ///< "input.sqlite" with the table "events"
void toDuckdb(CrashLane& lane);                            ///< sets the destination and its check
void toParquet(CrashLane& lane);                           ///< the same

/// Runs the real program on a lane in a folder of its own, and kills it.
class CrashJob {
public:
    CrashJob(CrashLane lane, QString folder);

    struct Outcome {
        bool killed = false;
        int exitCode = 0;
        std::chrono::milliseconds elapsed{};
        QString messages; ///< its standard error
    };

    /// One execution with extra environment variables; `killAfter` sends SIGKILL then.
    [[nodiscard]] Outcome run(std::optional<std::chrono::milliseconds> killAfter,
                              const std::map<QString, QString>& environment = {}) const;

    [[nodiscard]] const QString& folder() const { return m_folder; }

    /// Forgets destination and state; the input stays.
    void reset() const;

    [[nodiscard]] Verdict check() const { return m_lane.check(m_folder); }
    [[nodiscard]] QString wrongNow() const { return m_lane.wrongNow ? m_lane.wrongNow(m_folder) : QString(); }
    [[nodiscard]] QStringList halfWritten() const { return m_lane.halfWritten(m_folder); }

private:
    CrashLane m_lane;
    QString m_folder;
};

} // namespace headrace::test
