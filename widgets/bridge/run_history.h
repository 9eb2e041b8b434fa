// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/metrics.h"

#include <QString>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
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
    double sinkSeconds = 0;

    [[nodiscard]] std::int64_t batchCount() const;
};

/// A change of the gates while the run went on.
struct PolicyMark {
    double at = 0; ///< seconds since the run started
    QString text;
};

/// Figures over the last seconds of a run.
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

    void clear();

    /// Adds the growth since the snapshot before, and the batches committed meanwhile.
    void add(const MetricsSnapshot& snapshot, const std::vector<BatchRecord>& batches);
    void mark(const QString& text);

    [[nodiscard]] bool isEmpty() const { return m_slots.empty(); }
    [[nodiscard]] double now() const { return m_now; }
    [[nodiscard]] double slotSeconds() const { return std::chrono::duration<double>(kSlot).count(); }
    /// The start of the first of entries().
    [[nodiscard]] double firstSlotAt() const { return static_cast<double>(m_dropped) * slotSeconds(); }
    [[nodiscard]] const std::deque<RunSlot>& entries() const { return m_slots; }
    [[nodiscard]] const std::vector<PolicyMark>& marks() const { return m_marks; }

    [[nodiscard]] RunFigures figures(double lastSeconds) const;

private:
    RunSlot& slotAt(double seconds);
    void addBatch(const BatchRecord& record);

    std::deque<RunSlot> m_slots;
    std::int64_t m_dropped = 0;
    std::vector<PolicyMark> m_marks;
    MetricsSnapshot m_last;
    double m_now = 0;
};

} // namespace headrace
