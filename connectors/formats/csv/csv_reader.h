// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_input.h"
#include "connectors/formats/csv/block_pool.h"
#include "connectors/formats/csv/block_source.h"
#include "connectors/formats/csv/settings.h"

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headrace::csv {

/// A place between two records of one file. `sample` and `fingerprint` say from how much of the file's front the
/// format was detected and what it was, so that a resumed read parses alike even when the file has grown.
struct ReaderPosition {
    std::int64_t offset = 0; ///< decompressed bytes, in the file's encoding
    std::int64_t line = 1;   ///< 1-based
    std::int64_t sample = 0; ///< bytes
    std::uint64_t fingerprint = 0;

    [[nodiscard]] std::string toText() const;
    [[nodiscard]] static Result<ReaderPosition> parse(std::string_view text);
};

/// Reads one CSV file front to back in bounded memory. One thread uses it at a time; it owns worker threads once the
/// file turns out to be larger than its first block. The rows do not depend on the threads or the block size.
class CsvReader {
public:
    struct Request {
        std::string name; ///< of the file, for messages
        std::function<Result<std::unique_ptr<ByteInput>>()> openInput;
        Settings settings;
        std::optional<ReaderPosition> resumeFrom;
        std::shared_ptr<arrow::Schema> expected; ///< columns to read the file with; null: they are detected
        std::string expectedFrom;                ///< for messages: where these come from
        std::size_t blockSize = 512 * 1024;
    };

    [[nodiscard]] static Result<std::unique_ptr<CsvReader>> open(Request request);

    [[nodiscard]] const Format& format() const { return m_format; }

    /// The next rows, lines counted; nullopt at the end. A block may have no rows.
    [[nodiscard]] Result<std::optional<DecodedBlock>> next();

    /// True when it is known that next() will give nothing more.
    [[nodiscard]] bool atEnd() const;

    /// The part of positions that is the same for the whole file: sample and fingerprint.
    [[nodiscard]] ReaderPosition basePosition() const { return {0, 1, m_sample, m_fingerprint}; }

    /// The position after the first `rows` rows of a block, from its reader's `base`.
    [[nodiscard]] static ReaderPosition positionIn(const DecodedBlock& block, std::int64_t rows, ReaderPosition base);

    /// Thread-safe.
    [[nodiscard]] std::int64_t fileBytesRead() const { return m_source->fileBytesRead(); }

    /// How much of a file's front the format is detected from.
    static constexpr std::size_t kSampleSize = 1024 * 1024;

private:
    CsvReader() = default;

    [[nodiscard]] unsigned threads() const;
    Result<std::optional<DecodedBlock>> nextInOrder();
    Status rejectLongRecord(DecodedBlock& decoded) const;

    std::string m_name;
    std::size_t m_maxRecord = 0;
    Format m_format;
    std::int64_t m_sample = 0;
    std::uint64_t m_fingerprint = 0;
    unsigned m_wantedThreads = 0;
    std::size_t m_blockSize = 0;
    std::size_t m_nextSize = 0;
    std::int64_t m_line = 1; ///< of the next block's beginning
    std::optional<BlockDecoder> m_decoder;
    std::unique_ptr<BlockSource> m_source;
    std::unique_ptr<BlockPool> m_pool;
    std::optional<Error> m_failure; ///< of m_source; what it gave before comes first
};

} // namespace headrace::csv
