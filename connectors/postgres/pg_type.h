// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/pg_connection.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::postgres {

/// OIDs of PostgreSQL's own types (src/include/catalog/pg_type.dat), which are the same in every database.
inline constexpr unsigned kBool = 16;
inline constexpr unsigned kBytea = 17;
inline constexpr unsigned kChar = 18;
inline constexpr unsigned kName = 19;
inline constexpr unsigned kInt8 = 20;
inline constexpr unsigned kInt2 = 21;
inline constexpr unsigned kInt4 = 23;
inline constexpr unsigned kText = 25;
inline constexpr unsigned kOid = 26;
inline constexpr unsigned kJson = 114;
inline constexpr unsigned kXml = 142;
inline constexpr unsigned kFloat4 = 700;
inline constexpr unsigned kFloat8 = 701;
inline constexpr unsigned kBpchar = 1042;
inline constexpr unsigned kVarchar = 1043;
inline constexpr unsigned kDate = 1082;
inline constexpr unsigned kTime = 1083;
inline constexpr unsigned kTimestamp = 1114;
inline constexpr unsigned kTimestamptz = 1184;
inline constexpr unsigned kInterval = 1186;
inline constexpr unsigned kNumeric = 1700;
inline constexpr unsigned kUuid = 2950;
inline constexpr unsigned kJsonb = 3802;

/// A type as a column has it; domains are seen through.
struct Type {
    unsigned oid = 0; ///< of the base type
    int modifier = -1;
    bool isEnum = false;
    unsigned element = 0;     ///< of an array, else 0
    int elementModifier = -1; ///< numeric(6,2)[] has that of its elements
    bool elementIsEnum = false;
    std::string name; ///< as format_type() prints it: "character varying(20)"

    [[nodiscard]] bool hasPrecision() const { return modifier >= 4; }
    [[nodiscard]] int precision() const { return ((modifier - 4) >> 16) & 0xffff; }
    [[nodiscard]] int scale() const; ///< may be negative or larger than the precision
};

struct Column {
    std::string name;
    Type type;
};

/// The columns that a SELECT gives. `what` opens the sentence of an error.
[[nodiscard]] Result<std::vector<Column>> columnsOf(Connection& connection, const std::string& select,
                                                    std::string_view what, std::stop_token stop);

/// The columns of a table by name; empty when there is no such table.
[[nodiscard]] Result<std::vector<Column>> tableColumns(Connection& connection, const std::string& qualified,
                                                       std::string_view what, std::stop_token stop);

/// True for types whose text is their binary form.
[[nodiscard]] bool isTextLike(unsigned oid);

/// The type that a new column for values of this Arrow type has; "" for types that nothing holds exactly. The name
/// that a PostgreSQL source left in the field's metadata is not looked at.
[[nodiscard]] std::string newColumnType(const arrow::DataType& type);

/// The name of the PostgreSQL type that a field was read from; "" when it was not, or when the Arrow type says it.
[[nodiscard]] std::string originalType(const arrow::Field& field);

inline constexpr const char* kTypeKey = "headrace:postgres_type"; ///< in a field's metadata

} // namespace headrace::postgres
