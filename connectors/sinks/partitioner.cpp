// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api_vector.h>
#include <arrow/compute/cast.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/partitioner.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/options.h"
#include "connectors/formats/value_text.h"
#include "connectors/sinks/file_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace headrace {

namespace {

/// The folder name of one column's values.
class FolderColumn {
public:
    FolderColumn(const arrow::Field& field, const arrow::Array& array)
        : m_name(field.name())
        , m_array(array)
        , m_text(makeCellText(*array.type(), {}))
    {
        if (m_text)
            m_text->bind(array);
        else
            m_bytes.bind(array);
    }

    std::string at(std::int64_t row) const
    {
        if (m_array.IsNull(row))
            return partitionFolder(m_name, kNullPartition);
        if (!m_text)
            return partitionFolder(m_name, m_bytes.at(row));
        std::string text;
        m_text->append(row, text);
        return partitionFolder(m_name, text);
    }

private:
    std::string m_name;
    const arrow::Array& m_array;
    std::unique_ptr<CellText> m_text;
    BytesView m_bytes;
};

std::shared_ptr<arrow::DataType> decodedType(const std::shared_ptr<arrow::DataType>& type)
{
    if (type->id() == arrow::Type::DICTIONARY)
        return static_cast<const arrow::DictionaryType&>(*type).value_type();
    return type;
}

bool canPartition(const arrow::DataType& type)
{
    return BytesView::isText(type) || (!arrow::is_floating(type.id()) && makeCellText(type, {}) != nullptr);
}

Result<std::shared_ptr<arrow::RecordBatch>> pick(const std::shared_ptr<arrow::RecordBatch>& rows,
                                                 const std::vector<std::int64_t>& indices)
{
    const std::int64_t first = indices.front();
    if (indices.back() - first + 1 == static_cast<std::int64_t>(indices.size()))
        return rows->Slice(first, static_cast<std::int64_t>(indices.size()));
    const arrow::Int64Array positions(static_cast<std::int64_t>(indices.size()), arrow::Buffer::Wrap(indices));
    HEADRACE_TRY(const arrow::Datum taken, fromArrow(arrow::compute::Take(arrow::Datum(rows), arrow::Datum(positions)),
                                                     "The rows could not be split by partition_by"));
    return taken.record_batch();
}

} // namespace

Result<Partitioner> Partitioner::create(const std::shared_ptr<arrow::Schema>& schema,
                                        const std::vector<std::string>& columns)
{
    Partitioner result;
    for (const std::string& name : columns) {
        const int index = schema->GetFieldIndex(name);
        if (index < 0) {
            const std::string guess = nearest(name, schema->field_names());
            return fail(ErrorCode::Usage,
                        fmt::format("partition_by names the column '{}', which the rows do not have{}", name,
                                    guess.empty() ? "." : "; did you mean '" + guess + "'?"));
        }
        if (!canPartition(*decodedType(schema->field(index)->type())))
            return fail(
                ErrorCode::Usage,
                fmt::format("partition_by names the column '{}' of type {}; only text, whole numbers, decimals, "
                            "booleans, dates and times can name folders.",
                            name, schema->field(index)->type()->ToString()));
        result.m_columns.push_back(index);
    }
    arrow::FieldVector fields;
    for (int index = 0; index < schema->num_fields(); ++index) {
        if (std::find(result.m_columns.begin(), result.m_columns.end(), index) != result.m_columns.end())
            continue;
        result.m_fileColumns.push_back(index);
        fields.push_back(schema->field(index));
    }
    if (fields.empty() && !columns.empty())
        return fail(ErrorCode::Usage,
                    "partition_by names every column, so that nothing is left to write into the files. "
                    "Leave at least one column out.");
    result.m_fileSchema = arrow::schema(fields, schema->metadata());
    return result;
}

Result<std::vector<PartitionRows>> Partitioner::split(const std::shared_ptr<arrow::RecordBatch>& rows) const
{
    if (m_columns.empty())
        return std::vector<PartitionRows>{{"", rows}};

    std::vector<std::shared_ptr<arrow::Array>> arrays;
    std::vector<FolderColumn> folders;
    for (const int index : m_columns) {
        const auto& field = rows->schema()->field(index);
        HEADRACE_TRY(auto array, fromArrow(arrow::compute::Cast(*rows->column(index), decodedType(field->type())),
                                           "A partition column could not be decoded"));
        arrays.push_back(std::move(array));
        folders.emplace_back(*field, *arrays.back());
    }

    std::vector<std::pair<std::string, std::vector<std::int64_t>>> groups;
    std::unordered_map<std::string, std::size_t> groupOf;
    for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
        std::string folder;
        for (const FolderColumn& column : folders)
            folder += (folder.empty() ? "" : "/") + column.at(row);
        const auto [found, added] = groupOf.try_emplace(folder, groups.size());
        if (added)
            groups.push_back({folder, {}});
        groups[found->second].second.push_back(row);
    }

    HEADRACE_TRY(const auto content,
                 fromArrow(rows->SelectColumns(m_fileColumns), "The partition columns could not be left out"));
    std::vector<PartitionRows> result;
    for (auto& [folder, indices] : groups) {
        HEADRACE_TRY(auto part, pick(content, indices));
        result.push_back({std::move(folder), std::move(part)});
    }
    return result;
}

} // namespace headrace
