// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/sinks.h"

#include "connectors/formats/csv/csv_writer.h"
#include "connectors/formats/ndjson/ndjson_writer.h"
#include "connectors/formats/parquet/parquet_writer.h"
#include "connectors/sinks/file_sink.h"
#include "connectors/sinks/probe.h"

#include <fmt/format.h>

namespace headrace {

namespace {

/// A RowWriter over a compressor that it owns.
class CompressedWriter final : public RowWriter {
public:
    CompressedWriter(std::unique_ptr<ByteOutput> output, std::unique_ptr<RowWriter> writer)
        : m_output(std::move(output))
        , m_writer(std::move(writer))
    {
    }

    Status write(const std::shared_ptr<arrow::RecordBatch>& rows) override { return m_writer->write(rows); }
    Status finish() override { return m_writer->finish(); }
    std::int64_t bufferedBytes() const override { return m_writer->bufferedBytes(); }
    Status flush() override { return m_writer->flush(); }

private:
    std::unique_ptr<ByteOutput> m_output;
    std::unique_ptr<RowWriter> m_writer;
};

using OpenWriter =
    std::function<Result<std::unique_ptr<RowWriter>>(const std::shared_ptr<arrow::Schema>&, ByteOutput&)>;

RowFileFormat compressedFormat(const std::string& ending, const std::string& compression, OpenWriter open)
{
    if (compression == "none")
        return {ending, std::move(open)};
    const bool gzip = compression == "gzip";
    RowFileFormat format;
    format.ending = ending + (gzip ? ".gz" : ".zst");
    format.open = [open = std::move(open), kind = gzip ? Compression::Gzip : Compression::Zstd](
                      const std::shared_ptr<arrow::Schema>& schema,
                      ByteOutput& output) -> Result<std::unique_ptr<RowWriter>> {
        HEADRACE_TRY(auto compressed, compressedOutput(kind, output));
        HEADRACE_TRY(auto writer, open(schema, *compressed));
        return std::make_unique<CompressedWriter>(std::move(compressed), std::move(writer));
    };
    return format;
}

std::vector<OptionSpec> folderOptions()
{
    return {
        {.key = "path",
         .type = OptionType::Path,
         .label = "Folder",
         .help =
             "Folder that receives one file a batch, named after the pipeline and numbered; it is created if missing.",
         .required = true},
        {.key = "partition_by",
         .type = OptionType::List,
         .label = "Partition by",
         .help = "Columns whose values become folders (day=2024-01-31/…); they are left out of the files."},
        {.key = "mode",
         .type = OptionType::Choice,
         .label = "Mode",
         .help = "append adds files; files of earlier runs stay.",
         .defaultText = "append",
         .advanced = true,
         .choices = {"append"}},
    };
}

OptionSpec compressionOption()
{
    return {.key = "compression",
            .type = OptionType::Choice,
            .label = "Compression",
            .help = "Compresses each file as a whole: gzip is read everywhere, zstd is much faster.",
            .defaultText = "none",
            .choices = {"none", "gzip", "zstd"}};
}

SinkType fileSinkType(std::string type, std::string label, std::string help, std::vector<std::string> endings,
                      std::vector<OptionSpec> options, std::function<Result<RowFileFormat>(const Options&)> formatOf)
{
    SinkType sink;
    sink.type = std::move(type);
    sink.label = std::move(label);
    sink.group = "Files";
    sink.help = std::move(help);
    sink.fileEndings = std::move(endings);
    sink.options = folderOptions();
    sink.options.insert(sink.options.end(), options.begin(), options.end());
    sink.probe = [](const Options& values, std::stop_token) { return probeFolder(values.text("path")); };
    sink.guarantee = Guarantee::ExactlyOnce;
    sink.create = [formatOf = std::move(formatOf)](const Options& values) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(RowFileFormat format, formatOf(values));
        return makeFileSink(values.text("path"), values.list("partition_by"), std::move(format));
    };
    return sink;
}

Result<char> oneCharacter(const Options& options, const std::string& key)
{
    const std::string text = options.text(key);
    if (text == "\\t")
        return '\t';
    if (text.size() == 1 && text != "\n" && text != "\r")
        return text.front();
    return fail(ErrorCode::Usage,
                fmt::format("{} is '{}', but must be one ASCII character; write \\t for a tab.", key, text));
}

Result<CsvStyle> csvStyle(const Options& options)
{
    CsvStyle style;
    HEADRACE_TRY(style.delimiter, oneCharacter(options, "delimiter"));
    HEADRACE_TRY(style.quote, oneCharacter(options, "quote"));
    if (style.delimiter == style.quote)
        return fail(ErrorCode::Usage, "delimiter and quote are the same character; choose two different ones.");
    style.header = options.boolean("header");
    style.nullText = options.text("null");
    style.lineEnd = options.text("line_end") == "crlf" ? "\r\n" : "\n";
    style.formulaSafe = options.boolean("formula_safe");
    const std::string quoting = options.text("quoting");
    style.quoting = quoting == "all"    ? CsvStyle::Quoting::All
                    : quoting == "text" ? CsvStyle::Quoting::Text
                                        : CsvStyle::Quoting::Minimal;
    return style;
}

std::vector<OptionSpec> csvOptions()
{
    return {
        {.key = "delimiter",
         .label = "Delimiter",
         .help = "Character between cells.",
         .defaultText = ",",
         .choices = {",", ";", "\\t", "|"}},
        {.key = "quote",
         .label = "Quote",
         .help = "Character around quoted cells.",
         .defaultText = "\"",
         .advanced = true},
        {.key = "header",
         .type = OptionType::Boolean,
         .label = "Header",
         .help = "Begins each file with a row of column names.",
         .defaultText = "true"},
        {.key = "quoting",
         .type = OptionType::Choice,
         .label = "Quoting",
         .help = "minimal quotes only where needed, text every text cell, all every cell but NULL.",
         .defaultText = "minimal",
         .advanced = true,
         .choices = {"minimal", "text", "all"}},
        {.key = "null",
         .label = "NULL as",
         .help = "How NULL is written. By default an empty cell, while empty text is written as \"\".",
         .advanced = true},
        {.key = "line_end",
         .type = OptionType::Choice,
         .label = "Line end",
         .help = "lf as Unix tools write it, crlf as RFC 4180 and spreadsheets do.",
         .defaultText = "lf",
         .advanced = true,
         .choices = {"lf", "crlf"}},
        {.key = "formula_safe",
         .type = OptionType::Boolean,
         .label = "Safe for spreadsheets",
         .help = "Puts an apostrophe before text that a spreadsheet would run as a formula (= + - @). This changes the "
                 "data: leave it off for machines.",
         .defaultText = "false",
         .advanced = true},
        compressionOption(),
    };
}

} // namespace

SinkType csvSink()
{
    return fileSinkType("csv", "CSV files", "Writes each batch as one CSV file.", {".csv", ".tsv", ".csv.gz"},
                        csvOptions(), [](const Options& options) -> Result<RowFileFormat> {
                            HEADRACE_TRY(CsvStyle style, csvStyle(options));
                            return compressedFormat(".csv", options.text("compression"),
                                                    [style](const auto& schema, ByteOutput& output) {
                                                        return openCsvWriter(schema, output, style);
                                                    });
                        });
}

SinkType ndjsonSink()
{
    const OptionSpec nonFinite{
        .key = "non_finite",
        .type = OptionType::Choice,
        .label = "NaN and infinity",
        .help = "JSON has no such numbers: error stops the run, null and text (\"NaN\", \"Infinity\") replace them.",
        .defaultText = "error",
        .advanced = true,
        .choices = {"error", "null", "text"}};
    return fileSinkType("ndjson", "NDJSON files", "Writes each batch as one file with a JSON object a line.",
                        {".ndjson", ".jsonl"}, {nonFinite, compressionOption()},
                        [](const Options& options) -> Result<RowFileFormat> {
                            const std::string rule = options.text("non_finite");
                            const NonFinite nonFiniteRule = rule == "null"   ? NonFinite::Null
                                                            : rule == "text" ? NonFinite::Text
                                                                             : NonFinite::Refuse;
                            return compressedFormat(".ndjson", options.text("compression"),
                                                    [nonFiniteRule](const auto& schema, ByteOutput& output) {
                                                        return openNdjsonWriter(schema, output, nonFiniteRule);
                                                    });
                        });
}

SinkType parquetSink()
{
    const std::vector<OptionSpec> options{
        {.key = "compression",
         .type = OptionType::Choice,
         .label = "Compression",
         .help =
             "Codec of the pages: snappy is fastest and read everywhere, zstd makes smaller files for a quarter more "
             "work, none is for files that are compressed elsewhere.",
         .defaultText = ParquetStyle().compression,
         .choices = {"snappy", "zstd", "gzip", "none"}},
        {.key = "row_group_rows",
         .type = OptionType::Integer,
         .label = "Rows a row group",
         .help = "Readers skip and share work by row groups; a group also ends at 16 MiB of values.",
         .defaultText = std::to_string(ParquetStyle().rowGroupRows),
         .advanced = true,
         .minimum = 1'000,
         .maximum = 10'000'000},
    };
    return fileSinkType("parquet", "Parquet files", "Writes each batch as one Parquet file.", {".parquet"}, options,
                        [](const Options& values) -> Result<RowFileFormat> {
                            ParquetStyle style;
                            style.compression = values.text("compression");
                            style.rowGroupRows = values.integer("row_group_rows");
                            return RowFileFormat{".parquet", [style](const auto& schema, ByteOutput& output) {
                                                     return openParquetWriter(schema, output, style);
                                                 }};
                        });
}

} // namespace headrace
