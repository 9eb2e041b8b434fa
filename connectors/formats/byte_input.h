// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace headrace {

enum class Compression { None, Gzip, Zstd };

/// "none", "gzip", "zstd"; Auto detection looks at the first bytes, not at the name.
[[nodiscard]] std::string_view toString(Compression compression);

/// Decompressed bytes of one file, front to back. Offsets are in the decompressed bytes. One thread at a time.
class ByteInput {
public:
    virtual ~ByteInput() = default;

    /// Fills `buffer` from the front; returns less only at the end, 0 at the end. A cut or corrupt stream is an error
    /// that names the file and the offset.
    virtual Result<std::size_t> read(std::span<char> buffer) = 0;

    /// Moves to `offset`: seeks plain files, decompresses and drops otherwise. Beyond the end is an error.
    virtual Status skipTo(std::int64_t offset) = 0;

    /// Bytes consumed of the file as it lies there (compressed size); thread-safe.
    [[nodiscard]] virtual std::int64_t fileBytesRead() const = 0;

    [[nodiscard]] virtual Compression compression() const = 0;
};

/// Opens a local file; `compression` is "auto", "none", "gzip" or "zstd". Concatenated gzip members and zstd frames
/// are read through. Decompression in blocks, bounded memory.
[[nodiscard]] Result<std::unique_ptr<ByteInput>> openByteInput(const std::string& path, const std::string& compression);

} // namespace headrace
