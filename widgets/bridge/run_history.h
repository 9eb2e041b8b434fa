// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/metrics.h"

#include <QString>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace headrace {

/// What happened within one slot of RunHistory::kSlot.
struct RunSlot {
    struct Sizes {
        std::int64_t smallest = 0;
        std::int64_t largest = 0;
        std::int64_t count = 0;
    };
    std::int64_t rowsRead = 0;
    std::int64_t rowsShaped = 0;
    std::int64_t bytesRead = 0;
    double queueFill = 0;                           ///< 0 … 1, the highest seen
    std::array<Sizes, kCloseReasonCount> batches{}; ///< batch sizes in rows, by close reason
    std::int64_t batchRows = 0;
    double waitP50 = 0; ///< seconds, weighted by rows
    double waitP95 = 0; ///< seconds, the worst batch
    double waitP99 = 0;
    std::int64_t datedRows = 0; ///< rows with a time of their own that became durable
    double latencyP50 = 0;      ///< seconds from that time, weighted by rows
    double latencyP95 = 0;      ///< seconds, the worst look
    double latencyP99 = 0;
    double sinkSeconds = 0;

    [[nodiscard]] std::int64_t batchCount() const;
};

/// A change of the gates while the run went on.
struct PolicyMark {
    double at = 0; ///< seconds since the run started
    QString text;
};

/// Figures of a run as it goes.
struct RunFigures {
    double rowsReadPerSecond = 0;
    double rowsShapedPerSecond = 0;
    double bytesPerSecond = 0;
    double batchesPerSecond = 0;
    double rowsPerBatch = 0;
    double waitP50 = 0; ///< seconds
    double waitP95 = 0;
    double waitP99 = 0;
    double sinkSecondsPerBatch = 0;
    std::array<double, kCloseReasonCount> reasonShare{}; ///< 0 … 1
};

/// The last minutes of a run in slots of fixed width: memory and drawing time do not depend on how many batches closed.
/// UI thread only; times are seconds since the run's start.
class RunHistory {
public:
    static constexpr std::chrono::milliseconds kSlot{100};
    static constexpr std::size_t kSlots = 6'000; // ten minutes
    static constexpr std::size_t kBatches = 20'000;
    static constexpr double kRateSeconds = 2;
    static constexpr double kBatchSeconds = 5;
    static constexpr std::int64_t kFewBatches = 5;

    void clear();

    /// Adds the growth since the snapshot before, and the batches committed meanwhile. `latencies` are the run's so
    /// far.
    void add(const MetricsSnapshot& snapshot, const std::vector<BatchRecord>& batches,
             const LatencyHistogram& latencies = {});
    void mark(const QString& text);
    /// Nothing more comes: the newest slot is complete.
    void end() { m_hasEnded = true; }
    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }

    [[nodiscard]] bool isEmpty() const { return m_slots.empty(); }
    [[nodiscard]] double now() const { return m_now; }
    /// Records of this run have a time of their own.
    [[nodiscard]] bool isDated() const { return m_lastLatencies.rows() > 0; }
    [[nodiscard]] double slotSeconds() const { return std::chrono::duration<double>(kSlot).count(); }
    /// The start of the first of entries().
    [[nodiscard]] double firstSlotAt() const { return static_cast<double>(m_dropped) * slotSeconds(); }
    [[nodiscard]] const std::deque<RunSlot>& entries() const { return m_slots; }
    [[nodiscard]] const std::vector<PolicyMark>& marks() const { return m_marks; }

    /// The last kBatches batches of the run, oldest first.
    [[nodiscard]] const std::deque<BatchRecord>& batches() const { return m_batches; }
    /// Which of batches() took the rows of the moment `at`: the first that was committed then or later, else the last.
    /// Empty when that batch is no longer kept, or there is none.
    [[nodiscard]] std::optional<std::size_t> batchAt(double at) const;
    /// When a batch was committed.
    [[nodiscard]] double committedAt(const BatchRecord& record) const;

    /// What happens now: rows a second over the last kRateSeconds; all that is said of batches over the last
    /// kBatchSeconds, or as far back as it takes to see kFewBatches. One definition for every place that shows them.
    [[nodiscard]] RunFigures figures() const;

private:
    RunSlot& slotAt(double seconds);
    void addRates(RunFigures& figures) const;
    void addBatchFigures(RunFigures& figures) const;
    void addBatch(const BatchRecord& record);
    void addLatencies(RunSlot& slot, const LatencyHistogram& latencies);

    std::deque<RunSlot> m_slots;
    std::deque<BatchRecord> m_batches;
    bool m_forgot = false; // batches before m_batches.front() were dropped
    std::int64_t m_dropped = 0;
    std::vector<PolicyMark> m_marks;
    MetricsSnapshot m_last;
    LatencyHistogram m_lastLatencies;
    double m_now = 0;
    bool m_hasEnded = false;
};

} // namespace headrace
