// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace {

/// As one part of a URL's path or query: all but RFC 3986's unreserved characters as %XX.
[[nodiscard]] std::string urlEncoded(std::string_view text);

/// The inverse; what is no %XX stays as it is.
[[nodiscard]] std::string urlDecoded(std::string_view text);

} // namespace headrace
