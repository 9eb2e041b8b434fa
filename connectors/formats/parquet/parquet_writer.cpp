// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include "connectors/formats/parquet/parquet_writer.h"

#include "connectors/core/value_bytes.h"
#include "connectors/formats/arrow_output.h"
#include "connectors/formats/parquet/repeating_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace headrace {

namespace {

constexpr std::string_view kWhat = "The rows could not be written as Parquet";
/// So many pieces of a row group are merged into one: rows may come one by one.
constexpr std::size_t kMostPieces = 256;
/// Arrow ends a page no sooner than after the rows of one call or 1,024 of them, however large they are.
constexpr std::int64_t kMostBytesAtOnce = 2 * 1024 * 1024;

std::int64_t rowsAtOnce(const arrow::RecordBatch& rows)
{
    const std::int64_t rowBytes = std::max<std::int64_t>(1, valueBytes(rows) / rows.num_rows());
    return std::max<std::int64_t>(1, kMostBytesAtOnce / rowBytes);
}

parquet::Compression::type codecOf(std::string_view name)
{
    if (name == "snappy")
        return parquet::Compression::SNAPPY;
    if (name == "gzip")
        return parquet::Compression::GZIP;
    if (name == "none")
        return parquet::Compression::UNCOMPRESSED;
    return parquet::Compression::ZSTD;
}

std::shared_ptr<parquet::ArrowWriterProperties> arrowProperties()
{
    return parquet::ArrowWriterProperties::Builder().store_schema()->build();
}

class ParquetWriter final : public RowWriter {
public:
    ParquetWriter(std::shared_ptr<arrow::Schema> schema, ByteOutput& output, ParquetStyle style)
        : m_schema(std::move(schema))
        , m_style(std::move(style))
        , m_output(output)
        , m_stream(std::make_shared<ArrowOutput>(output))
    {
    }

    Status write(const std::shared_ptr<arrow::RecordBatch>& rows) override
    {
        if (rows->num_rows() == 0)
            return {};
        if (!m_writer)
            HEADRACE_CHECK(start(repeatingColumns(*rows)));
        const std::int64_t most = rowsAtOnce(*rows);
        for (std::int64_t done = 0; done < rows->num_rows();) {
            // A full group is ended by the rows that follow it, so that no file ends with an empty group.
            if (m_groupRows >= m_style.rowGroupRows || m_groupBytes >= m_style.rowGroupBytes)
                HEADRACE_CHECK(flush());
            const std::int64_t part = std::min({rows->num_rows() - done, m_style.rowGroupRows - m_groupRows, most});
            HEADRACE_CHECK(keep(rows->Slice(done, part)));
            done += part;
        }
        return {};
    }

    Status finish() override
    {
        if (!m_writer)
            HEADRACE_CHECK(start({}));
        HEADRACE_CHECK(flush());
        try {
            HEADRACE_CHECK(m_stream->check(m_writer->Close(), kWhat));
        } catch (const std::exception& error) {
            return fail(ErrorCode::Failed, fmt::format("{}: {}.", kWhat, error.what()));
        }
        return m_output.finish();
    }

    std::int64_t bufferedBytes() const override { return m_groupBytes; }

    Status flush() override
    {
        if (m_group.empty())
            return {};
        try {
            const auto group = arrow::Table::FromRecordBatches(m_schema, m_group);
            HEADRACE_CHECK(m_stream->check(group.status(), kWhat));
            HEADRACE_CHECK(m_stream->check(m_writer->WriteTable(**group, m_groupRows), kWhat));
        } catch (const std::exception& error) {
            return m_stream->check(arrow::Status::IOError(error.what()), kWhat);
        }
        m_group.clear();
        m_mergedPieces = 0;
        m_groupRows = 0;
        m_groupBytes = 0;
        return {};
    }

private:
    Status start(const std::vector<bool>& repeating)
    {
        parquet::WriterProperties::Builder properties;
        properties.compression(codecOf(m_style.compression))
            ->max_row_group_length(m_style.rowGroupRows)
            ->disable_dictionary()
            ->created_by("headrace");
        // The paths of nested columns are not their names; they stay without a dictionary.
        for (std::size_t column = 0; column < repeating.size(); ++column)
            if (repeating[column])
                properties.enable_dictionary(m_schema->field(static_cast<int>(column))->name());
        try {
            auto writer = parquet::arrow::FileWriter::Open(*m_schema, arrow::default_memory_pool(), m_stream,
                                                           properties.build(), arrowProperties());
            HEADRACE_CHECK(m_stream->check(writer.status(), kWhat));
            m_writer = std::move(writer).ValueUnsafe();
        } catch (const std::exception& error) {
            return fail(ErrorCode::Failed, fmt::format("{}: {}.", kWhat, error.what()));
        }
        return {};
    }

    Status keep(std::shared_ptr<arrow::RecordBatch> rows)
    {
        m_groupRows += rows->num_rows();
        m_groupBytes += valueBytes(*rows);
        m_group.push_back(std::move(rows));
        if (m_group.size() < m_mergedPieces + kMostPieces)
            return {};
        const auto firstSmall = m_group.begin() + static_cast<std::ptrdiff_t>(m_mergedPieces);
        const auto merged = arrow::ConcatenateRecordBatches({firstSmall, m_group.end()});
        HEADRACE_CHECK(m_stream->check(merged.status(), kWhat));
        m_group.erase(firstSmall, m_group.end());
        m_group.push_back(*merged);
        ++m_mergedPieces;
        return {};
    }

    std::shared_ptr<arrow::Schema> m_schema;
    ParquetStyle m_style;
    ByteOutput& m_output;
    std::shared_ptr<ArrowOutput> m_stream;
    std::unique_ptr<parquet::arrow::FileWriter> m_writer;
    std::vector<std::shared_ptr<arrow::RecordBatch>> m_group; ///< rows of the group that is not full
    std::size_t m_mergedPieces = 0;                           ///< so many of them, the first ones, are merged
    std::int64_t m_groupRows = 0;
    std::int64_t m_groupBytes = 0;
};

} // namespace

Result<std::unique_ptr<RowWriter>> openParquetWriter(const std::shared_ptr<arrow::Schema>& schema, ByteOutput& output,
                                                     const ParquetStyle& style)
{
    for (const auto& field : schema->fields()) {
        std::shared_ptr<parquet::SchemaDescriptor> descriptor;
        const arrow::Status converted = parquet::arrow::ToParquetSchema(
            arrow::schema({field}).get(), *parquet::default_writer_properties(), *arrowProperties(), &descriptor);
        if (!converted.ok())
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}' of type {} cannot be written as Parquet.", field->name(),
                                    field->type()->ToString()),
                        converted.ToString());
    }
    return std::make_unique<ParquetWriter>(schema, output, style);
}

} // namespace headrace
