// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace::aws {

/// As AWS's JSON carries bytes.
[[nodiscard]] std::string base64Of(std::string_view bytes);

} // namespace headrace::aws
