// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/odbc/column_types.h"

#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/table_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace headrace::odbc {

namespace {

/// A type of the server, as SQLGetTypeInfo lists it.
struct ServerType {
    std::string name;
    std::int64_t size = 0;
    std::string parameters; ///< "precision,scale", "max length"
};

constexpr std::int64_t kKeyCharacters = 255;
constexpr std::int64_t kMostCharacters = 4000; ///< where a text needs a length

/// ODBC's types that hold the values of a field, the best first.
std::vector<int> candidatesFor(const arrow::DataType& type, bool isKey)
{
    switch (type.id()) {
    case arrow::Type::BOOL:
        return {SQL_BIT, SQL_SMALLINT, SQL_INTEGER};
    case arrow::Type::INT8:
    case arrow::Type::UINT8:
    case arrow::Type::INT16:
        return {SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT};
    case arrow::Type::UINT16:
    case arrow::Type::INT32:
        return {SQL_INTEGER, SQL_BIGINT};
    case arrow::Type::UINT32:
    case arrow::Type::INT64:
        return {SQL_BIGINT};
    case arrow::Type::UINT64:
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256:
        return {SQL_DECIMAL, SQL_NUMERIC};
    case arrow::Type::FLOAT:
    case arrow::Type::HALF_FLOAT:
        return {SQL_REAL, SQL_DOUBLE, SQL_FLOAT};
    case arrow::Type::DOUBLE:
        return {SQL_DOUBLE, SQL_FLOAT};
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return {SQL_TYPE_DATE};
    case arrow::Type::TIMESTAMP:
        return static_cast<const arrow::TimestampType&>(type).timezone().empty() ? std::vector<int>{SQL_TYPE_TIMESTAMP}
                                                                                 : std::vector<int>{};
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
        return isKey ? std::vector<int>{SQL_WVARCHAR, SQL_VARCHAR}
                     : std::vector<int>{SQL_WLONGVARCHAR, SQL_LONGVARCHAR, SQL_WVARCHAR, SQL_VARCHAR};
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::FIXED_SIZE_BINARY:
        return {SQL_LONGVARBINARY, SQL_VARBINARY};
    default:
        return {};
    }
}

/// Precision and scale that hold every value.
std::pair<int, int> digitsOf(const arrow::DataType& type)
{
    constexpr int kUnsignedDigits = 20;
    if (!arrow::is_decimal(type.id()))
        return {kUnsignedDigits, 0};
    const auto& decimal = static_cast<const arrow::DecimalType&>(type);
    return {std::max(decimal.precision(), decimal.scale()), std::max(0, decimal.scale())};
}

class StandardTypes final : public ColumnTypes {
public:
    explicit StandardTypes(Connection& connection)
        : m_connection(connection)
    {
    }

    Status load(const std::stop_token& stop)
    {
        HEADRACE_TRY(const Rows rows,
                     m_connection.ask([](void* statement) { return SQLGetTypeInfoW(statement, SQL_ALL_TYPES); },
                                      "The types of the server could not be listed", stop));
        constexpr std::size_t kParameters = 5;
        constexpr std::size_t kCounts = 11;
        for (std::size_t row = 0; row < rows.size(); ++row)
            if (integerOf(rows, row, kCounts) == 0)
                m_types.try_emplace(
                    static_cast<int>(integerOf(rows, row, 1)),
                    ServerType{textOf(rows, row, 0), integerOf(rows, row, 2), textOf(rows, row, kParameters)});
        return {};
    }

    Result<std::vector<ExistingColumn>> columnsOf(const Table& table, std::string_view what,
                                                  const std::stop_token& stop) override
    {
        HEADRACE_TRY(const Rows rows, columnRows(m_connection, table, what, stop));
        enum Part : std::size_t { Name = 3, Type = 4, TypeName = 5, Size = 6, Digits = 8 };
        std::vector<ExistingColumn> columns;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            ExistingColumn column;
            column.name = textOf(rows, row, Name);
            column.type = static_cast<int>(integerOf(rows, row, Type));
            column.precision = static_cast<int>(integerOf(rows, row, Size));
            column.scale = static_cast<int>(integerOf(rows, row, Digits));
            column.declaration = textOf(rows, row, TypeName);
            if ((column.type == SQL_WVARCHAR || column.type == SQL_VARCHAR) && column.precision > 0)
                column.most = column.precision;
            columns.push_back(std::move(column));
        }
        return columns;
    }

    [[nodiscard]] bool holds(const ExistingColumn& existing, const arrow::Field& incoming) const override
    {
        const auto candidates = candidatesFor(*incoming.type(), false);
        if (std::ranges::find(candidates, existing.type) == candidates.end())
            return false;
        if (existing.type != SQL_DECIMAL && existing.type != SQL_NUMERIC)
            return true;
        const auto [precision, scale] = digitsOf(*incoming.type());
        return existing.scale >= scale && existing.precision - existing.scale >= precision - scale;
    }

    [[nodiscard]] std::string newType(const arrow::Field& field, bool isKey) const override
    {
        for (const int candidate : candidatesFor(*field.type(), isKey)) {
            const auto found = m_types.find(candidate);
            if (found == m_types.end())
                continue;
            const ServerType& type = found->second;
            if (candidate == SQL_DECIMAL || candidate == SQL_NUMERIC) {
                const auto [precision, scale] = digitsOf(*field.type());
                return precision > type.size ? "" : fmt::format("{}({},{})", type.name, precision, scale);
            }
            return withLength(candidate, type, isKey);
        }
        return {};
    }

    [[nodiscard]] std::string widening(const ExistingColumn&, const arrow::Field&) const override { return {}; }
    [[nodiscard]] std::string textType(bool isKey) const override
    {
        return newType(*arrow::field("", arrow::utf8()), isKey);
    }

private:
    static std::string withLength(int candidate, const ServerType& type, bool isKey)
    {
        const bool needsLength = candidate == SQL_WVARCHAR || candidate == SQL_VARCHAR || candidate == SQL_VARBINARY;
        if (!needsLength || type.parameters.empty())
            return type.name;
        return fmt::format("{}({})", type.name, std::min(type.size, isKey ? kKeyCharacters : kMostCharacters));
    }

    Connection& m_connection;
    std::map<int, ServerType> m_types;
};

} // namespace

Result<std::unique_ptr<ColumnTypes>> standardTypes(Connection& connection, const std::stop_token& stop)
{
    auto types = std::make_unique<StandardTypes>(connection);
    HEADRACE_CHECK(types->load(stop));
    return types;
}

} // namespace headrace::odbc
