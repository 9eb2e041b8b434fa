// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"
#include "connectors/sources/tables/table_position.h"
#include "connectors/sources/tables/time_cursor.h"

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// One read of a table or query over one connection, which an object of this class holds. One thread at a time.
class TableReader {
public:
    virtual ~TableReader() = default;

    struct Plan {
        std::string title; ///< "table 'shop.orders'"
        std::shared_ptr<arrow::Schema> schema;
        /// Columns by which rows are ordered and resumed behind; none: rows are counted. Those behind the schema's are
        /// the reader's own and are not delivered.
        std::vector<int> cursor;
        CursorText cursorText; ///< outlives the reader
        std::vector<Decision> decisions;
        std::optional<std::int64_t> estimate; ///< of the rows
    };
    [[nodiscard]] const Plan& plan() const { return m_plan; }

    /// Sends the SELECT for the rows behind `position`: of one snapshot, by cursor and key, or as the server gives them
    /// from the first on when rows are counted. Does not wait for rows.
    virtual Status begin(const TablePosition& position, std::stop_token stop) = 0;

    /// The next rows up to either limit; what there is when nothing came within `wait`.
    [[nodiscard]] virtual Result<RowBlock> read(std::int64_t maxRows, std::int64_t maxBytes,
                                                std::chrono::milliseconds wait, std::stop_token stop) = 0;

    /// In place of begin(), any number of times: how many rows a read behind `position` would find by its cursor,
    /// counted no further than `enough`, without those that it would leave to the next one.
    [[nodiscard]] virtual Result<std::int64_t> countBehind(const TablePosition& position, std::int64_t enough,
                                                           std::stop_token stop) = 0;

    /// What is known of the cursor without reading rows. In place of begin().
    struct CursorFacts {
        std::string cursor;               ///< name of its first column; "" without one
        bool isTable = true;              ///< not a view or query
        std::optional<std::int64_t> rows; ///< of the table, estimated
        bool isIndexed = false;           ///< an index begins with the cursor
        std::optional<TimeCursor> time;   ///< nullopt: it is no time, or its clock is not known
    };
    [[nodiscard]] virtual Result<CursorFacts> cursorFacts(std::stop_token stop) = 0;

    /// What is known of late rows after begin(), which had the position's; empty where a reader does not look.
    [[nodiscard]] const CursorAudit& audit() const { return m_audit; }

protected:
    Plan m_plan; ///< complete before begin()
    CursorAudit m_audit;
};

/// Connects and looks up what is to be read.
using OpenTable = std::function<Result<std::unique_ptr<TableReader>>(std::stop_token)>;

/// A source that reads what `open` gives and resumes behind a row by its cursor and key, or by counting.
[[nodiscard]] std::unique_ptr<Source> makeTableSource(OpenTable open);

} // namespace headrace
