// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// Rows that go to one folder, without the partition columns.
struct PartitionRows {
    std::string folder; ///< "day=2024-01-31/shop=7"; empty without partition columns
    std::shared_ptr<arrow::RecordBatch> rows;
};

/// Splits rows by the values of the partition columns. One thread at a time.
class Partitioner {
public:
    /// Fails when a column does not exist, has no simple text form, or no other column is left.
    [[nodiscard]] static Result<Partitioner> create(const std::shared_ptr<arrow::Schema>& schema,
                                                    const std::vector<std::string>& columns);

    /// What the files hold: `schema` without the partition columns.
    [[nodiscard]] const std::shared_ptr<arrow::Schema>& fileSchema() const { return m_fileSchema; }

    /// The rows keep their order within a folder; folders come in order of their first row.
    [[nodiscard]] Result<std::vector<PartitionRows>> split(const std::shared_ptr<arrow::RecordBatch>& rows) const;

private:
    std::vector<int> m_columns;     ///< partition columns, in the order of the folders
    std::vector<int> m_fileColumns; ///< the others
    std::shared_ptr<arrow::Schema> m_fileSchema;
};

} // namespace headrace
