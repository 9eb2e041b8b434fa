// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace {

/// Big-endian two's complement, as Avro and Kafka Connect have the digits of a decimal, as the two words of a
/// decimal128. False when it has more digits than `precision`, which is at most 38.
[[nodiscard]] bool decimalWords(std::string_view bytes, int precision, std::uint64_t& low, std::int64_t& high);

} // namespace headrace
