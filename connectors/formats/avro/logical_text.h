// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headrace::avro {

// What the texts of logical types stand for; the inverse of value_json.h.

/// "12345678-1234-5678-1234-567812345678" as 16 bytes.
[[nodiscard]] std::optional<std::string> uuidBytes(std::string_view text);

/// "P1M2DT3.000S" as 12 bytes.
[[nodiscard]] std::optional<std::string> durationBytes(std::string_view text);

/// A date, time of day or timestamp (RFC 3339; without a zone for local ones) in the unit of its type; none where it
/// is finer than that.
[[nodiscard]] std::optional<std::int64_t> timeNumber(std::string_view text, Logical logical);

} // namespace headrace::avro
