// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/core/source.h"
#include "connectors/pipeline/feed.h"
#include "connectors/pipeline/metrics.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace headrace {

/// Reads a source on a thread of its own into a queue bounded by bytes. The source is used by one thread at a time:
/// the caller's while it is opened and closed, the reader's in between.
class ReadAhead final : public Feed {
public:
    /// The references outlive the object. Writes the queue's fill and the source's progress to `metrics`.
    ReadAhead(Source& source, const ReadHint& hint, const Clock& clock, Metrics& metrics);
    ~ReadAhead() override; ///< closes

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override;
    Result<Arrival> next(std::chrono::nanoseconds maxWait) override;
    void stopReading() override;
    [[nodiscard]] std::string packing() const override;
    void allowPacking() override;
    Status acknowledge(const Position& position) override;
    void close() noexcept override;

    /// A chunk is let in while less than this is queued.
    static constexpr std::int64_t kCapacityBytes = 8 * 1024 * 1024;

private:
    void readAll(const std::stop_token& stop);
    [[nodiscard]] Result<Arrival> readOne(const std::stop_token& stop);
    [[nodiscard]] Status passOnAcknowledgement();
    void noteProgress();
    void enqueue(Result<Arrival> arrival, const std::stop_token& stop);

    Source& m_source;
    ReadHint m_hint;
    const Clock& m_clock;
    Metrics& m_metrics;

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Result<Arrival>> m_queue;
    std::int64_t m_queuedBytes = 0;
    std::optional<Position> m_toAcknowledge;
    bool m_readerDone = false;
    bool m_failed = false; ///< after an error the source may only be closed

    std::jthread m_reader;
};

} // namespace headrace
