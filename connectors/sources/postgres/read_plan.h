// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/postgres/cell_decoder.h"
#include "connectors/sources/postgres/read_position.h"
#include "connectors/sources/tables/table_selection.h"

#include <optional>
#include <string>
#include <vector>

namespace headrace::postgres {

/// What the options say.
struct ReadSettings {
    Target target;
    TableSelection selection;
    ReadOptions values;
    int connections = 0;          ///< 0: as many as pay
    std::uint64_t rangePages = 0; ///< of a parallel read
};

/// What the current transaction sees.
struct Snapshot {
    std::uint64_t horizon = 0; ///< transactions from here on may be unfinished
    std::uint64_t next = 0;    ///< transactions from here on have not begun to write
};

/// What is read and how: a table, view or query, its columns, and the SELECT behind a position.
class ReadPlan {
public:
    [[nodiscard]] static Result<ReadPlan> make(Connection& connection, const ReadSettings& settings,
                                               std::stop_token stop);

    [[nodiscard]] const std::string& title() const { return m_title; } ///< "table 'public.orders'"
    [[nodiscard]] const std::vector<ReadColumn>& columns() const { return m_columns; }
    [[nodiscard]] const std::vector<int>& cursor() const { return m_cursor; } ///< columns of cursor and key
    [[nodiscard]] bool byCursor() const { return !m_cursor.empty(); }
    [[nodiscard]] bool keyWasFound() const { return m_keyWasFound; }
    [[nodiscard]] bool hasPages() const { return m_hasPages; } ///< a plain table, which can be read by ranges of pages
    [[nodiscard]] const std::string& relation() const { return m_from; }

    /// Rows by the server's estimate; nullopt when it has none or only a part is read.
    [[nodiscard]] std::optional<std::int64_t> estimatedRows() const { return m_estimate; }

    /// Rows behind `position` in the order of the cursor, up to what is certain in `snapshot` and not stamped after
    /// `latest` ("" for no limit). With open steps the last column tells the step (int4).
    [[nodiscard]] std::string selectByCursor(const ReadPosition& position, const Snapshot& snapshot,
                                             const std::string& latest) const;
    [[nodiscard]] static bool hasOpenSteps(const ReadPosition& position);

    /// Counts the same rows, up to `enough`.
    [[nodiscard]] std::string countByCursor(const ReadPosition& position, const Snapshot& snapshot,
                                            const std::string& latest, std::int64_t enough) const;

    /// Conflict when the position is that of another cursor.
    [[nodiscard]] Status checkFits(const ReadPosition& position) const;

    /// Rows as they lie, from a page on, without the first `skip`. `untilPage` 0: to the end.
    [[nodiscard]] std::string selectCounted(std::uint64_t fromPage, std::uint64_t untilPage, std::int64_t skip) const;

    /// Fails when the rows that were counted cannot be found again because the table was written to since.
    Status checkUnchanged(Connection& connection, const ReadPosition& position, std::stop_token stop) const;

    /// Fails when rows have no cursor, which no read by cursor would ever reach.
    Status checkNoNullCursor(Connection& connection, std::stop_token stop) const;

    /// Whether the first cursor column is a point in time.
    [[nodiscard]] bool cursorIsTime() const;

private:
    Status readTable(Connection& connection, const std::string& table, const std::stop_token& stop);
    Status readColumns(Connection& connection, const ReadSettings& settings, const std::stop_token& stop);
    Status chooseCursor(Connection& connection, const ReadSettings& settings, const std::stop_token& stop);
    [[nodiscard]] Result<int> columnNamed(const std::string& option, const std::string& name) const;
    [[nodiscard]] std::string list() const;
    [[nodiscard]] std::string cursorList() const;
    [[nodiscard]] std::string valuesOf(const Step& step) const;
    [[nodiscard]] std::string whereByCursor(const ReadPosition& position, const Snapshot& snapshot,
                                            const std::string& latest) const;

    std::string m_title;
    std::string m_from;             ///< quoted "schema"."table", or (query) AS input
    unsigned m_table = 0;           ///< its OID; 0 for a query
    bool m_hasTransactions = false; ///< rows have xmin
    bool m_hasPages = false;
    std::optional<std::int64_t> m_estimate;
    std::vector<ReadColumn> m_columns;
    std::vector<int> m_cursor;
    bool m_nullCursorChecked = false; ///< no cursor column can be null
    bool m_skipNullCursor = false;    ///< such rows are left out
    bool m_keyWasFound = false;
};

/// The snapshot of the transaction that the connection is in.
[[nodiscard]] Result<Snapshot> currentSnapshot(Connection& connection, std::stop_token stop);

/// Until when stamps are certain: rows that a running transaction stamps with its start are not older than that, unless
/// it has run for longer than `lag`. As text of a timestamptz.
[[nodiscard]] Result<std::string> latestCertainTime(Connection& connection, std::chrono::milliseconds lag,
                                                    std::stop_token stop);

} // namespace headrace::postgres
