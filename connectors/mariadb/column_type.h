// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace headrace::mariadb {

/// A column's type as information_schema.columns describes it.
struct ColumnType {
    std::string name;        ///< "decimal", "varchar", "bigint"
    std::string declaration; ///< "decimal(10,2) unsigned"
    bool isUnsigned = false;
    int precision = 0;      ///< digits of a decimal, fraction digits of a time
    int scale = 0;          ///< of a decimal
    std::int64_t most = -1; ///< characters of char and varchar, bytes of texts, blobs and binaries; −1: no such limit

    /// From a declaration alone, as a source left it in a field's metadata.
    [[nodiscard]] static ColumnType parse(const std::string& declaration);

    [[nodiscard]] bool isCharacters() const; ///< `most` counts characters
    [[nodiscard]] bool isText() const;       ///< takes texts: also enum, set, uuid, inet6 …
    [[nodiscard]] bool isBytes() const;
    [[nodiscard]] bool dropsBlanks() const; ///< takes blanks at a text's end away
};

/// Whether a column of `existing` takes every value of the field unchanged. One of the very type that the field was
/// read from does, too; there the server refuses what a shape has made too large.
[[nodiscard]] bool holds(const ColumnType& existing, const arrow::Field& incoming);

/// A type that holds both the values of `existing` and the incoming ones; "" when there is none.
[[nodiscard]] std::string widened(const ColumnType& existing, const arrow::DataType& incoming);

/// The type of a new column for such values; "" for types that nothing holds exactly. `isKey`: it can be indexed.
[[nodiscard]] std::string newColumnType(const arrow::Field& field, bool isKey);

} // namespace headrace::mariadb
