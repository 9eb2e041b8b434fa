// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/cell_buffer.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/ndjson/json_cursor.h"

#include <string>

namespace headrace::ndjson {

/// Fills one column with JSON values. One thread at a time.
class ColumnBuffer {
public:
    explicit ColumnBuffer(Column column);

    [[nodiscard]] CellBuffer& cells() { return m_cells; }

    /// False when the value does not fit; `reason` is then a sentence that names the column and quotes the value.
    bool append(const JsonValue& value, JsonCursor& cursor, std::string& reason);

private:
    bool appendFitting(const JsonValue& value, JsonCursor& cursor);
    bool appendConnect(const JsonValue& value, JsonCursor& cursor);
    bool appendEncoded(std::string_view base64);
    bool appendSince1970(std::string_view token);
    bool appendNumber(std::string_view token);
    bool appendDecimal(std::string_view token);
    bool appendTime(std::string_view text);

    Column m_column;
    CellBuffer m_cells;
};

} // namespace headrace::ndjson
