// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace headrace::aws {

// Digests that AWS's formats are built on. Not for security: both are broken.

/// MD5 (RFC 1321), as at the end of an aggregated Kinesis record.
[[nodiscard]] std::array<std::uint8_t, 16> md5(std::string_view bytes);

/// SHA-1 (RFC 3174) in lower-case hex, as in the names of the SSO cache's files.
[[nodiscard]] std::string sha1Hex(std::string_view bytes);

} // namespace headrace::aws
