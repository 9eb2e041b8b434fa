// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/column_kind.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::csv {

using Kind = ColumnKind; // none of Json, Blob, UnixSeconds, UnixMilliseconds

/// What a column's cells are read as.
struct ColumnType {
    Kind kind = Kind::Text;
    int precision = 0;        ///< Decimal
    int scale = 0;            ///< Decimal
    std::string pattern = {}; ///< Date, Time, Timestamp: see TemporalPattern
    bool zoned = false;       ///< Timestamp: an instant in UTC, the cells carry their offset
    bool detected = false;    ///< then cells are read strictly: what would lose its leading zeros or digits is refused
    std::vector<std::string> nulls = {}; ///< texts that mean NULL here, besides the unquoted empty cell

    friend bool operator==(const ColumnType&, const ColumnType&) = default;
};

/// Reads the notation of the option `columns`: text, bool, int64, double, decimal(10,2), date, date(%d.%m.%Y), time,
/// timestamp, timestamptz, timestamp(%d/%m/%Y %H:%M). The error quotes the text and lists the notations.
[[nodiscard]] Result<ColumnType> parseColumnType(std::string_view notation);

/// The inverse of parseColumnType.
[[nodiscard]] std::string notation(const ColumnType& type);

[[nodiscard]] std::shared_ptr<arrow::DataType> arrowType(const ColumnType& type);

/// The column type that gives cells of `type`; text for types that CSV is never read as.
[[nodiscard]] ColumnType columnTypeFor(const arrow::DataType& type);

} // namespace headrace::csv
