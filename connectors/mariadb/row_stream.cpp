// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/mariadb/row_stream.h"

#include "connectors/mariadb/maria_library.h"

#include <fmt/format.h>

namespace headrace::mariadb {

namespace {

constexpr std::chrono::milliseconds kTick{50};
constexpr unsigned kBinaryCharacters = 63; // the character set "binary"

struct CloseStatement {
    void operator()(st_mysql_stmt* statement) const noexcept { mysql_stmt_close(statement); }
};
using Statement = std::unique_ptr<st_mysql_stmt, CloseStatement>;

Result<Statement> prepared(Connection& connection, const std::string& select, std::string_view what,
                           const std::stop_token& stop)
{
    Statement statement(mysql_stmt_init(connection.handle()));
    if (statement == nullptr)
        return fail(ErrorCode::Failed, fmt::format("{}: no memory is left.", what));
    int problem = 0;
    const int sent = mysql_stmt_prepare_start(&problem, statement.get(), select.data(), select.size());
    HEADRACE_CHECK(connection.finish(
        sent, [&](int ready) { return mysql_stmt_prepare_cont(&problem, statement.get(), ready); }, what, stop));
    if (problem != 0)
        return fail(connection.error(what, statement.get()));
    return statement;
}

/// MariaDB says it beside the type, which is a text; MySQL has a type.
bool isJson(const MYSQL_FIELD& field)
{
    MARIADB_CONST_STRING format{};
    if (field.type == MYSQL_TYPE_JSON)
        return true;
    if (mariadb_field_attr(&format, &field, MARIADB_FIELD_ATTR_FORMAT_NAME) != 0 || format.str == nullptr)
        return false;
    return std::string_view(format.str, format.length) == "json";
}

Column columnOf(const MYSQL_FIELD& field)
{
    Column column;
    column.name.assign(field.name, field.name_length);
    column.type = field.type;
    column.isUnsigned = (field.flags & UNSIGNED_FLAG) != 0;
    column.isBinary = field.charsetnr == kBinaryCharacters;
    column.isJson = isJson(field);
    column.isEnum = (field.flags & (ENUM_FLAG | SET_FLAG)) != 0;
    column.isRequired = (field.flags & NOT_NULL_FLAG) != 0;
    column.length = field.length;
    column.decimals = field.decimals;
    return column;
}

} // namespace

Result<std::vector<Column>> columnsOf(Connection& connection, const std::string& select, std::string_view what,
                                      const std::stop_token& stop)
{
    HEADRACE_TRY(const Statement statement, prepared(connection, select, what, stop));
    std::vector<Column> columns;
    MYSQL_RES* metadata = mysql_stmt_result_metadata(statement.get());
    if (metadata == nullptr)
        return columns;
    const MYSQL_FIELD* fields = mysql_fetch_fields(metadata);
    for (unsigned i = 0; i < mysql_num_fields(metadata); ++i)
        columns.push_back(columnOf(fields[i]));
    mysql_free_result(metadata);
    return columns;
}

RowStream::RowStream(Connection& connection, std::vector<ReadColumn> columns, const ReadOptions& options,
                     std::string title)
    : m_connection(connection)
    , m_columns(std::move(columns))
    , m_title(std::move(title))
    , m_what(fmt::format("Reading the {} failed", m_title))
    , m_cells(m_columns.size())
    , m_refused(m_columns.size())
{
    arrow::FieldVector fields;
    for (const ReadColumn& column : m_columns) {
        m_decoders.push_back(makeDecoder(column, options));
        fields.push_back(column.field);
    }
    m_schema = arrow::schema(std::move(fields));
}

RowStream::~RowStream()
{
    if (m_statement == nullptr)
        return;
    if (m_step != Step::Ended) // closing the statement would read all its rows
        m_connection.abandon();
    while (m_waitsFor != 0)
        m_waitsFor = m_step == Step::Executing ? mysql_stmt_execute_cont(&m_answer, m_statement, MYSQL_WAIT_TIMEOUT)
                                               : mysql_stmt_fetch_cont(&m_answer, m_statement, MYSQL_WAIT_TIMEOUT);
    mysql_stmt_close(m_statement);
}

Status RowStream::begin(const std::string& select, const std::stop_token& stop)
{
    HEADRACE_TRY(Statement statement, prepared(m_connection, select, m_what, stop));
    m_statement = statement.release();
    mysql_stmt_attr_set(m_statement, STMT_ATTR_CB_USER_DATA, this);
    mysql_stmt_attr_set(m_statement, STMT_ATTR_CB_RESULT, reinterpret_cast<const void*>(&RowStream::takeCell));
    HEADRACE_CHECK(advance({}, stop));
    return {};
}

void RowStream::takeCell(void* self, unsigned column, unsigned char** at)
{
    auto& stream = *static_cast<RowStream*>(self);
    if (at == nullptr) {
        stream.m_cells[column] = nullptr;
        stream.m_decoders[column]->appendNull();
        return;
    }
    const unsigned char* value = *at;
    stream.m_cells[column] = value;
    if (stream.m_rowStart == nullptr)
        stream.m_rowStart = value;
    if (!stream.m_decoders[column]->append(value) && stream.m_refused == stream.m_columns.size())
        stream.m_refused = column;
    stream.m_rowEnd = value;
    *at = const_cast<unsigned char*>(value);
}

Result<bool> RowStream::advance(std::chrono::milliseconds wait, const std::stop_token& stop)
{
    if (m_waitsFor == 0)
        m_waitsFor = m_step == Step::Executing ? mysql_stmt_execute_start(&m_answer, m_statement)
                                               : mysql_stmt_fetch_start(&m_answer, m_statement);
    if (m_waitsFor != 0) {
        const auto deadline = std::chrono::steady_clock::now() + wait;
        while (m_waitsFor != 0) {
            const int ready = m_connection.waitFor(m_waitsFor, std::min(kTick, wait));
            if (ready != 0)
                m_waitsFor = m_step == Step::Executing ? mysql_stmt_execute_cont(&m_answer, m_statement, ready)
                                                       : mysql_stmt_fetch_cont(&m_answer, m_statement, ready);
            else if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, fmt::format("{}: it was stopped.", m_what));
            else if (std::chrono::steady_clock::now() >= deadline)
                return false;
        }
    }
    if (m_step == Step::Executing) {
        if (m_answer != 0)
            return fail(error());
        m_step = Step::Fetching;
        return true;
    }
    if (m_answer == 1)
        return fail(error());
    if (m_answer == MYSQL_NO_DATA)
        m_step = Step::Ended;
    return true;
}

Result<RowBlock> RowStream::read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                 const std::stop_token& stop)
{
    RowBlock block;
    m_rows = 0;
    for (const auto& decoder : m_decoders)
        HEADRACE_CHECK(decoder->reserve(maxRows));
    while (m_step != Step::Ended && m_rows < maxRows && block.wireBytes < maxBytes) {
        const bool isRow = m_step == Step::Fetching;
        HEADRACE_TRY(const bool came, advance(wait, stop));
        if (!came)
            break;
        if (isRow && m_step != Step::Ended)
            keepRow(block);
    }
    HEADRACE_TRY(block.rows, finishRows(m_schema, m_rows, m_decoders));
    block.last = m_step == Step::Ended;
    return block;
}

void RowStream::keepRow(RowBlock& block)
{
    block.wireBytes += m_rowEnd - m_rowStart;
    m_rowStart = m_rowEnd = nullptr;
    if (m_refused < m_columns.size()) {
        block.refuse(m_rows, rejectedRow());
        m_refused = m_columns.size();
    }
    ++m_rows;
}

Error RowStream::error()
{
    m_step = Step::Ended; // nothing is left to be read
    return m_connection.error(m_what, m_statement);
}

BadRecord RowStream::rejectedRow() const
{
    const ReadColumn& bad = m_columns[m_refused];
    const std::string value = wireText(bad, m_cells[m_refused]);
    BadRecord record;
    record.origin = m_title;
    std::string advice = "which is not valid UTF-8";
    if (bad.wire == Wire::Date || bad.wire == Wire::DateTime)
        advice = "which is no day; set the option 'zero_dates'";
    else if (bad.wire == Wire::Time)
        advice = "which is no time of a day; set the option 'time'";
    else if (arrow::is_decimal(bad.field->type()->id()))
        advice = "which has more digits";
    record.reason = fmt::format("The column '{}' is read as {}, but holds '{}', {}.", bad.field->name(),
                                bad.field->type()->ToString(), value, advice);
    record.raw = rowText(*m_schema, [this](int i) {
        const auto* cell = m_cells[static_cast<std::size_t>(i)];
        return cell == nullptr ? "NULL" : wireText(m_columns[static_cast<std::size_t>(i)], cell);
    });
    return record;
}

} // namespace headrace::mariadb
