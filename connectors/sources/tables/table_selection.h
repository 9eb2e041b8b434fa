// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/result.h"
#include "connectors/core/source.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// What is read of a database, and by which columns.
struct TableSelection {
    std::string table;
    std::string query;
    std::vector<std::string> cursor;
    std::vector<std::string> key;
    bool skipNullCursor = false;
    std::chrono::milliseconds lag{};
};

/// The option `query`.
[[nodiscard]] OptionSpec queryOption();
/// The options of a TableSelection, `example` being the name of a table: "shop.orders".
[[nodiscard]] std::vector<OptionSpec> selectionOptions(const std::string& example);
/// Those of them that are about the cursor: cursor, key, null_cursor and lag, with the help of the last one.
[[nodiscard]] std::vector<OptionSpec> cursorOptions(std::string lagHelp);
/// The help of `lag` for a file that one transaction at a time is written to.
[[nodiscard]] std::string fileLagHelp();
/// `owner` opens a sentence: "mariadb source".
[[nodiscard]] Result<TableSelection> readSelection(const Options& options, const std::string& owner);

/// SourceType::forPreview: without a lag, because what may still move does not matter to a look, but a wait does.
[[nodiscard]] Options previewOfTable(Options options);

/// Usage unless exactly one of the two is set.
Status checkTableOrQuery(const std::string& table, const std::string& query, std::string_view owner);

/// A query without blanks and semicolons at its end.
[[nodiscard]] std::string trimmedQuery(std::string query);

/// Usage when there is no column, or two have one name. `title`: "table 'shop.orders'".
Status checkColumnNames(const std::vector<std::string>& names, std::string_view title);

/// For rows that no read by cursor would ever reach: one of these columns, as listed, is NULL in them.
[[nodiscard]] Error rowsWithoutCursor(std::string_view title, std::string_view columns);

/// Usage when the trigger new_rows has no cursor to count by. `owner`: "mariadb source".
Status checkCountsByCursor(const std::vector<std::string>& cursor, std::string_view owner);

/// What is known of the columns that may be a cursor or key.
struct KeyFacts {
    std::string title;                 ///< "table 'shop.orders'"
    std::vector<std::string> columns;  ///< all of them
    std::vector<std::string> key;      ///< primary key of the table; none for views and queries
    std::vector<std::string> required; ///< columns that cannot be NULL
};

/// By which columns rows are ordered and resumed behind: the cursor's, then the key's. None: rows are counted.
struct CursorChoice {
    std::vector<int> columns;
    int cursors = 0;          ///< how many of them are of the option 'cursor'
    bool keyWasFound = false; ///< it is the table's
    bool mayBeNull = false;   ///< a column of them
};

/// Gives names the columns' own letter case, for databases that ignore it.
void adoptCase(std::vector<std::string>& names, const std::vector<std::string>& columns);

/// That the table's primary key tells its rows apart.
[[nodiscard]] Decision keyDecision(const std::vector<std::string>& key);

/// Fails when an option names a column that is none, or a cursor has no key that tells ties apart.
[[nodiscard]] Result<CursorChoice> chooseCursor(const TableSelection& selection, const KeyFacts& facts);

/// A condition that holds for the rows behind the one with these values in the order of the columns; both are SQL, and
/// the first column's range can use an index. Servers compare rows of values one by one, without one.
[[nodiscard]] std::string behindCondition(const std::vector<std::string>& columns,
                                          const std::vector<std::string>& values);

} // namespace headrace
