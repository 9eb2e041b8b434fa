// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/formats/ndjson/column_buffer.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/ndjson/record_blocks.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace headrace::ndjson {

/// What becomes of keys that are no column.
enum class ExtraKeys {
    Quarantine, ///< the record is a bad one
    Column,     ///< they go as a JSON object into the last column
    Ignore,
};

/// How records become rows; shared by all workers, immutable.
struct RecordShape {
    std::shared_ptr<arrow::Schema> schema;
    std::vector<Column> columns;
    std::unique_ptr<KeyGroup> keys; ///< of all columns but the extra one
    ExtraKeys extra = ExtraKeys::Quarantine;
    std::string origin; ///< the file's path
};

/// The column that ExtraKeys::Column adds.
inline constexpr std::string_view kExtraColumn = "_extra";

/// Turns blocks into chunks whose positions are Place texts. One thread at a time; the result for a block depends on
/// nothing but the block.
class BlockParser {
public:
    explicit BlockParser(std::shared_ptr<const RecordShape> shape);

    [[nodiscard]] Chunk parse(const Block& block);

private:
    bool parseRecord(const RecordTokens::Record& record);
    bool parseMembers(const KeyGroup& group, const std::string& prefix);
    bool parseMember(const KeyGroup& group, const std::string& prefix, std::size_t& expected);
    bool addExtra(const std::string& prefix, const JsonValue& key, const JsonValue& value);
    bool notJson(std::string_view problem);
    void endRow();
    void dropRow();

    std::shared_ptr<const RecordShape> m_shape;
    RecordTokens m_tokens;
    std::vector<ColumnBuffer> m_buffers;
    std::size_t m_row = 0;
    std::size_t m_expectedRows = 1024;
    std::string m_extra;
    std::string m_reason;
};

} // namespace headrace::ndjson
