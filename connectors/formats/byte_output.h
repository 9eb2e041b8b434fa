// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/byte_input.h"

#include <memory>
#include <string_view>

namespace headrace {

/// Where a format writer's bytes go, front to back. One thread at a time.
class ByteOutput {
public:
    virtual ~ByteOutput() = default;

    /// Takes all of `bytes` or fails with an error that names the file.
    virtual Status write(std::string_view bytes) = 0;

    /// No more bytes follow: completes what was held back. Durability is the destination's own matter.
    virtual Status finish() = 0;
};

/// Compresses into `inner`, which must outlive the result; its finish() ends the stream and finishes `inner`.
/// Compression::None passes the bytes on.
[[nodiscard]] Result<std::unique_ptr<ByteOutput>> compressedOutput(Compression compression, ByteOutput& inner);

} // namespace headrace
