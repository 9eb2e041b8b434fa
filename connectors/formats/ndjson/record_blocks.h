// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/result.h"
#include "connectors/formats/byte_input.h"
#include "connectors/formats/ndjson/json_cursor.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::ndjson {

/// How records are set apart.
enum class Layout {
    Auto,
    Lines,    ///< one a line
    Elements, ///< the elements of one JSON array
    Closed,   ///< behind the end of that array
};

/// Where a reader stands: before a record.
struct Place {
    std::int64_t offset = 0; ///< in the decompressed bytes
    std::int64_t line = 1;
    Layout layout = Layout::Auto;

    [[nodiscard]] std::string toText() const; ///< "1234:56", "1234:56:array", "1234:56:closed"
    [[nodiscard]] static Result<Place> parse(const std::string& text);
};

/// Whole records that lie one behind the other in a file.
struct Block {
    std::unique_ptr<char[]> bytes; ///< StructuralIndex::kPadding more than `size`
    std::size_t size = 0;
    Place start;
    Place end; ///< where the next block starts

    struct Span {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
        std::uint32_t line = 0; ///< counted from start.line
    };
    std::vector<Span> elements;         ///< layout Elements: where they are
    std::optional<BadRecord> oversized; ///< the block stands for one record that is too long to be read
    bool isLast = false;                ///< the file is known to end here
};

/// Cuts a file into blocks. One thread at a time.
class RecordBlocks {
public:
    struct Settings {
        std::string path;
        std::string compression;
        Layout layout = Layout::Auto;
        std::int64_t maxRecordBytes = 64 << 20; ///< a longer line is a block of its own, a longer element an error
        std::size_t firstBlockBytes = 64 << 10; ///< small, so that a preview comes at once; then doubled …
        std::size_t blockBytes = 1 << 20;       ///< … up to this
    };

    /// Opens the file and goes to `from`, if given. A file that was appended to in the middle of a line is an error.
    [[nodiscard]] static Result<std::unique_ptr<RecordBlocks>> open(Settings settings, std::optional<Place> from);

    [[nodiscard]] Result<std::optional<Block>> next();

    /// No block will hold more records than this.
    void limitRecords(std::int64_t records) { m_maxRecords = records; }

    [[nodiscard]] Layout layout() const { return m_place.layout; }
    [[nodiscard]] std::int64_t fileBytesRead() const { return m_input->fileBytesRead(); } ///< thread-safe
    [[nodiscard]] Compression compression() const { return m_input->compression(); }

private:
    RecordBlocks(Settings settings, std::unique_ptr<ByteInput> input);

    Status goTo(const Place& place);
    Status detectLayout();
    Status fill(std::size_t wanted);
    Result<Block> nextLines();
    Result<Block> nextElements();
    Result<Block> skipLongLine();
    [[nodiscard]] Block cut(std::size_t size, std::int64_t lines, Layout layoutAfter);
    [[nodiscard]] std::size_t lineCut(std::int64_t& lines) const;
    [[nodiscard]] std::size_t shortLines(std::int64_t& lines) const;
    [[nodiscard]] Error longElement(std::size_t at) const;
    [[nodiscard]] bool isTooLong(std::size_t bytes) const
    {
        return static_cast<std::int64_t>(bytes) > m_settings.maxRecordBytes;
    }

    Settings m_settings;
    std::unique_ptr<ByteInput> m_input;
    Place m_place;
    std::unique_ptr<char[]> m_buffer; ///< bytes read and not handed out
    std::size_t m_filled = 0;
    std::size_t m_capacity = 0;
    std::size_t m_blockBytes;
    std::int64_t m_maxRecords = std::numeric_limits<std::int64_t>::max();
    bool m_ended = false; ///< nothing more to read into the buffer
};

/// The records of a block, one after the other, each ready to be walked over. Blank lines are left out.
class RecordTokens {
public:
    struct Record {
        std::string_view text;
        std::uint32_t end = 0;    ///< offset in the block where the next record may begin
        std::uint32_t line = 0;   ///< counted from the block's start
        std::string_view problem; ///< why it cannot be walked over; "" when it can
    };

    RecordTokens()
        : m_cursor(m_index)
    {
    }

    void start(const Block& block);
    [[nodiscard]] bool next(Record& record);
    /// Stands at the first token of the record.
    [[nodiscard]] JsonCursor& cursor() { return m_cursor; }
    /// Back to the first token of the record.
    void rewind() { m_cursor.start(m_base, m_first, m_recordEnd); }

private:
    bool nextSpan(Block::Span& span, std::uint32_t& end);

    StructuralIndex m_index;
    JsonCursor m_cursor;
    const Block* m_block = nullptr;
    bool m_isWhole = false; ///< the index covers the block; else it is made record by record
    const std::uint32_t* m_places = nullptr;
    const char* m_base = nullptr;
    const std::uint32_t* m_first = nullptr;
    std::uint32_t m_recordEnd = 0;
    std::size_t m_at = 0; ///< byte (lines) or element
    std::uint32_t m_line = 0;
};

} // namespace headrace::ndjson
