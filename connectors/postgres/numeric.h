// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/wire_buffer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace headrace::postgres {

// numeric on the wire: groups of four decimal digits, the weight of the first, a sign and the digits shown behind the
// point (src/backend/utils/adt/numeric.c, numeric_send).

__extension__ using Int128 = __int128;

/// The value times 10^scale. False for NaN, infinity, and what `scale` digits or 128 bits cannot hold exactly.
[[nodiscard]] bool decodeNumeric(std::string_view wire, int scale, Int128& value);

/// As PostgreSQL prints it, digits behind the point included: "12.30", "NaN", "-Infinity". False when malformed.
[[nodiscard]] bool numericText(std::string_view wire, std::string& text);

/// Appends value / 10^scale, behind its length.
void encodeNumeric(Int128 value, int scale, WireBuffer& out);

/// The same from digits: "-12.30". They must be well-formed.
void encodeNumeric(std::string_view digits, WireBuffer& out);

} // namespace headrace::postgres
