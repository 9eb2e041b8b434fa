// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace headrace {

/// What a feed hands over: a chunk, or that nothing came in time, or that the input has ended.
struct Arrival {
    enum class Kind { Chunk, Nothing, End };

    Kind kind = Kind::Nothing;
    Chunk chunk;                        ///< with rows or rejected records, or moved; only for Kind::Chunk
    std::int64_t bytes = 0;             ///< value bytes of its rows
    std::chrono::nanoseconds arrived{}; ///< monotonic, when it left the source

    static Arrival without(Kind kind) { return {kind, {}, 0, {}}; }
    /// What a source's read() gave, at the time it did.
    static Arrival of(std::optional<Chunk> chunk, std::chrono::nanoseconds now);
};

/// A source as the pipeline's thread sees it; whether another thread reads ahead does not show. One thread at a time.
class Feed {
public:
    virtual ~Feed() = default;

    /// As Source::open; may be called again after close().
    virtual Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                        std::stop_token stop) = 0;

    /// The next arrival, waiting no longer than `maxWait`.
    virtual Result<Arrival> next(std::chrono::nanoseconds maxWait) = 0;

    /// No more reading: what was read still comes, then the end.
    virtual void stopReading() = 0;

    /// As PacksRows; a source that is none packs nothing.
    [[nodiscard]] virtual std::string packing() const { return {}; }
    virtual void allowPacking() {}

    /// As Source::acknowledge.
    virtual Status acknowledge(const Position& position) = 0;

    virtual void close() noexcept = 0;
};

} // namespace headrace
