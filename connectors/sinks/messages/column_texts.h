// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/value_text.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

/// The index of a column that the option `use` of the `owner` names; the error has the nearest right one.
[[nodiscard]] Result<int> columnNamed(const arrow::Schema& schema, const std::string& name, std::string_view use,
                                      std::string_view owner);

/// The cells of one column as texts: bytes as they are, anything else as the CSV writer spells it. One thread at a
/// time.
class ColumnTexts {
public:
    /// The error is columnNamed()'s, or says that the column's type has no text.
    static Result<ColumnTexts> create(const arrow::Schema& schema, const std::string& name, std::string_view use,
                                      std::string_view owner);

    void bind(const arrow::RecordBatch& rows);

    /// Good until the next call; none for NULL.
    [[nodiscard]] std::optional<std::string_view> at(std::int64_t row);

private:
    int m_index = 0;
    std::shared_ptr<arrow::Array> m_array;
    BytesView m_bytes;
    std::unique_ptr<CellText> m_text;
    std::string m_cell;
};

} // namespace headrace
