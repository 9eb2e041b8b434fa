// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace headrace {

/// Reads one open file front to back. One thread uses it at a time; it may own worker threads, which its destructor
/// joins. Positions in its chunks are "within" texts: where in this file the reader stands.
class FileReader {
public:
    virtual ~FileReader() = default;

    [[nodiscard]] virtual std::shared_ptr<arrow::Schema> schema() const = 0;

    /// As Source::read; chunks may be larger than the hint (the file source cuts them) but must be bounded.
    virtual Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) = 0;

    /// True once it is known that nothing follows the last chunk returned. May stay false until read() says nullopt.
    [[nodiscard]] virtual bool atEnd() const = 0;

    /// Bytes of the file consumed as it lies there; thread-safe, only grows.
    [[nodiscard]] virtual std::int64_t fileBytesRead() const = 0;

    [[nodiscard]] virtual std::vector<Decision> decisions() const { return {}; }
};

} // namespace headrace
