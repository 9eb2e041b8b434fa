// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/row_block.h"
#include "connectors/odbc/cell_decoder.h"
#include "connectors/odbc/odbc_connection.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::odbc {

/// The columns that a SELECT gives, without running it. `what` opens the sentence of an error.
[[nodiscard]] Result<std::vector<Column>> columnsOf(Connection& connection, const std::string& select,
                                                    std::string_view what, const std::stop_token& stop);

/// Reads the rows of one SELECT into columns, a block of them at a time: the driver fills the buffers bound to its
/// columns. A value that is longer than its buffer is asked for once more. One thread at a time.
class RowStream {
public:
    /// The connection outlives the stream. `title` names what is read: "table 'shop.orders'".
    RowStream(Connection& connection, std::vector<ReadColumn> columns, std::string title);
    ~RowStream();
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    /// Runs the SELECT, which gives exactly the columns.
    Status begin(const std::string& select, const std::stop_token& stop);

    /// Reads from a cursor of the server's SQL, which is open and gives exactly the columns: as many rows at a time as
    /// are some megabytes, all of which the driver holds.
    Status beginCursor(std::string cursor, const std::stop_token& stop);

    /// Fills a block up to either limit; returns what there is when `wait` is over.
    [[nodiscard]] Result<RowBlock> read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                        const std::stop_token& stop);

private:
    /// Where the driver puts the cells of a column, for each row of a block.
    struct Buffer {
        std::vector<char> cells;
        std::vector<std::int64_t> lengths; ///< SQLLEN
        std::uint64_t room = 0;            ///< bytes of a cell
        std::string longValue;             ///< the value that had to be asked for
        std::uint64_t longest = 0;         ///< bytes of any of these
    };

    Status execute(const std::string& sql, const std::stop_token& stop);
    Status askCursor(const std::stop_token& stop);
    Status bind();
    Status bindColumn(std::size_t column);
    Status growBuffers();
    Status fetch(const std::stop_token& stop);
    /// The cell of the column in the current row; null for NULL.
    [[nodiscard]] Result<std::optional<std::string_view>> cell(std::size_t column);
    /// The value from its beginning, piece by piece, the first of them with room for `expected` bytes.
    [[nodiscard]] Result<std::optional<std::string_view>> longCell(std::size_t column, std::uint64_t expected);
    Status keepRow(RowBlock& block);
    [[nodiscard]] BadRecord rejectedRow(std::size_t bad) const;

    Connection& m_connection;
    std::vector<ReadColumn> m_columns;
    std::string m_title;
    std::string m_what;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<std::unique_ptr<CellDecoder>> m_decoders;
    std::vector<Buffer> m_buffers;
    std::vector<char> m_piece;            ///< of a long value
    std::vector<unsigned short> m_states; ///< of the rows in the buffers
    std::optional<Statement> m_statement;
    std::vector<std::optional<std::string_view>> m_cells; ///< of the current row
    bool m_isBound = false;                               ///< else cells are asked for one by one, in their order
    std::uint64_t m_fetched = 0;                          ///< rows in the buffers
    std::uint64_t m_at = 0;                               ///< the current one
    std::int64_t m_rows = 0;                              ///< rows in the decoders
    std::string m_cursor;                                 ///< "" for a SELECT that gives all rows
    std::int64_t m_asked = 0;                             ///< rows asked of the cursor last
    std::int64_t m_came = 0;                              ///< of these
    std::int64_t m_cameBytes = 0;
    bool m_ended = false;
    bool m_grows = false; ///< a buffer was too small
};

} // namespace headrace::odbc
