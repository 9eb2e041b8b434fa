// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

namespace headrace::mariadb {

/// What a result says of one of its columns.
struct Column {
    std::string name;
    unsigned type = 0; ///< enum_field_types
    bool isUnsigned = false;
    bool isBinary = false;   ///< bytes instead of text
    bool isJson = false;     ///< texts that the server keeps to be JSON
    bool isEnum = false;     ///< ENUM or SET: sorted by number, but compared as text
    bool isRequired = false; ///< NOT NULL
    unsigned long length = 0;
    unsigned decimals = 0;
    std::string declared; ///< as information_schema gives it: "enum('a','b')"; "" for a query's
};

/// How to read what Arrow's types do not hold as a user may want it.
struct ReadOptions {
    enum class Zero { Reject, Null, Text };
    enum class Time { Duration, TimeOfDay, Text };

    Zero zeroDates = Zero::Reject; ///< 0000-00-00 and days or months that are zero
    Time time = Time::Duration;    ///< TIME, which reaches from −838 to 838 hours
};

/// How a value lies in a row of the binary protocol.
enum class Wire { Int8, Int16, Int32, Int64, Float, Double, Bits, Date, DateTime, Time, Text };

/// How one column is selected and decoded.
struct ReadColumn {
    Column column;
    std::string order; ///< what ORDER BY and comparisons take
    std::shared_ptr<arrow::Field> field;
    Wire wire = Wire::Text;
};

[[nodiscard]] ReadColumn readColumn(const Column& column, const ReadOptions& options);

inline constexpr const char* kTypeKey = "headrace:mariadb_type"; ///< in a field's metadata: Column::declared

} // namespace headrace::mariadb
