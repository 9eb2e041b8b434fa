// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include "connectors/odbc/parameter_column.h"

#include "connectors/formats/value_text.h"
#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/parameter_text.h"
#include "connectors/odbc/wide_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace headrace::odbc {

namespace {

/// Numbers of 64 bits: Take(array, row, value) says whether the value can be written.
template <typename T, typename Take>
class Numbers final : public ParameterColumn {
public:
    Numbers(SQLSMALLINT cType, SQLSMALLINT sqlType, Take take)
        : m_cType(cType)
        , m_sqlType(sqlType)
        , m_take(std::move(take))
    {
    }

    std::int64_t load(const arrow::Array& array, std::int64_t from, std::int64_t count) override
    {
        m_values.assign(static_cast<std::size_t>(count), T{});
        m_lengths.assign(m_values.size(), sizeof(T));
        for (std::int64_t i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            if (array.IsNull(from + i))
                m_lengths[at] = SQL_NULL_DATA;
            else if (!m_take(array, from + i, m_values[at]))
                return from + i;
        }
        return from + count;
    }

    short bind(void* statement, unsigned short parameter, std::int64_t index) override
    {
        const auto at = static_cast<std::size_t>(index);
        return SQLBindParameter(statement, parameter, SQL_PARAM_INPUT, m_cType, m_sqlType, 0, 0, &m_values[at],
                                sizeof(T), &m_lengths[at]);
    }

private:
    SQLSMALLINT m_cType;
    SQLSMALLINT m_sqlType;
    Take m_take;
    std::vector<T> m_values;
    std::vector<SQLLEN> m_lengths;
};

template <typename T, typename Take>
std::unique_ptr<ParameterColumn> numbers(SQLSMALLINT cType, SQLSMALLINT sqlType, Take take)
{
    return std::make_unique<Numbers<T, Take>>(cType, sqlType, std::move(take));
}

template <typename Array>
std::unique_ptr<ParameterColumn> integers()
{
    return numbers<std::int64_t>(SQL_C_SBIGINT, SQL_BIGINT,
                                 [](const arrow::Array& array, std::int64_t row, std::int64_t& value) {
                                     const auto found = static_cast<const Array&>(array).Value(row);
                                     value = static_cast<std::int64_t>(found);
                                     return std::in_range<std::int64_t>(found);
                                 });
}

/// SQLite keeps infinity, but makes NULL of NaN; others keep neither.
template <typename Take>
std::unique_ptr<ParameterColumn> doubles(bool takesInfinity, Take take)
{
    return numbers<double>(SQL_C_DOUBLE, SQL_DOUBLE,
                           [takesInfinity, take](const arrow::Array& array, std::int64_t row, double& value) {
                               value = take(array, row);
                               return std::isfinite(value) || (takesInfinity && std::isinf(value));
                           });
}

/// Everything else as bytes or text: of one piece of memory, in which each cell begins at a place of its own.
class Texts final : public ParameterColumn {
public:
    Texts(std::unique_ptr<CellWriter> writer, SQLSMALLINT cType, SQLSMALLINT sqlType, std::int64_t most)
        : m_writer(std::move(writer))
        , m_cType(cType)
        , m_sqlType(sqlType)
        , m_most(most)
    {
    }

    std::int64_t load(const arrow::Array& array, std::int64_t from, std::int64_t count) override
    {
        m_memory.clear();
        m_starts.clear();
        m_lengths.clear();
        m_writer->bind(array);
        std::string cell;
        for (std::int64_t i = 0; i < count; ++i) {
            m_starts.push_back(m_memory.size());
            cell.clear();
            if (array.IsNull(from + i)) {
                m_lengths.push_back(SQL_NULL_DATA);
                continue;
            }
            if (!m_writer->write(from + i, cell) || !fits(cell))
                return from + i;
            if (m_cType == SQL_C_WCHAR) {
                const std::u16string units = wide(cell);
                if (units.empty() && !cell.empty()) // no valid UTF-8
                    return from + i;
                cell.assign(reinterpret_cast<const char*>(units.data()), units.size() * sizeof(char16_t));
            }
            m_lengths.push_back(static_cast<SQLLEN>(cell.size()));
            m_memory += cell;
            m_memory.append(sizeof(char16_t), 0); // some drivers look for an end
            m_memory.append(m_memory.size() % sizeof(char16_t), 0);
        }
        return from + count;
    }

    short bind(void* statement, unsigned short parameter, std::int64_t index) override
    {
        const auto at = static_cast<std::size_t>(index);
        const SQLLEN length = std::max<SQLLEN>(0, m_lengths[at]);
        const SQLLEN size = m_cType == SQL_C_WCHAR ? length / static_cast<SQLLEN>(sizeof(char16_t)) : length;
        return SQLBindParameter(statement, parameter, SQL_PARAM_INPUT, m_cType, m_sqlType,
                                static_cast<SQLULEN>(std::max<SQLLEN>(1, size)), m_writer->digits(),
                                m_memory.data() + m_starts[at], length, &m_lengths[at]);
    }

private:
    [[nodiscard]] bool fits(const std::string& cell) const
    {
        if (m_most < 0 || cell.size() <= static_cast<std::size_t>(m_most))
            return true;
        return m_cType != SQL_C_BINARY &&
               std::ranges::count_if(cell, [](char c) { return (c & 0xc0) != 0x80; }) <= m_most;
    }

    std::unique_ptr<CellWriter> m_writer;
    SQLSMALLINT m_cType;
    SQLSMALLINT m_sqlType;
    std::int64_t m_most;
    std::string m_memory;
    std::vector<std::size_t> m_starts;
    std::vector<SQLLEN> m_lengths;
};

std::unique_ptr<ParameterColumn> number(const arrow::DataType& type, Dialect dialect)
{
    const bool takesInfinity = dialect == Dialect::Sqlite;
    switch (type.id()) {
    case arrow::Type::BOOL:
        return numbers<std::int64_t>(SQL_C_SBIGINT, SQL_BIGINT,
                                     [](const arrow::Array& array, std::int64_t row, std::int64_t& value) {
                                         value = static_cast<const arrow::BooleanArray&>(array).Value(row) ? 1 : 0;
                                         return true;
                                     });
    case arrow::Type::INT8:
        return integers<arrow::Int8Array>();
    case arrow::Type::INT16:
        return integers<arrow::Int16Array>();
    case arrow::Type::INT32:
        return integers<arrow::Int32Array>();
    case arrow::Type::INT64:
        return integers<arrow::Int64Array>();
    case arrow::Type::UINT8:
        return integers<arrow::UInt8Array>();
    case arrow::Type::UINT16:
        return integers<arrow::UInt16Array>();
    case arrow::Type::UINT32:
        return integers<arrow::UInt32Array>();
    case arrow::Type::UINT64:
        return dialect == Dialect::Sqlite ? integers<arrow::UInt64Array>() : nullptr; // as its digits
    case arrow::Type::HALF_FLOAT:
        return doubles(takesInfinity, [](const arrow::Array& array, std::int64_t row) {
            return arrow::util::Float16::FromBits(static_cast<const arrow::HalfFloatArray&>(array).Value(row))
                .ToDouble();
        });
    case arrow::Type::FLOAT:
        return doubles(takesInfinity, [](const arrow::Array& array, std::int64_t row) {
            return static_cast<double>(static_cast<const arrow::FloatArray&>(array).Value(row));
        });
    case arrow::Type::DOUBLE:
        return doubles(takesInfinity, [](const arrow::Array& array, std::int64_t row) {
            return static_cast<const arrow::DoubleArray&>(array).Value(row);
        });
    default:
        return nullptr;
    }
}

/// Of values that are no texts, for servers that go by the parameter's type.
SQLSMALLINT standardType(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::UINT64:
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256:
        return SQL_DECIMAL;
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return SQL_TYPE_DATE;
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
        return SQL_TYPE_TIME;
    case arrow::Type::TIMESTAMP:
        return SQL_TYPE_TIMESTAMP;
    default:
        return SQL_VARCHAR;
    }
}

} // namespace

std::unique_ptr<ParameterColumn> makeParameter(const arrow::DataType& type, Dialect dialect, std::int64_t most)
{
    if (BytesView::covers(type)) {
        if (!BytesView::isText(type))
            return std::make_unique<Texts>(makeCellWriter(type, dialect), SQL_C_BINARY, SQL_LONGVARBINARY, most);
        const bool isUtf8 = dialect == Dialect::Sqlite || dialect == Dialect::MySql;
        return std::make_unique<Texts>(makeCellWriter(type, dialect), isUtf8 ? SQL_C_CHAR : SQL_C_WCHAR,
                                       isUtf8 ? SQL_LONGVARCHAR : SQL_WLONGVARCHAR, most);
    }
    // PostgreSQL's statements cast texts themselves; its driver would round floats.
    if (dialect != Dialect::PostgreSql)
        if (auto column = number(type, dialect))
            return column;
    auto writer = makeCellWriter(type, dialect);
    if (writer == nullptr)
        return nullptr;
    return std::make_unique<Texts>(std::move(writer), SQL_C_CHAR,
                                   dialect == Dialect::Standard ? standardType(type) : SQL_VARCHAR, -1);
}

} // namespace headrace::odbc
