// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_target.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>

namespace headrace::odbc {

/// What a driver says of a column of a result.
struct Column {
    std::string name;
    short type = 0;       ///< SQL_INTEGER and so on
    std::string typeName; ///< the server's own: "timestamptz"
    std::uint64_t size = 0;
    int digits = 0; ///< behind the point of a decimal, of a second
    bool isUnsigned = false;
    bool isRequired = false; ///< NOT NULL
};

/// In which of ODBC's C types a column's cells are taken.
enum class Wire {
    Integer,  ///< 64 bits
    Unsigned, ///< 64 bits
    Double,
    Bit,  ///< a byte
    Date, ///< ODBC's structures
    DateTime,
    Characters, ///< bytes: UTF-8, or what is ASCII in any case
    Wide,       ///< UTF-16
    Bytes,
};

/// How one column is selected and decoded.
struct ReadColumn {
    Column column;
    std::shared_ptr<arrow::Field> field;
    std::string select; ///< what the SELECT takes; what ORDER BY and comparisons take is the column's name
    Wire wire = Wire::Wide;
    std::uint64_t room = 0;   ///< bytes of a cell's buffer
    bool mayExceed = false;   ///< longer values may come
    bool isConverted = false; ///< `select` is not the column itself
};

/// `name` is the column's quoted one.
[[nodiscard]] ReadColumn readColumn(const Column& column, const std::string& name, Dialect dialect);

} // namespace headrace::odbc
