// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <memory>

namespace headrace {

inline constexpr const char* kJsonTextKey = "headrace:json_text"; ///< in a field's metadata: its texts are JSON

/// The field of texts as one whose texts are JSON, which writers of JSON nest as they are.
[[nodiscard]] std::shared_ptr<arrow::Field> markedAsJson(const std::shared_ptr<arrow::Field>& field);

} // namespace headrace
