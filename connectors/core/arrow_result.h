// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/result.h>

#include <string_view>

namespace headrace {

/// Translates an Arrow status. `what` opens the user's sentence: "The file '/data/a.parquet' could not be read".
[[nodiscard]] Status fromArrow(const arrow::Status& status, std::string_view what);

template <typename T>
[[nodiscard]] Result<T> fromArrow(arrow::Result<T>&& result, std::string_view what)
{
    if (!result.ok())
        return fail(fromArrow(result.status(), what).error());
    return std::move(result).MoveValueUnsafe();
}

} // namespace headrace
