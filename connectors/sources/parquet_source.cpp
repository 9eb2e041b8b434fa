// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sources.h"

#include "connectors/formats/parquet/parquet_reader.h"
#include "connectors/sources/file_source.h"

#include <algorithm>

namespace headrace {

namespace {

std::vector<OptionSpec> parquetOptions()
{
    std::vector<OptionSpec> specs = fileOptions();
    std::erase_if(specs, [](const OptionSpec& spec) { return spec.key == "compression"; }); // the format has its own
    specs.push_back({.key = "columns",
                     .type = OptionType::List,
                     .label = "Columns",
                     .help = "The columns to read, in this order; without it all. The others are not even decoded."});
    return specs;
}

FileFormat parquetFormat(const Options& options)
{
    FileFormat format;
    format.growable = false;
    format.open = [columns = options.list("columns")](const FileRequest& request, std::stop_token) {
        return parquet_file::openReader({request.file.path, columns}, request.within, request.expected);
    };
    return format;
}

} // namespace

SourceType parquetSource()
{
    SourceType source;
    source.type = "parquet";
    source.label = "Parquet files";
    source.group = "Files";
    source.help = "Apache Parquet files with their own column types, nested ones included.";
    source.fileEndings = {".parquet", ".parq"};
    source.options = parquetOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        return makeFileSource(options, parquetFormat(options));
    };
    source.probe = [](const Options& options, std::stop_token stop) -> Result<std::string> {
        HEADRACE_TRY(const Options checked, options.check(parquetOptions(), "parquet source"));
        return probeFiles(checked, parquetFormat(checked), stop);
    };
    source.describe = [](const Options& options, std::stop_token) { return describeFiles(options); };
    return source;
}

} // namespace headrace
