// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace headrace {

/// Whether values written for `incoming`, one of SqliteColumn's types, come back unchanged from a column declared as
/// `existing`.
[[nodiscard]] bool keepsValues(const std::string& existing, const std::string& incoming);

} // namespace headrace
