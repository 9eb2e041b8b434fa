// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace {

/// Appends the bytes that a text of base64 (RFC 4648) stands for; false when it is none.
[[nodiscard]] bool decodeBase64(std::string_view text, std::string& bytes);

} // namespace headrace
