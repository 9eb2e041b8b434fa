// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/compute/cast.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sqlite_rows.h"

#include "connectors/core/arrow_result.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace headrace {

/// SQLite's virtual table callbacks. An eponymous, read-only table whose only plan is a scan.
struct SqliteRows::Module {
    struct Table {
        sqlite3_vtab base; // first, SQLite knows only this part
        SqliteRows* rows;
    };
    struct Cursor {
        sqlite3_vtab_cursor base;
        std::int64_t row;
    };

    static SqliteRows& rowsOf(sqlite3_vtab_cursor* cursor) { return *reinterpret_cast<Table*>(cursor->pVtab)->rows; }
    static Cursor& self(sqlite3_vtab_cursor* cursor) { return *reinterpret_cast<Cursor*>(cursor); }

    static int connect(sqlite3* database, void* rows, int, const char* const*, sqlite3_vtab** table, char**)
    {
        auto* self = static_cast<SqliteRows*>(rows);
        std::string columns;
        for (std::size_t index = 0; index < self->m_columns.size(); ++index)
            columns += fmt::format("{}c{}", columns.empty() ? "" : ", ", index);
        const int declared = sqlite3_declare_vtab(database, fmt::format("CREATE TABLE rows ({})", columns).c_str());
        if (declared == SQLITE_OK)
            *table = &(new Table{{}, self})->base;
        return declared;
    }
    static int disconnect(sqlite3_vtab* table)
    {
        delete reinterpret_cast<Table*>(table);
        return SQLITE_OK;
    }
    static int bestIndex(sqlite3_vtab*, sqlite3_index_info*) { return SQLITE_OK; }
    static int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor)
    {
        *cursor = &(new Cursor{{}, 0})->base;
        return SQLITE_OK;
    }
    static int close(sqlite3_vtab_cursor* cursor)
    {
        delete &self(cursor);
        return SQLITE_OK;
    }
    static int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**)
    {
        self(cursor).row = 0;
        return SQLITE_OK;
    }
    static int next(sqlite3_vtab_cursor* cursor)
    {
        ++self(cursor).row;
        return SQLITE_OK;
    }
    static int eof(sqlite3_vtab_cursor* cursor) { return self(cursor).row >= rowsOf(cursor).m_rows ? 1 : 0; }
    static int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* rowid)
    {
        *rowid = self(cursor).row;
        return SQLITE_OK;
    }
    static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int index)
    {
        SqliteRows& rows = rowsOf(cursor);
        const std::int64_t row = self(cursor).row;
        const auto at = static_cast<std::size_t>(index);
        if (rows.m_mayBeNull[at] && rows.m_arrays[at]->IsNull(row))
            return SQLITE_OK; // nothing answered is NULL
        std::string error;
        if (rows.m_columns[at].cells->answer(row, context, error))
            return SQLITE_OK;
        const std::string message = fmt::format("row {} of this run, column '{}': {}", rows.m_rowsBefore + row + 1,
                                                rows.m_columns[at].name, error);
        sqlite3_result_error(context, message.data(), static_cast<int>(message.size()));
        sqlite3_result_error_code(context, SQLITE_MISMATCH);
        return SQLITE_ERROR;
    }
};

SqliteRows::SqliteRows(std::vector<SqliteColumn> columns)
    : m_columns(std::move(columns))
    , m_mayBeNull(m_columns.size())
{
}

Status SqliteRows::registerOn(sqlite3* database)
{
    static const sqlite3_module kModule = [] {
        sqlite3_module module{};
        module.xConnect = Module::connect; // no xCreate: exists in every connection without CREATE VIRTUAL TABLE
        module.xBestIndex = Module::bestIndex;
        module.xDisconnect = Module::disconnect;
        module.xOpen = Module::open;
        module.xClose = Module::close;
        module.xFilter = Module::filter;
        module.xNext = Module::next;
        module.xEof = Module::eof;
        module.xColumn = Module::column;
        module.xRowid = Module::rowid;
        return module;
    }();
    if (sqlite3_create_module(database, kFunction.data(), &kModule, this) != SQLITE_OK)
        return fail(ErrorCode::Failed, fmt::format("SQLite refused the row reader: {}.", sqlite3_errmsg(database)));
    return {};
}

Status SqliteRows::bind(const std::shared_ptr<arrow::RecordBatch>& rows)
{
    m_rowsBefore += m_rows;
    m_arrays = rows->columns();
    m_rows = rows->num_rows();
    for (std::size_t index = 0; index < m_columns.size(); ++index) {
        std::shared_ptr<arrow::Array>& array = m_arrays[index];
        if (array->type_id() == arrow::Type::DICTIONARY) {
            const auto& type = static_cast<const arrow::DictionaryType&>(*array->type()).value_type();
            HEADRACE_TRY(array, fromArrow(arrow::compute::Cast(*array, type),
                                          fmt::format("The column '{}' could not be decoded", m_columns[index].name)));
        }
        m_mayBeNull[index] = array->type_id() == arrow::Type::NA || array->null_count() > 0;
        m_columns[index].cells->bind(*array);
    }
    return {};
}

} // namespace headrace
