// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace {

// Bytes as text of base64 (RFC 4648), with the padding.

void appendBase64(std::string_view bytes, std::string& out);
[[nodiscard]] std::string base64Of(std::string_view bytes);

/// Appends the bytes that the text stands for, which may lack the padding; false when it is none.
[[nodiscard]] bool decodeBase64(std::string_view text, std::string& bytes);

} // namespace headrace
