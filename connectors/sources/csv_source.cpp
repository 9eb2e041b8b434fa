// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/formats/csv/csv_reader.h"
#include "connectors/sources/file_source.h"
#include "connectors/sources/sources.h"

#include <utility>

namespace headrace {

namespace {

/// Positions in a decoded block, as "within" texts.
class BlockPositions final : public RowPositions {
public:
    BlockPositions(csv::DecodedBlock block, const csv::ReaderPosition& base)
        : m_block(std::move(block))
        , m_base(base)
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        return {csv::CsvReader::positionIn(m_block, rows, m_base).toText()};
    }

private:
    csv::DecodedBlock m_block; ///< without its rows
    csv::ReaderPosition m_base;
};

class CsvFileReader final : public FileReader {
public:
    CsvFileReader(std::string path, std::unique_ptr<csv::CsvReader> reader)
        : m_path(std::move(path))
        , m_reader(std::move(reader))
        , m_schema(m_reader->format().schema())
    {
    }

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_schema; }
    [[nodiscard]] bool atEnd() const override { return m_reader->atEnd(); }
    [[nodiscard]] std::int64_t fileBytesRead() const override { return m_reader->fileBytesRead(); }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_reader->format().decisions; }

    Result<std::optional<Chunk>> read(const ReadHint&, std::stop_token) override
    {
        HEADRACE_TRY(std::optional<csv::DecodedBlock> block, m_reader->next());
        if (!block)
            return std::nullopt;
        Chunk chunk;
        chunk.rows = std::exchange(block->rows, nullptr);
        chunk.rejected = std::exchange(block->rejected, {});
        for (BadRecord& record : chunk.rejected)
            record.origin = m_path;
        chunk.at = std::make_shared<BlockPositions>(*std::move(block), m_reader->basePosition());
        return chunk;
    }

private:
    std::string m_path;
    std::unique_ptr<csv::CsvReader> m_reader;
    std::shared_ptr<arrow::Schema> m_schema;
};

FileFormat csvFormat(csv::Settings settings, std::string compression)
{
    FileFormat format;
    format.open = [settings = std::move(settings), compression = std::move(compression)](
                      const FileRequest& request, std::stop_token) -> Result<std::unique_ptr<FileReader>> {
        csv::CsvReader::Request opened;
        opened.name = request.file.path;
        opened.openInput = [&] { return openByteInput(request.file.path, compression); };
        opened.settings = settings;
        opened.expected = request.expected;
        opened.expectedFrom = request.expectedFrom;
        if (!request.within.empty()) {
            HEADRACE_TRY(opened.resumeFrom, csv::ReaderPosition::parse(request.within));
        }
        HEADRACE_TRY(auto reader, csv::CsvReader::open(std::move(opened)));
        return std::make_unique<CsvFileReader>(request.file.path, std::move(reader));
    };
    return format;
}

Result<FileFormat> formatFrom(const Options& options)
{
    HEADRACE_TRY(csv::Settings settings, csv::settingsFrom(options));
    return csvFormat(std::move(settings), options.text("compression"));
}

std::vector<OptionSpec> csvOptions()
{
    std::vector<OptionSpec> specs = fileOptions();
    for (OptionSpec& spec : csv::optionSpecs())
        specs.push_back(std::move(spec));
    return specs;
}

Result<std::string> probeCsv(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(csvOptions(), "csv source"));
    HEADRACE_TRY(const FileFormat format, formatFrom(checked));
    return probeFiles(checked, format, stop);
}

} // namespace

SourceType csvSource()
{
    SourceType type;
    type.type = "csv";
    type.label = "CSV files";
    type.group = "Files";
    type.help = "Reads delimited text files, plain or compressed. Dialect, header and column types are detected; every "
                "option overrides one decision.";
    type.fileEndings = {".csv", ".tsv", ".tab", ".csv.gz", ".csv.zst"};
    type.options = csvOptions();
    type.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(FileFormat format, formatFrom(options));
        return makeFileSource(options, std::move(format));
    };
    type.describe = [](const Options& options, std::stop_token) { return describeFiles(options); };
    type.probe = probeCsv;
    return type;
}

} // namespace headrace
