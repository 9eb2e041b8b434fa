// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/postgres/pg_type.h"

#include <fmt/format.h>

namespace headrace::postgres {

namespace {

/// Looks OIDs and modifiers up, in their order. Domains are followed to their base, whose modifier counts.
constexpr const char* kLookUp =
    "WITH RECURSIVE asked AS (SELECT place, oid, modifier FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS "
    "a(oid, modifier, place)), base AS ("
    "SELECT place, t.oid, modifier, t.typtype, t.typbasetype, t.typtypmod FROM asked JOIN pg_catalog.pg_type t USING "
    "(oid) "
    "UNION ALL SELECT place, t.oid, base.typtypmod, t.typtype, t.typbasetype, t.typtypmod FROM base JOIN "
    "pg_catalog.pg_type t ON t.oid = base.typbasetype WHERE base.typtype = 'd') "
    "SELECT b.oid, b.modifier, b.typtype = 'e', CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 AND t.typlen = -1 "
    "THEN "
    "t.typelem ELSE 0 END, coalesce(e.typtype = 'e', false), pg_catalog.format_type(b.oid, b.modifier) "
    "FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.oid LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem "
    "WHERE b.typtype <> 'd' ORDER BY b.place";

Status lookUp(Connection& connection, std::vector<Column>& columns, std::string_view what, const std::stop_token& stop)
{
    std::string oids;
    std::string modifiers;
    for (const Column& column : columns) {
        oids += (oids.empty() ? "" : ",") + std::to_string(column.type.oid);
        modifiers += (modifiers.empty() ? "" : ",") + std::to_string(column.type.modifier);
    }
    HEADRACE_TRY(const Rows rows, connection.query(kLookUp, {"{" + oids + "}", "{" + modifiers + "}"}, what, stop));
    if (rows.size() != static_cast<int>(columns.size()))
        return fail(ErrorCode::Failed, fmt::format("{}: a column has a type that the database does not list.", what));
    for (int row = 0; row < rows.size(); ++row) {
        Type& type = columns[static_cast<std::size_t>(row)].type;
        type.oid = static_cast<unsigned>(rows.integer(row, 0));
        type.modifier = static_cast<int>(rows.integer(row, 1));
        type.isEnum = rows.boolean(row, 2);
        type.element = static_cast<unsigned>(rows.integer(row, 3));
        type.elementModifier = type.element != 0 ? type.modifier : -1;
        type.elementIsEnum = rows.boolean(row, 4);
        type.name = rows.text(row, 5);
    }
    return {};
}

std::string decimalType(const arrow::DataType& type)
{
    const auto& decimal = static_cast<const arrow::DecimalType&>(type);
    return fmt::format("numeric({},{})", decimal.precision(), decimal.scale());
}

} // namespace

int Type::scale() const
{
    constexpr int kBits = 11; // since PostgreSQL 15 the scale is signed
    const int raw = (modifier - 4) & ((1 << kBits) - 1);
    return (raw ^ (1 << (kBits - 1))) - (1 << (kBits - 1));
}

Result<std::vector<Column>> columnsOf(Connection& connection, const std::string& select, std::string_view what,
                                      std::stop_token stop)
{
    HEADRACE_TRY(const Rows described, connection.describe(select, what, stop));
    std::vector<Column> columns;
    for (int i = 0; i < described.columns(); ++i) {
        Column column{described.columnName(i), {}};
        column.type.oid = described.columnType(i);
        column.type.modifier = described.columnModifier(i);
        columns.push_back(std::move(column));
    }
    if (!columns.empty())
        HEADRACE_CHECK(lookUp(connection, columns, what, stop));
    return columns;
}

Result<std::vector<Column>> tableColumns(Connection& connection, const std::string& qualified, std::string_view what,
                                         std::stop_token stop)
{
    HEADRACE_TRY(const Rows rows,
                 connection.query("SELECT attname, atttypid, atttypmod FROM pg_catalog.pg_attribute WHERE attrelid = "
                                  "pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                                  {qualified}, what, stop));
    std::vector<Column> columns;
    for (int row = 0; row < rows.size(); ++row) {
        Column column{rows.text(row, 0), {}};
        column.type.oid = static_cast<unsigned>(rows.integer(row, 1));
        column.type.modifier = static_cast<int>(rows.integer(row, 2));
        columns.push_back(std::move(column));
    }
    if (!columns.empty())
        HEADRACE_CHECK(lookUp(connection, columns, what, stop));
    return columns;
}

bool isTextLike(unsigned oid)
{
    switch (oid) {
    case kText:
    case kVarchar:
    case kBpchar:
    case kName:
    case kJson:
    case kXml:
    case kChar:
        return true;
    default:
        return false;
    }
}

std::string newColumnType(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::BOOL:
        return "boolean";
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::UINT8:
        return "smallint";
    case arrow::Type::INT32:
    case arrow::Type::UINT16:
        return "integer";
    case arrow::Type::INT64:
    case arrow::Type::UINT32:
        return "bigint";
    case arrow::Type::UINT64:
        return "numeric(20,0)";
    case arrow::Type::HALF_FLOAT:
    case arrow::Type::FLOAT:
        return "real";
    case arrow::Type::DOUBLE:
        return "double precision";
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256:
        return decimalType(type);
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
    case arrow::Type::NA:
        return "text";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::FIXED_SIZE_BINARY:
        return "bytea";
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return "date";
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
        return "time without time zone";
    case arrow::Type::TIMESTAMP:
        return static_cast<const arrow::TimestampType&>(type).timezone().empty() ? "timestamp without time zone"
                                                                                 : "timestamp with time zone";
    case arrow::Type::DURATION:
    case arrow::Type::INTERVAL_MONTH_DAY_NANO:
        return "interval";
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST: {
        const std::string element = newColumnType(*type.field(0)->type());
        return element.empty() || element.ends_with("]") || element == "jsonb" ? "jsonb" : element + "[]";
    }
    case arrow::Type::DICTIONARY:
        return newColumnType(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::STRUCT:
    case arrow::Type::MAP:
    case arrow::Type::FIXED_SIZE_LIST:
        return "jsonb";
    default:
        return "";
    }
}

std::string originalType(const arrow::Field& field)
{
    const auto found = field.metadata() == nullptr ? arrow::Result<std::string>(arrow::Status::KeyError(""))
                                                   : field.metadata()->Get(kTypeKey);
    return found.ok() ? *found : "";
}

} // namespace headrace::postgres
