// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/row_block.h"
#include "connectors/mariadb/cell_decoder.h"
#include "connectors/mariadb/maria_connection.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

struct st_mysql_stmt;

namespace headrace::mariadb {

/// The columns that a SELECT gives, without running it. `what` opens the sentence of an error.
[[nodiscard]] Result<std::vector<Column>> columnsOf(Connection& connection, const std::string& select,
                                                    std::string_view what, const std::stop_token& stop);

/// Reads the rows of one SELECT as they come from the server into columns; none are kept in memory besides. The wire's
/// values are decoded where they lie, in the callback that the library has for it. One thread at a time.
class RowStream {
public:
    /// The connection outlives the stream. `title` names what is read: "table 'shop.orders'".
    RowStream(Connection& connection, std::vector<ReadColumn> columns, const ReadOptions& options, std::string title);
    ~RowStream(); ///< ends a statement that still runs, and its connection with it
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    /// Sends the SELECT, which gives exactly the columns; the server may answer late, which read() waits for.
    Status begin(const std::string& select, const std::stop_token& stop);

    /// Fills a block up to either limit; returns what there is when nothing came within `wait`.
    [[nodiscard]] Result<RowBlock> read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                        const std::stop_token& stop);

private:
    enum class Step { Executing, Fetching, Ended };

    static void takeCell(void* self, unsigned column, unsigned char** at);
    /// Starts or goes on with the current step; false when nothing came within `wait`.
    [[nodiscard]] Result<bool> advance(std::chrono::milliseconds wait, const std::stop_token& stop);
    void keepRow(RowBlock& block);
    [[nodiscard]] Error error();
    [[nodiscard]] BadRecord rejectedRow() const;

    Connection& m_connection;
    std::vector<ReadColumn> m_columns;
    std::string m_title;
    std::string m_what;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<std::unique_ptr<CellDecoder>> m_decoders;
    st_mysql_stmt* m_statement = nullptr;
    Step m_step = Step::Executing;
    int m_waitsFor = 0;      ///< of the call that has not ended; 0: none has begun
    int m_answer = 0;        ///< of that call
    std::int64_t m_rows = 0; ///< rows in the decoders

    // Of the row that came last:
    std::vector<const unsigned char*> m_cells; ///< where they lie; null for NULL
    const unsigned char* m_rowStart = nullptr;
    const unsigned char* m_rowEnd = nullptr;
    std::size_t m_refused = 0; ///< the first cell that has no place; the number of columns for none
};

} // namespace headrace::mariadb
