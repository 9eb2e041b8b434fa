// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headrace::avro {

/// Avro 1.12, "Transforming into Parsing Canonical Form": equal for schemas that read the same bytes in the same way.
/// `schema` is the text of one that Schema::parse() takes.
[[nodiscard]] std::string canonicalForm(const std::string& schema);

/// CRC-64-AVRO of its canonical form, as Avro's single objects carry it.
[[nodiscard]] std::uint64_t fingerprint(const std::string& schema);

/// 16 hexadecimal digits, the most significant first.
[[nodiscard]] std::string fingerprintText(std::uint64_t fingerprint);

// What stands before a value in Avro's single-object encoding: the bytes C3 01 and the fingerprint of its schema, the
// least significant byte first.
inline constexpr std::size_t kSingleObjectBytes = 10;
[[nodiscard]] std::string singleObjectFrame(std::uint64_t fingerprint);
/// None when the value does not begin so.
[[nodiscard]] std::optional<std::uint64_t> singleObjectSchema(std::string_view value);

} // namespace headrace::avro
