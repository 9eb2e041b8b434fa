// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/formats/csv/long_record.h"
#include "connectors/formats/csv/pool_vector.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace headrace::csv {

/// Whole records of a file as UTF-8, in the order of the file; or, without bytes, one record that is too long.
struct Block {
    PoolVector<char> bytes; ///< size + kPadding of them
    std::size_t size = 0;
    std::int64_t offset = 0; ///< of its first byte in the decompressed file, in the file's encoding
    std::optional<LongRecord> longRecord = {};

    [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

/// A block's rows. Lines count from the block's beginning, because blocks are decoded out of order.
struct DecodedBlock {
    std::shared_ptr<arrow::RecordBatch> rows;
    std::int64_t begin = 0;                 ///< offset of the block in the decompressed file
    std::int64_t end = 0;                   ///< offset behind the block
    std::int64_t firstLine = 0;             ///< 1-based line of its beginning; set once the blocks before it are known
    std::uint32_t lines = 0;                ///< line ends in it
    std::vector<std::int64_t> ends;         ///< per row: offset behind its record
    std::vector<std::uint32_t> linesBefore; ///< per row: line ends in the block up to behind its record
    std::vector<BadRecord> rejected;        ///< `origin` empty; `line` counts from 0 at the block's beginning
    std::optional<LongRecord> longRecord;   ///< which the block stands for
};

} // namespace headrace::csv
