// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace headrace {

/// The values of messages from rows. One thread at a time.
class ValueEncoder {
public:
    virtual ~ValueEncoder() = default;

    /// Takes the next rows, of all columns; at() then gives the value of each.
    virtual Status encode(const arrow::RecordBatch& rows) = 0;

    /// Good until the next call; none: a tombstone.
    [[nodiscard]] virtual std::optional<std::string_view> at(std::int64_t row) = 0;
};

} // namespace headrace
