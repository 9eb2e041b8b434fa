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
/// base64, dates and times as RFC 3339 text, lists as arrays, structs as objects, maps as arrays of [key, value].
/// Use: bind an array of the column's type, then append rows of it. One thread at a time.
class JsonCells {
public:
    virtual ~JsonCells() = default;
    virtual void bind(const arrow::Array& array) = 0; ///< `array` must outlive the appends

    /// Appends the value, "null" for null. False when it is a non-finite number that is refused.
    [[nodiscard]] virtual bool append(std::int64_t row, std::string& out) const = 0;
};

/// The error says which type, also when nested, has no JSON form.
[[nodiscard]] Result<std::unique_ptr<JsonCells>> makeJsonCells(const arrow::DataType& type, NonFinite nonFinite);

/// `text` in double quotes with ", \ and control characters escaped; other bytes stay as they are.
void appendJsonText(std::string_view text, std::string& out);

} // namespace headrace
