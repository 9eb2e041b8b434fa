// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/schema.h"
#include "connectors/formats/avro/wire.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace headrace::avro {

// Values without a column of their own, as text.

/// Appends the next value as JSON. Bytes are base64 text, decimals numbers, times ISO 8601, NaN and infinities text; a
/// value of a union of more than null and one type is {"branch": value}, so that nothing is lost. False when the bytes
/// do not fit, which `wire` knows.
bool appendJson(const Type& type, Wire& wire, std::string& out);

/// Steps over the next value.
bool skip(const Type& type, Wire& wire);

/// Digits of a big-endian two's complement number of any length, with `scale` of them behind the point. False for
/// more than 4,096 bytes.
bool appendDecimal(std::string_view bytes, int scale, std::string& out);

void appendDuration(std::string_view bytes, std::string& out); ///< of 12 bytes: "P1M2DT3.000S"

/// A time since midnight, or since 1970, in the unit that its column has: nanoseconds as they are, others as
/// microseconds; false when it does not fit.
bool toColumnUnit(Logical logical, std::int64_t& value);

[[nodiscard]] bool isNanos(Logical logical);

} // namespace headrace::avro
