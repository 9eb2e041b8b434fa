// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/cell_encoder.h"
#include "connectors/formats/avro/columns_schema.h"
#include "connectors/formats/avro/schema.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headrace::avro {

/// Writes rows as values of one schema. Columns fill the fields of their names, 'user.name' the field 'name' of the
/// record 'user'; that is null, where it may be, when all its columns are. Fields without a column are their default
/// or null. One thread at a time.
class RowEncoder {
public:
    /// The error names a column without a field, a field that nothing fills, or a column whose type does not fit its
    /// field's.
    [[nodiscard]] static Result<std::unique_ptr<RowEncoder>> create(std::shared_ptr<const Schema> schema,
                                                                    arrow::FieldVector columns);
    /// The same for one column, whose cells are the values themselves unless the schema is a record.
    [[nodiscard]] static Result<std::unique_ptr<RowEncoder>> createAlone(std::shared_ptr<const Schema> schema,
                                                                         std::shared_ptr<arrow::Field> column);
    ~RowEncoder();

    /// `columns` must outlive the appends.
    void bind(const arrow::ArrayVector& columns);

    /// Whether all columns are null there.
    [[nodiscard]] bool isNullAt(std::int64_t row) const;

    /// Appends a row to `out`. The error names the column and quotes the cell that does not fit.
    Status append(std::int64_t row, WireOutput& out);

private:
    struct Step;

    RowEncoder(std::shared_ptr<const Schema> schema, arrow::FieldVector columns);
    Result<std::unique_ptr<Step>> record(const ColumnNode& node, const Type& type, const std::string& path);
    Result<std::unique_ptr<Step>> field(const ColumnNode* node, const Field& field, const std::string& path);
    void bindBelow(Step& step, const arrow::ArrayVector& columns);
    [[nodiscard]] bool isNull(const Step& step, std::int64_t row) const;
    /// The step whose cell does not fit; null for a row that is written.
    [[nodiscard]] const Step* run(const Step& step, std::int64_t row, WireOutput& out) const;

    std::shared_ptr<const Schema> m_schema;
    arrow::FieldVector m_columns;
    arrow::ArrayVector m_arrays;
    std::unique_ptr<Step> m_root;
};

} // namespace headrace::avro
