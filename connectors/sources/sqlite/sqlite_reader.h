// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/sqlite/sqlite_query.h"
#include "connectors/sources/tables/table_reader.h"
#include "connectors/sources/tables/table_selection.h"

#include <chrono>
#include <memory>
#include <string>

namespace headrace::sqlite {

/// A read by cursor.
struct CursorRead {
    std::string path;
    TableSelection selection;
    Query::TypeOptions types;
    std::chrono::milliseconds busyTimeout{};
};

/// Opens the file and looks the table or query up. Rows are ordered and resumed behind by what SQLite itself has in the
/// columns of cursor and key, whatever they are read as.
[[nodiscard]] Result<std::unique_ptr<TableReader>> openTable(const CursorRead& read, const std::stop_token& stop);

/// SourceType::cursorAt: the value without the quotes of SQL.
[[nodiscard]] std::string cursorAt(const Position& position);

} // namespace headrace::sqlite
