// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/batch_summary.h"
#include "connectors/pipeline/batch_policy.h"
#include "connectors/pipeline/grid_clock.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace headrace {

/// Where time stands: both clocks read together.
struct Instant {
    std::chrono::nanoseconds now{}; ///< monotonic
    std::chrono::system_clock::time_point wall{};
};

/// The batch rule (see BatchPolicy) as a pure state machine: it is told rows and time, and says where to cut and why.
/// It holds no rows. The run, the trace replay, the charts and the tests use this one class. Not thread-safe.
///
/// Use: `while (remaining) { auto step = batcher.take(remaining, at); … }`, and `expire(at)` no later than
/// `deadline()`.
class Batcher {
public:
    explicit Batcher(BatchPolicy policy, std::int64_t firstSequence = 1);

    struct Step {
        std::int64_t rows = 0;              ///< how many of the offered rows belong to the open batch (may be 0)
        std::optional<BatchSummary> closed; ///< the batch that ends after those rows
    };

    /// Offers rows that arrived at `at`. `cumulativeBytes` holds their cumulative value bytes: size is rows + 1, and
    /// [0] need not be zero, so that a span into a chunk's sums can be offered. Takes rows up to the first boundary.
    /// An age or grid deadline that has passed closes the open batch first, with no row taken.
    [[nodiscard]] Step take(std::span<const std::int64_t> cumulativeBytes, const Instant& at);

    /// The value bytes of the first so many offered rows.
    using BytesOfFirst = std::function<std::int64_t(std::int64_t rows)>;

    /// The same for callers to whom bytes are dear: without a byte limit they are asked once a step.
    [[nodiscard]] Step take(std::int64_t rows, const BytesOfFirst& bytes, const Instant& at);

    /// Closes the open batch if its age or grid deadline has passed at `at`.
    [[nodiscard]] std::optional<BatchSummary> expire(const Instant& at);

    /// Closes the open batch for a reason that comes from outside: EndOfInput, SchemaChange or Stop.
    [[nodiscard]] std::optional<BatchSummary> close(CloseReason reason, const Instant& at);

    /// A batch without rows, for moving the position past records that gave none. Only while no batch is open.
    [[nodiscard]] BatchSummary closeEmpty(CloseReason reason, const Instant& at);

    /// The earliest monotonic time at which expire() will close the open batch; nullopt without one.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> deadline() const;

    /// Takes effect when the next batch opens. `policy` has passed its check().
    void setPolicy(BatchPolicy policy) { m_next = std::move(policy); }

    [[nodiscard]] bool isOpen() const { return m_open.rows > 0; }
    [[nodiscard]] const BatchSummary& open() const { return m_open; }
    /// Whether the batch that is open, or was opened last, has a byte limit.
    [[nodiscard]] bool limitsBytes() const { return m_policy.bytes.has_value(); }

private:
    template <typename Bytes>
    [[nodiscard]] Step takeRows(std::int64_t offered, const Bytes& bytes, const Instant& at);
    void openBatch(const Instant& at);
    BatchSummary closeBatch(CloseReason reason, const Instant& at);
    [[nodiscard]] std::optional<CloseReason> dueReason(const Instant& at) const;

    BatchPolicy m_policy;
    std::optional<BatchPolicy> m_next;
    BatchSummary m_open;
    std::int64_t m_sequence;
    std::optional<GridClock> m_grid;
    WallTime m_gridEnd;
    std::optional<std::chrono::nanoseconds> m_ageDeadline;
    std::optional<std::chrono::nanoseconds> m_gridDeadline;
};

} // namespace headrace
