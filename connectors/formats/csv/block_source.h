// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_input.h"
#include "connectors/formats/csv/block.h"
#include "connectors/formats/csv/dialect.h"
#include "connectors/formats/csv/encoding.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace headrace::csv {

/// Cuts a file's bytes into blocks of whole records, as UTF-8. One thread at a time.
class BlockSource {
public:
    struct Place {
        std::string name;          ///< of the file, for messages
        std::int64_t offset = 0;   ///< of the first record, in decompressed bytes
        std::size_t maxRecord = 0; ///< bytes of UTF-8; a longer record comes as a block of its own
    };

    /// `head` are the file's bytes from `place.offset` on that were already read; `input` stands behind them.
    BlockSource(std::unique_ptr<ByteInput> input, std::string head, const Dialect& dialect, Encoding encoding,
                Place place);

    /// The next block of about `size` bytes, more where a record is longer; nullopt at the end. Memory is bounded by
    /// the larger of `size` and `maxRecord`.
    [[nodiscard]] Result<std::optional<Block>> next(std::size_t size);

    /// True when it is known that next() will give nothing more.
    [[nodiscard]] bool atEnd() const { return m_ended && m_carry.empty(); }

    /// Thread-safe.
    [[nodiscard]] std::int64_t fileBytesRead() const { return m_input->fileBytesRead(); }

private:
    /// A block for the record that `text`, all that was read of it and more, begins with.
    Result<std::optional<Block>> passLongRecord(std::string_view text);
    /// Fills `out` with text; less at the file's end.
    Result<std::size_t> readText(std::span<char> out);
    Result<std::size_t> readConverted(std::span<char> out);
    Result<std::size_t> readRaw(std::span<char> out);

    std::unique_ptr<ByteInput> m_input;
    std::string m_head;         ///< raw bytes to give before the input's
    std::size_t m_headUsed = 0; ///< of m_head
    std::string m_raw;          ///< raw bytes that are not whole characters yet
    std::string m_converted;    ///< text made of them and not given yet
    std::size_t m_convertedUsed = 0;
    std::string m_carry; ///< text behind the last block: the beginning of the next
    Dialect m_dialect;
    Encoding m_encoding;
    Place m_place;
    bool m_ended = false; ///< all text was read; some of it may be in m_carry
};

} // namespace headrace::csv
