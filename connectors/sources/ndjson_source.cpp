// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/formats/ndjson/ndjson_reader.h"
#include "connectors/formats/ndjson/type_options.h"
#include "connectors/sources/file_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace headrace {

namespace {

/// A smaller file is parsed sooner than threads start.
constexpr std::int64_t kWorthThreads = 512 * 1024;

std::vector<OptionSpec> ndjsonOptions()
{
    std::vector<OptionSpec> specs = fileOptions();
    const std::vector<OptionSpec> layout{
        {.key = "layout",
         .type = OptionType::Choice,
         .label = "Layout",
         .help = "One JSON object a line, or one array of objects; auto looks at the first bytes.",
         .defaultText = "auto",
         .choices = {"auto", "lines", "array"}},
    };
    const std::vector<OptionSpec> own{
        {.key = "nested",
         .type = OptionType::Choice,
         .label = "Nested objects",
         .help =
             "Keep objects as JSON text, or flatten their members into columns named 'object.member'. Arrays always "
             "stay JSON text.",
         .defaultText = "json",
         .choices = {"json", "flatten"}},
        {.key = "extra",
         .type = OptionType::Choice,
         .label = "Unknown keys",
         .help =
             "What becomes of a record with keys that were not in the sample: quarantine the record, keep them as JSON "
             "text in the column '_extra', or ignore them.",
         .defaultText = "quarantine",
         .choices = {"quarantine", "column", "ignore"}},
        {.key = "sample_rows",
         .type = OptionType::Integer,
         .label = "Sample",
         .help = "How many records of the first file are looked at to find the columns.",
         .defaultText = "20000",
         .advanced = true,
         .minimum = 1,
         .maximum = 10'000'000},
        {.key = "max_record",
         .type = OptionType::Bytes,
         .label = "Longest record",
         .help = "A longer record goes to quarantine; memory is bounded by it.",
         .defaultText = "64MiB",
         .advanced = true,
         .minimum = 1024,
         .maximum = 1 << 30},
        {.key = "threads",
         .type = OptionType::Integer,
         .label = "Threads",
         .help = "How many threads parse; 0 takes one a processor, at most four. The rows do not depend on it.",
         .defaultText = "0",
         .advanced = true,
         .minimum = 0,
         .maximum = 64},
    };
    for (const auto& part : {layout, ndjson::typeOptions(), own})
        specs.insert(specs.end(), part.begin(), part.end());
    return specs;
}

unsigned threadsFor(std::int64_t wanted)
{
    return wanted > 0 ? static_cast<unsigned>(wanted) : std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
}

ndjson::ReaderSettings settingsOf(const Options& options)
{
    ndjson::ReaderSettings settings;
    settings.file.compression = options.text("compression");
    settings.file.layout = options.text("layout") == "lines"   ? ndjson::Layout::Lines
                           : options.text("layout") == "array" ? ndjson::Layout::Elements
                                                               : ndjson::Layout::Auto;
    settings.file.maxRecordBytes = options.bytes("max_record");
    settings.detectTypes = options.text("types") == "detect";
    settings.flatten = options.text("nested") == "flatten";
    settings.extra = ndjson::extraKeysOf(options.text("extra"));
    settings.columns = options.map("columns");
    settings.sampleRows = options.integer("sample_rows");
    settings.threads = threadsFor(options.integer("threads"));
    return settings;
}

FileFormat ndjsonFormat(const Options& options)
{
    FileFormat format;
    format.open = [settings = settingsOf(options)](const FileRequest& request,
                                                   std::stop_token) -> Result<std::unique_ptr<FileReader>> {
        ndjson::ReaderSettings mine = settings;
        mine.file.path = request.file.path;
        if (request.file.size < kWorthThreads)
            mine.threads = 0;
        return ndjson::openReader(mine, request.within, request.expected);
    };
    return format;
}

Result<Options> checkedOptions(const Options& options)
{
    return options.check(ndjsonOptions(), "ndjson source");
}

} // namespace

SourceType ndjsonSource()
{
    SourceType source;
    source.type = "ndjson";
    source.label = "JSON files";
    source.group = "Files";
    source.help =
        "JSON records, one object a line (NDJSON, JSON Lines) or the elements of one array; plain, gzip or zstd.";
    source.fileEndings = {".ndjson", ".jsonl", ".json"};
    source.options = ndjsonOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        ndjson::Column column{{"value"}};
        for (const auto& [name, type] : options.map("columns")) {
            column.path = {name};
            HEADRACE_CHECK(ndjson::setType(column, type));
        }
        return makeFileSource(options, ndjsonFormat(options));
    };
    source.probe = [](const Options& options, std::stop_token stop) -> Result<std::string> {
        HEADRACE_TRY(const Options checked, checkedOptions(options));
        return probeFiles(checked, ndjsonFormat(checked), stop);
    };
    source.describe = [](const Options& options, std::stop_token) { return describeFiles(options); };
    return source;
}

} // namespace headrace
