// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace::aws {

/// Base64 (RFC 4648) as AWS's JSON carries bytes; false when the text is none.
[[nodiscard]] bool decodeBase64(std::string_view text, std::string& bytes);

[[nodiscard]] std::string base64Of(std::string_view bytes);

} // namespace headrace::aws
