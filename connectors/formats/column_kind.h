// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

/// What the values of a column are read as. A format gives those of them that it can hold.
enum class ColumnKind {
    Text,
    Json, ///< every value as it stands in the file
    Blob,
    Boolean,
    Int64,
    Double,
    Decimal,
    Date,
    Time,             ///< microseconds since midnight
    Timestamp,        ///< microseconds; an instant in UTC when zoned
    TimestampNanos,   ///< the same in nanoseconds
    UnixSeconds,      ///< integers since 1970, given as an instant in UTC
    UnixMilliseconds, ///< likewise
};

/// The part of a column's type that all formats share.
struct PlainType {
    ColumnKind kind = ColumnKind::Text;
    int precision = 0;  ///< Decimal: 1 to 38
    int scale = 0;      ///< Decimal: 0 to precision
    bool zoned = false; ///< Timestamp, TimestampNanos

    friend bool operator==(const PlainType&, const PlainType&) = default;
};

/// The type that a notation of the option `columns` names: text, json, blob, bool, int64, double, decimal(10,2), date,
/// time, timestamp, timestamptz, timestamp_ns, timestamptz_ns, timestamp_s, timestamp_ms. nullopt for any other text.
[[nodiscard]] std::optional<PlainType> parsePlainType(std::string_view notation);

/// The inverse of parsePlainType.
[[nodiscard]] std::string notation(const PlainType& type);

/// Reads what stands between the brackets of a decimal type: "10,2", "10, 2", or "10" for a scale of 0.
[[nodiscard]] std::optional<PlainType> parseDecimalType(std::string_view digits);

[[nodiscard]] std::shared_ptr<arrow::DataType> arrowType(const PlainType& type);

/// The type whose columns are of Arrow's `type`; nullopt when no format gives such columns.
[[nodiscard]] std::optional<PlainType> plainTypeOf(const arrow::DataType& type);

} // namespace headrace
