// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/schema.h"
#include "connectors/formats/avro/wire_output.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string_view>

namespace headrace::avro {

constexpr auto kTooLarge = "it is larger than its type in the schema can hold";
constexpr auto kDigitsLost = "digits would be lost";

/// A number with `scale` digits behind its point as a decimal of `type`: big-endian two's complement, as short as it
/// can be or of the fixed's size. False, as `out` knows, when it has other or more digits than the type.
bool writeDecimal(const arrow::Decimal256& value, std::int32_t scale, const Type& type, WireOutput& out);

/// The same of the text of a number.
bool writeDecimal(std::string_view text, const Type& type, WireOutput& out);

} // namespace headrace::avro
