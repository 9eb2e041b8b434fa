// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include "connectors/sinks/sqlite_rows.h"

#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <limits>

namespace headrace {

namespace {

template <typename T>
class IntegerCells final : public SqliteCells {
public:
    void bind(const arrow::Array& array) override { m_values = array.data()->GetValues<T>(1); }
    bool answer(std::int64_t row, sqlite3_context* context, std::string& error) override
    {
        const T value = m_values[row];
        if constexpr (std::is_same_v<T, std::uint64_t>) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                error = fmt::format("SQLite has no whole number as large as {}", value);
                return false;
            }
        }
        sqlite3_result_int64(context, static_cast<sqlite3_int64>(value));
        return true;
    }

private:
    const T* m_values = nullptr;
};

template <typename T>
class FloatCells final : public SqliteCells {
public:
    void bind(const arrow::Array& array) override { m_values = array.data()->GetValues<T>(1); }
    bool answer(std::int64_t row, sqlite3_context* context, std::string& error) override
    {
        const double value = toDouble(m_values[row]);
        if (std::isnan(value)) {
            error = "SQLite cannot hold NaN";
            return false;
        }
        sqlite3_result_double(context, value);
        return true;
    }

private:
    static double toDouble(T value)
    {
        if constexpr (std::is_same_v<T, std::uint16_t>)
            return arrow::util::Float16::FromBits(value).ToDouble();
        else
            return value;
    }

    const T* m_values = nullptr;
};

class BooleanCells final : public SqliteCells {
public:
    void bind(const arrow::Array& array) override { m_array = &static_cast<const arrow::BooleanArray&>(array); }
    bool answer(std::int64_t row, sqlite3_context* context, std::string&) override
    {
        sqlite3_result_int(context, m_array->Value(row) ? 1 : 0);
        return true;
    }

private:
    const arrow::BooleanArray* m_array = nullptr;
};

class NullCells final : public SqliteCells {
public:
    void bind(const arrow::Array&) override {}
    bool answer(std::int64_t, sqlite3_context* context, std::string&) override
    {
        sqlite3_result_null(context);
        return true;
    }
};

class BytesCells final : public SqliteCells {
public:
    explicit BytesCells(bool text)
        : m_text(text)
    {
    }

    void bind(const arrow::Array& array) override { m_bytes.bind(array); }
    bool answer(std::int64_t row, sqlite3_context* context, std::string&) override
    {
        // An empty array may have no buffer, but SQLite takes a null pointer for NULL.
        std::string_view bytes = m_bytes.at(row);
        if (bytes.data() == nullptr)
            bytes = "";
        if (m_text)
            sqlite3_result_text64(context, bytes.data(), bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
        else
            sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_STATIC);
        return true;
    }

private:
    BytesView m_bytes;
    bool m_text;
};

/// Decimals, dates, times and nested values: text that is made when asked for.
template <typename Cells>
class TextCells final : public SqliteCells {
public:
    explicit TextCells(std::unique_ptr<Cells> cells)
        : m_cells(std::move(cells))
    {
    }

    void bind(const arrow::Array& array) override { m_cells->bind(array); }
    bool answer(std::int64_t row, sqlite3_context* context, std::string&) override
    {
        m_text.clear();
        static_cast<void>(m_cells->append(row, m_text)); // nested NaN is written as text, so that nothing is refused
        sqlite3_result_text64(context, m_text.data(), m_text.size(), SQLITE_STATIC, SQLITE_UTF8);
        return true;
    }

private:
    std::unique_ptr<Cells> m_cells;
    std::string m_text;
};

template <typename T>
void setInteger(SqliteColumn& column)
{
    column.declaredType = "INTEGER";
    column.cells = std::make_unique<IntegerCells<T>>();
}

template <typename T>
void setFloat(SqliteColumn& column)
{
    column.declaredType = "REAL";
    column.cells = std::make_unique<FloatCells<T>>();
}

bool setNumber(SqliteColumn& column, arrow::Type::type type)
{
    switch (type) {
    case arrow::Type::INT8:
        setInteger<std::int8_t>(column);
        return true;
    case arrow::Type::INT16:
        setInteger<std::int16_t>(column);
        return true;
    case arrow::Type::INT32:
        setInteger<std::int32_t>(column);
        return true;
    case arrow::Type::INT64:
        setInteger<std::int64_t>(column);
        return true;
    case arrow::Type::UINT8:
        setInteger<std::uint8_t>(column);
        return true;
    case arrow::Type::UINT16:
        setInteger<std::uint16_t>(column);
        return true;
    case arrow::Type::UINT32:
        setInteger<std::uint32_t>(column);
        return true;
    case arrow::Type::UINT64:
        setInteger<std::uint64_t>(column);
        return true;
    case arrow::Type::HALF_FLOAT:
        setFloat<std::uint16_t>(column);
        return true;
    case arrow::Type::FLOAT:
        setFloat<float>(column);
        return true;
    case arrow::Type::DOUBLE:
        setFloat<double>(column);
        return true;
    default:
        return false;
    }
}

/// The declared type tells readers what the text means. TIMESTAMP, DATE and TIME have numeric affinity, which leaves
/// ISO text alone; decimals would turn into REAL under theirs.
std::string declaredTextType(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return "DATE";
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
        return "TIME";
    case arrow::Type::TIMESTAMP:
        return "TIMESTAMP";
    default:
        return "TEXT";
    }
}

Status setCells(SqliteColumn& column, const arrow::DataType& type)
{
    if (setNumber(column, type.id()))
        return {};
    column.declaredType = declaredTextType(type);
    if (type.id() == arrow::Type::BOOL) {
        column.declaredType = "BOOLEAN";
        column.cells = std::make_unique<BooleanCells>();
    } else if (type.id() == arrow::Type::NA) {
        column.cells = std::make_unique<NullCells>();
    } else if (BytesView::covers(type)) {
        column.declaredType = BytesView::isText(type) ? "TEXT" : "BLOB";
        column.cells = std::make_unique<BytesCells>(BytesView::isText(type));
    } else if (auto text = makeCellText(type, {})) {
        column.cells = std::make_unique<TextCells<CellText>>(std::move(text));
    } else {
        auto json = makeJsonCells(type, NonFinite::Text);
        if (!json)
            return fail(ErrorCode::Data, fmt::format("The column '{}' cannot be written to SQLite: {}.", column.name,
                                                     json.error().message));
        column.cells = std::make_unique<TextCells<JsonCells>>(std::move(*json));
    }
    return {};
}

} // namespace

Result<std::vector<SqliteColumn>> sqliteColumns(const arrow::Schema& schema)
{
    std::vector<SqliteColumn> columns;
    for (const auto& field : schema.fields()) {
        SqliteColumn column;
        column.name = field->name();
        const bool coded = field->type()->id() == arrow::Type::DICTIONARY;
        HEADRACE_CHECK(setCells(column, coded ? *static_cast<const arrow::DictionaryType&>(*field->type()).value_type()
                                              : *field->type()));
        columns.push_back(std::move(column));
    }
    return columns;
}

} // namespace headrace
