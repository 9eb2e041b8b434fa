// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <vector>

namespace headrace {

/// Turns columns of which a database has no type into text, with nothing lost: nested values into JSON, numbers into
/// all their digits.
class PlainColumns {
public:
    /// The error names a column that has no text either. Empty pointer: every column is held as it is.
    [[nodiscard]] static Result<std::unique_ptr<PlainColumns>>
    make(const std::shared_ptr<arrow::Schema>& schema, const std::function<bool(const arrow::DataType&)>& isHeld);

    [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const { return m_schema; }

    /// `rows` have the schema that make() got.
    [[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> convert(const arrow::RecordBatch& rows) const;

private:
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<int> m_texts; ///< columns that become text
};

} // namespace headrace
