// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace headrace {

/// What becomes of NaN and infinities, which JSON has no number for.
enum class NonFinite {
    Refuse, ///< append() fails
    Null,
    Text, ///< "NaN", "Infinity", "-Infinity"
};

/// Appends JSON values of one column: whole numbers and decimals with all their digits, text escaped, binary as
/// base64, UUIDs, dates and times as text (RFC 9562, RFC 3339), lists as arrays, structs and maps of text keys as
/// objects, other maps as arrays of [key, value], JSON as it stands without blanks between its tokens.
/// Use: bind an array of the column's type, then append rows of it. One thread at a time.
class JsonCells {
public:
    virtual ~JsonCells() = default;
    virtual void bind(const arrow::Array& array) = 0; ///< `array` must outlive the appends

    /// Appends the value, "null" for null. False when it is a non-finite number that is refused.
    [[nodiscard]] virtual bool append(std::int64_t row, std::string& out) const = 0;
};

/// Whether a map's entries become the members of an object. `type` is a map's.
[[nodiscard]] bool isObject(const arrow::DataType& type);

/// For the cells of a field, whose texts may be JSON (ndjson::holdsJson); one that is none after all is a text.
[[nodiscard]] Result<std::unique_ptr<JsonCells>> makeJsonCells(const arrow::Field& field, NonFinite nonFinite);

/// The error says which type, also when nested, has no JSON form.
[[nodiscard]] Result<std::unique_ptr<JsonCells>> makeJsonCells(const arrow::DataType& type, NonFinite nonFinite);

/// `text` in double quotes with ", \ and control characters escaped; other bytes stay as they are.
void appendJsonText(std::string_view text, std::string& out);

} // namespace headrace
