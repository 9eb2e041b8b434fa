// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include "connectors/formats/parquet/parquet_reader.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/counted_positions.h"
#include "connectors/core/durable_file.h"
#include "connectors/core/options.h"
#include "connectors/core/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <numeric>
#include <unistd.h>

namespace headrace::parquet_file {

namespace {

constexpr std::int64_t kBatchRows = 65'536;
constexpr std::int64_t kBufferBytes = 1 << 20; // a column

std::string cannotRead(const std::string& path)
{
    return fmt::format("The Parquet file '{}' cannot be read", path);
}

void addLeaves(const ::parquet::arrow::SchemaField& field, std::vector<int>& leaves)
{
    if (field.is_leaf())
        leaves.push_back(field.column_index);
    for (const auto& child : field.children)
        addLeaves(child, leaves);
}

std::shared_ptr<arrow::Field> withoutDictionary(const std::shared_ptr<arrow::Field>& field)
{
    if (field->type()->id() != arrow::Type::DICTIONARY)
        return field;
    return field->WithType(static_cast<const arrow::DictionaryType&>(*field->type()).value_type());
}

bool haveSameNames(std::vector<std::string> some, std::vector<std::string> others)
{
    std::ranges::sort(some);
    std::ranges::sort(others);
    return some == others;
}

Result<std::unique_ptr<::parquet::arrow::FileReader>> openArrow(const std::string& path)
{
    if (::access(path.c_str(), R_OK) != 0)
        return fail(systemError("opened", path, errno));
    ::parquet::ReaderProperties properties;
    properties.enable_buffered_stream();
    properties.set_buffer_size(kBufferBytes);
    ::parquet::ArrowReaderProperties arrowProperties(true);
    arrowProperties.set_batch_size(kBatchRows);
    arrowProperties.set_pre_buffer(false);
    arrowProperties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
    ::parquet::arrow::FileReaderBuilder builder;
    HEADRACE_CHECK(fromArrow(builder.OpenFile(path, false, properties), cannotRead(path)));
    builder.properties(arrowProperties);
    return fromArrow(builder.Build(), cannotRead(path));
}

class ParquetReader final : public FileReader {
public:
    ParquetReader(std::string path, std::unique_ptr<::parquet::arrow::FileReader> file)
        : m_path(std::move(path))
        , m_file(std::move(file))
        , m_totalRows(m_file->parquet_reader()->metadata()->num_rows())
    {
        std::error_code ignored;
        m_fileBytes = static_cast<std::int64_t>(std::filesystem::file_size(m_path, ignored));
    }

    /// Those named, or all; in the order of `expected` where the file has just its columns.
    Status selectColumns(const std::vector<std::string>& names, const std::shared_ptr<arrow::Schema>& expected)
    {
        std::shared_ptr<arrow::Schema> all;
        HEADRACE_CHECK(fromArrow(m_file->GetSchema(&all), cannotRead(m_path)));
        std::vector<std::string> wanted = names.empty() ? all->field_names() : names;
        if (expected != nullptr && haveSameNames(wanted, expected->field_names()))
            wanted = expected->field_names();
        arrow::FieldVector fields;
        std::vector<int> places;
        for (const std::string& name : wanted) {
            const int place = all->GetFieldIndex(name);
            if (place < 0)
                return fail(missingColumn(name, *all));
            fields.push_back(withoutDictionary(all->field(place)));
            places.push_back(place);
        }
        m_schema = arrow::schema(std::move(fields));
        std::vector<int> inFileOrder = places;
        std::ranges::sort(inFileOrder);
        for (const int place : inFileOrder)
            addLeaves(m_file->manifest().schema_fields[static_cast<std::size_t>(place)], m_leaves);
        for (const int place : places)
            m_order.push_back(static_cast<int>(std::ranges::find(inFileOrder, place) - inFileOrder.begin()));
        return {};
    }

    Status skipRows(std::int64_t rows)
    {
        if (rows < 0 || rows > m_totalRows)
            return fail(
                ErrorCode::Conflict,
                fmt::format("'{}' has {} rows, but {} were read before; reset the pipeline's state to start again.",
                            m_path, m_totalRows, rows));
        const auto metadata = m_file->parquet_reader()->metadata();
        m_row = 0;
        int group = 0;
        for (; group < metadata->num_row_groups() && m_row + metadata->RowGroup(group)->num_rows() <= rows; ++group)
            m_row += metadata->RowGroup(group)->num_rows();
        std::vector<int> groups(static_cast<std::size_t>(metadata->num_row_groups() - group));
        std::iota(groups.begin(), groups.end(), group);
        HEADRACE_TRY(m_batches, fromArrow(m_file->GetRecordBatchReader(groups, m_leaves), cannotRead(m_path)));
        m_skip = rows - m_row;
        return {};
    }

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_schema; }
    [[nodiscard]] bool atEnd() const override { return m_row == m_totalRows; }

    [[nodiscard]] std::int64_t fileBytesRead() const override
    {
        const std::int64_t row = m_row;
        return row == m_totalRows
                   ? m_fileBytes
                   : static_cast<std::int64_t>(static_cast<double>(m_fileBytes) * static_cast<double>(row) /
                                               static_cast<double>(m_totalRows));
    }

    Result<std::optional<Chunk>> read(const ReadHint&, std::stop_token stop) override
    {
        while (!stop.stop_requested()) {
            HEADRACE_TRY(auto batch, nextBatch());
            if (batch == nullptr)
                return std::nullopt;
            const std::int64_t skipped = std::min(m_skip, batch->num_rows());
            m_skip -= skipped;
            const std::int64_t before = m_row + skipped;
            m_row += batch->num_rows();
            if (skipped == batch->num_rows())
                continue;
            HEADRACE_TRY(auto rows, arranged(*batch->Slice(skipped)));
            return Chunk{std::move(rows), std::make_shared<CountedPositions>(before), {}};
        }
        return fail(ErrorCode::Cancelled, fmt::format("Reading '{}' was stopped.", m_path));
    }

private:
    [[nodiscard]] Error missingColumn(const std::string& name, const arrow::Schema& all) const
    {
        if (all.GetAllFieldIndices(name).size() > 1)
            return {ErrorCode::Data,
                    fmt::format("The Parquet file '{}' has several columns named '{}'; name others in 'columns'.",
                                m_path, name),
                    {},
                    std::nullopt};
        const std::string near = nearest(name, all.field_names());
        return {ErrorCode::NotFound,
                fmt::format("The Parquet file '{}' has no column '{}'{}.", m_path, name,
                            near.empty() ? "" : fmt::format("; did you mean '{}'?", near)),
                {},
                std::nullopt};
    }

    Result<std::shared_ptr<arrow::RecordBatch>> nextBatch()
    {
        try {
            return fromArrow(m_batches->Next(), cannotRead(m_path));
        } catch (const ::parquet::ParquetException& exception) {
            return fail(ErrorCode::Data, fmt::format("{}: {}.", cannotRead(m_path), exception.what()));
        }
    }

    /// The columns in the order asked for, dictionaries decoded.
    Result<std::shared_ptr<arrow::RecordBatch>> arranged(const arrow::RecordBatch& batch)
    {
        arrow::ArrayVector columns;
        for (int i = 0; i < m_schema->num_fields(); ++i) {
            std::shared_ptr<arrow::Array> column = batch.column(m_order[static_cast<std::size_t>(i)]);
            if (column->type_id() == arrow::Type::DICTIONARY) {
                HEADRACE_TRY(column,
                             fromArrow(arrow::compute::Cast(*column, m_schema->field(i)->type()), cannotRead(m_path)));
            }
            columns.push_back(std::move(column));
        }
        return arrow::RecordBatch::Make(m_schema, batch.num_rows(), std::move(columns));
    }

    std::string m_path;
    std::unique_ptr<::parquet::arrow::FileReader> m_file;
    std::int64_t m_totalRows;
    std::int64_t m_fileBytes = 0;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<int> m_leaves; ///< Parquet's columns to read
    std::vector<int> m_order;  ///< where among those read each column of the schema is
    std::unique_ptr<arrow::RecordBatchReader> m_batches;
    std::atomic<std::int64_t> m_row{0}; ///< read from the file, skipped ones included
    std::int64_t m_skip = 0;
};

} // namespace

Result<std::unique_ptr<FileReader>> openReader(const ReaderSettings& settings, const std::string& within,
                                               const std::shared_ptr<arrow::Schema>& expected)
try {
    std::int64_t rows = 0;
    if (!within.empty()) {
        HEADRACE_TRY(rows, parseInteger(within));
    }
    HEADRACE_TRY(auto file, openArrow(settings.path));
    auto reader = std::make_unique<ParquetReader>(settings.path, std::move(file));
    HEADRACE_CHECK(reader->selectColumns(settings.columns, expected));
    HEADRACE_CHECK(reader->skipRows(rows));
    return reader;
} catch (const ::parquet::ParquetException& exception) {
    return fail(ErrorCode::Data, fmt::format("{}: {}.", cannotRead(settings.path), exception.what()));
}

} // namespace headrace::parquet_file
