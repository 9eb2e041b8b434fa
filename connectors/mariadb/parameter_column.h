// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/mariadb/column_type.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

struct st_mysql_bind;

namespace headrace::mariadb {

/// Hands the cells of one column to a statement that takes many rows at once. One thread at a time.
class ParameterColumn {
public:
    virtual ~ParameterColumn() = default;

    /// Fills `bind` with the cells [from, from + count), which stay valid until the next call; `array` outlives that.
    /// Answers the first row whose value the type cannot hold exactly, or from + count.
    [[nodiscard]] virtual std::int64_t bind(const arrow::Array& array, std::int64_t from, std::int64_t count,
                                            st_mysql_bind& bind) = 0;
};

/// For values of `type` in a column of `target`, which holds the field.
[[nodiscard]] std::unique_ptr<ParameterColumn> makeParameter(const arrow::DataType& type, const ColumnType& target);

} // namespace headrace::mariadb
