// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_input.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace headrace {

/// Decompresses one stream piece by piece in bounded memory. One thread at a time.
class Decoder {
public:
    virtual ~Decoder() = default;

    struct Step {
        std::size_t consumed = 0;
        std::size_t produced = 0;
    };

    /// Decodes as much of `input` as fits into `output`; an empty input hands out what is still held back.
    /// The error is the reason, a clause that fits behind a colon.
    virtual tl::expected<Step, std::string> step(std::span<const char> input, std::span<char> output) = 0;

    /// True where the stream may end: between gzip members or zstd frames.
    [[nodiscard]] virtual bool mayEnd() const = 0;

    /// Back to the start of a stream.
    virtual void reset() = 0;

    [[nodiscard]] virtual Compression compression() const = 0;
};

/// `compression` is Gzip or Zstd.
[[nodiscard]] std::unique_ptr<Decoder> makeDecoder(Compression compression);

} // namespace headrace
