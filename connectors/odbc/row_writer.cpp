// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "connectors/odbc/row_writer.h"

#include "connectors/core/shown_number.h"
#include "connectors/core/value_bytes.h"
#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/wide_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::odbc {

namespace {

/// Below what servers take in one statement: SQLite 32,766 parameters, MariaDB 16 MiB unless set.
constexpr std::int64_t kMostParameters = 4096;
constexpr std::int64_t kMostRows = 256;
constexpr std::int64_t kPieceBytes = 1024 * 1024;
constexpr std::int64_t kStep = 16;
constexpr std::size_t kShownBytes = 100;

} // namespace

RowWriter::RowWriter(Connection& connection, std::vector<Column> columns, Statements statements, std::string title)
    : m_connection(connection)
    , m_columns(std::move(columns))
    , m_statements(std::move(statements))
    , m_title(std::move(title))
    , m_what(fmt::format("Writing to the {} failed", m_title))
{
}

Result<RowWriter::Prepared> RowWriter::prepared(const std::string& sql, std::int64_t rows)
{
    HEADRACE_TRY(Statement statement, m_connection.statement(m_what));
    std::u16string text = wide(sql);
    HEADRACE_CHECK(m_connection.run(statement,
                                    [&] {
                                        return SQLPrepareW(statement.handle(), reinterpret_cast<SQLWCHAR*>(text.data()),
                                                           static_cast<SQLINTEGER>(text.size()));
                                    },
                                    m_what, {}));
    return Prepared{rows, std::move(statement)};
}

Status RowWriter::prepareAll()
{
    std::string row;
    for (const Column& column : m_columns)
        row += (row.empty() ? "" : ", ") + column.placeholder;
    const auto columns = static_cast<std::int64_t>(m_columns.size());
    std::int64_t count = m_statements.takesMany ? std::clamp<std::int64_t>(kMostParameters / columns, 1, kMostRows) : 1;
    while (true) {
        std::string sql = m_statements.insert;
        for (std::int64_t i = 0; i < count; ++i)
            sql += fmt::format("{}({}{})", i == 0 ? "" : ", ", m_statements.numbersRows ? fmt::format("{}, ", i) : "",
                               row);
        HEADRACE_TRY(Prepared insert, prepared(sql + m_statements.end, count));
        m_inserts.push_back(std::move(insert));
        if (count == 1)
            break;
        count = count > kStep ? kStep : 1;
    }
    if (!m_statements.remove.empty()) {
        HEADRACE_TRY(Prepared removal, prepared(m_statements.remove, 1));
        m_remove.emplace(std::move(removal));
    }
    return {};
}

Status RowWriter::write(const arrow::RecordBatch& rows)
{
    if (m_columns.empty() || rows.num_rows() == 0)
        return {};
    if (m_inserts.empty())
        HEADRACE_CHECK(prepareAll());
    std::int64_t from = 0;
    for (const std::int64_t end : pieceEnds(rows, m_inserts.front().rows, kPieceBytes)) {
        HEADRACE_CHECK(writePiece(rows, from, end - from));
        from = end;
    }
    m_rows += rows.num_rows();
    return {};
}

Status RowWriter::writePiece(const arrow::RecordBatch& rows, std::int64_t from, std::int64_t count)
{
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const std::int64_t end = m_columns[i].parameter->load(*rows.column(static_cast<int>(i)), from, count);
        if (end != from + count)
            return fail(misfit(rows, end, i));
    }
    for (std::int64_t done = 0; done < count;) {
        const auto insert =
            std::ranges::find_if(m_inserts, [&](const Prepared& one) { return one.rows <= count - done; });
        if (m_remove)
            HEADRACE_CHECK(remove(done, m_rows + from + done + 1));
        SQLUSMALLINT parameter = 0;
        for (std::int64_t row = done; row < done + insert->rows; ++row)
            for (const Column& column : m_columns)
                if (!SQL_SUCCEEDED(column.parameter->bind(insert->statement.handle(), ++parameter, row)))
                    return fail(m_connection.error(m_what, insert->statement));
        HEADRACE_CHECK(execute(*insert, m_rows + from + done + 1));
        done += insert->rows;
    }
    return {};
}

Status RowWriter::remove(std::int64_t index, std::int64_t row)
{
    SQLUSMALLINT parameter = 0;
    for (const std::size_t column : m_statements.keyColumns)
        if (!SQL_SUCCEEDED(m_columns[column].parameter->bind(m_remove->statement.handle(), ++parameter, index)))
            return fail(m_connection.error(m_what, m_remove->statement));
    return execute(*m_remove, row);
}

Status RowWriter::execute(const Prepared& prepared, std::int64_t firstRow)
{
    const SQLRETURN answer = SQLExecute(prepared.statement.handle());
    if (SQL_SUCCEEDED(answer) || answer == SQL_NO_DATA)
        return {};
    const std::string where = prepared.rows == 1 ? fmt::format("row {}", groupedNumber(firstRow))
                                                 : fmt::format("among the rows {} to {}", groupedNumber(firstRow),
                                                               groupedNumber(firstRow + prepared.rows - 1));
    return fail(m_connection.error(fmt::format("{}, {} of this run", m_what, where), prepared.statement));
}

Error RowWriter::misfit(const arrow::RecordBatch& rows, std::int64_t row, std::size_t column) const
{
    const auto& array = *rows.column(static_cast<int>(column));
    const auto scalar = array.GetScalar(row);
    const std::string value = scalar.ok() ? (*scalar)->ToString() : "";
    return {
        ErrorCode::Data,
        fmt::format("{}, row {} of this run, column '{}': {} cannot hold the {} '{}' there exactly. Cast the column in "
                    "the shape, or give the table another type.",
                    m_what, m_rows + row + 1, m_columns[column].name, m_connection.facts().product,
                    array.type()->ToString(), value.substr(0, kShownBytes)),
        {},
        std::nullopt};
}

} // namespace headrace::odbc
