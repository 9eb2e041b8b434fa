// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace::odbc {

/// ODBC's own encoding of texts, which is UTF-16 in unixODBC. Invalid UTF-8 becomes an empty text.
[[nodiscard]] std::u16string wide(std::string_view text);

/// The text in UTF-8; false when it is no valid UTF-16.
[[nodiscard]] bool narrow(std::u16string_view text, std::string& utf8);

/// The same for messages and names: what is invalid becomes an empty text.
[[nodiscard]] std::string narrowed(std::u16string_view text);

} // namespace headrace::odbc
