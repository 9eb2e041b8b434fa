// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_target.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

namespace headrace::odbc {

/// Hands the cells of one column to the parameters of a statement. One thread at a time.
class ParameterColumn {
public:
    virtual ~ParameterColumn() = default;

    /// Makes the cells [from, from + count) ready, which stay so until the next call; `array` outlives that. Answers
    /// the first row whose value cannot be written exactly, or from + count.
    [[nodiscard]] virtual std::int64_t load(const arrow::Array& array, std::int64_t from, std::int64_t count) = 0;

    /// Binds cell `index` of those loaded to the parameter. Returns the driver's answer.
    [[nodiscard]] virtual short bind(void* statement, unsigned short parameter, std::int64_t index) = 0;
};

/// For values of `type`; null for types that are never written. `most`: characters of a text, bytes of binary values;
/// −1 for any number.
[[nodiscard]] std::unique_ptr<ParameterColumn> makeParameter(const arrow::DataType& type, Dialect dialect,
                                                             std::int64_t most);

} // namespace headrace::odbc
