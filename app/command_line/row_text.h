// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::cli {

/// The cells of one column as text: numbers, dates and texts as the CSV writer has them (text unquoted), binary as
/// base64, nested values as JSON; nullopt for NULL.
[[nodiscard]] Result<std::vector<std::optional<std::string>>> cellTexts(const arrow::Array& column);

/// `text` on one line: control characters and backslashes as \n, \t, \x1b, \\.
[[nodiscard]] std::string onOneLine(const std::string& text);

} // namespace headrace::cli
