// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/schema.h"
#include "connectors/formats/avro/wire.h"
#include "connectors/formats/cell_buffer.h"
#include "connectors/formats/ndjson/json_column.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headrace::avro {

/// The columns of a schema's values. Records inside records become columns named a.b when `flatten`; arrays, maps,
/// unions of several types and records that hold themselves become one column of JSON text, decimals of more than 38
/// digits text, which knows its type. Values that are no record are the column 'value'. The error says that they are
/// too many.
[[nodiscard]] Result<std::vector<ndjson::Column>> columnsOf(const Schema& schema, bool flatten);

/// The cells of rows, by column. Must keep its place while plans are made of it.
struct Cells {
    explicit Cells(const std::vector<ndjson::Column>& columns);

    std::vector<ndjson::Column> columns;
    std::vector<CellBuffer> buffers;
    std::string text; ///< of the cell that is being made
};

/// How values of one schema fill columns that may be of several: those that it lacks are null. One thread at a time.
class RowDecoder {
public:
    /// The error names a column that is not there or whose type does not take the schema's values.
    [[nodiscard]] static Result<RowDecoder> create(std::shared_ptr<const Schema> schema, bool flatten, Cells& cells);

    RowDecoder(RowDecoder&&) noexcept;
    RowDecoder& operator=(RowDecoder&&) noexcept;
    ~RowDecoder();

    /// Adds a row; or none, and a sentence says why.
    [[nodiscard]] std::optional<std::string> decode(std::string_view value);

private:
    struct Step;

    RowDecoder(std::shared_ptr<const Schema> schema, Cells& cells);

    bool run(const Step& step, Wire& wire);
    bool cell(const Step& step, Wire& wire);
    bool octets(const Step& step, Wire& wire, CellBuffer& cells);

    std::shared_ptr<const Schema> m_schema;
    Cells* m_cells;
    std::unique_ptr<Step> m_root;
    std::vector<std::size_t> m_absent; ///< columns that the schema lacks
};

} // namespace headrace::avro
