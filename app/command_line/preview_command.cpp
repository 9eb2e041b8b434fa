// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "app/command_line/commands.h"
#include "app/command_line/row_text.h"
#include "app/command_line/source_words.h"
#include "app/command_line/table_text.h"
#include "connectors/core/option_lookup.h"
#include "connectors/core/shown_number.h"
#include "connectors/core/type_name.h"
#include "connectors/formats/csv/csv_writer.h"
#include "connectors/formats/ndjson/ndjson_writer.h"
#include "connectors/pipeline/preview.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unistd.h>

namespace headrace::cli {

namespace {

constexpr std::size_t kRejectedShown = 5;

/// A format writer's bytes on stdout. A reader that went away (head, less) is no error of ours: SIGPIPE ends us.
class StdoutBytes final : public ByteOutput {
public:
    Status write(std::string_view bytes) override
    {
        if (!print(bytes))
            return fail(ErrorCode::Failed, "The rows could not be written to the standard output.");
        return {};
    }
    Status finish() override { return {}; }
};

bool isNumber(const arrow::DataType& type)
{
    return arrow::is_numeric(type.id()) || arrow::is_decimal(type.id());
}

Status printTable(const PreviewResult& result)
{
    std::vector<TextColumn> columns;
    for (int i = 0; i < result.schema->num_fields(); ++i) {
        const arrow::Field& field = *result.schema->field(i);
        HEADRACE_TRY(const auto cells, cellTexts(*result.rows->column(i)));
        TextColumn column{onOneLine(field.name()), typeName(*field.type()), isNumber(*field.type()), {}};
        for (const std::optional<std::string>& cell : cells)
            column.cells.push_back(cell ? onOneLine(*cell) : "∅");
        columns.push_back(std::move(column));
    }
    std::vector<std::string> hidden;
    print(tableText(columns, terminalWidth(STDOUT_FILENO), &hidden));
    if (!hidden.empty())
        say(fmt::format("{} more columns do not fit: {}.", hidden.size(), fmt::join(hidden, ", ")));
    return {};
}

Status printWith(Result<std::unique_ptr<RowWriter>> opened, const PreviewResult& result)
{
    HEADRACE_TRY(const std::unique_ptr<RowWriter> writer, std::move(opened));
    HEADRACE_CHECK(writer->write(result.rows));
    return writer->finish();
}

Status printRows(const PreviewResult& result, RowFormat format)
{
    StdoutBytes out;
    switch (format) {
    case RowFormat::Table:
        return printTable(result);
    case RowFormat::Ndjson:
        return printWith(openNdjsonWriter(result.schema, out, NonFinite::Text), result);
    case RowFormat::Csv:
        break;
    }
    CsvStyle style;
    style.lineEnd = "\r\n";
    return printWith(openCsvWriter(result.schema, out, style), result);
}

/// What a reader of the rows should know, on stderr.
void sayFindings(const PreviewResult& result)
{
    for (const Decision& decision : result.decisions)
        say(fmt::format("{}: {} ({})", decision.option, onOneLine(decision.value), decision.reason));
    if (result.rejected.empty())
        return;
    say(fmt::format("{} {} cannot be read and would go to quarantine:",
                    groupedNumber(static_cast<std::int64_t>(result.rejected.size())),
                    result.rejected.size() == 1 ? "record" : "records"));
    for (std::size_t i = 0; i < std::min(result.rejected.size(), kRejectedShown); ++i) {
        const BadRecord& record = result.rejected[i];
        say(fmt::format("  {}: {}",
                        record.place.empty() ? fmt::format("{}:{}", record.origin, record.line) : toText(record.place),
                        record.reason));
    }
}

Status lookFrom(const std::string& place, ConnectorSpec& source, const Registry& registry)
{
    HEADRACE_TRY(const SourceType* type, registry.source(source.type));
    if (findOption(type->options, "from") == nullptr)
        return fail(ErrorCode::Usage, fmt::format("--from is '{}', but a {} source has one beginning only; it is for "
                                                  "streams.",
                                                  place, source.type));
    source.options.set("from", place);
    return {};
}

/// The shape is made of --where, which is what the user knows.
Error aboutWhere(const std::string& where, Error error)
{
    constexpr std::string_view kShape = "The shape ";
    if (error.message.starts_with(kShape))
        error.message.replace(0, kShape.size(), fmt::format("--where '{}' ", where));
    return error;
}

} // namespace

Result<ExitCode> previewRows(const PreviewArguments& arguments, const Registry& registry)
{
    HEADRACE_TRY(Pipeline pipeline, loadSource(arguments.source, registry));
    if (!arguments.from.empty())
        HEADRACE_CHECK(lookFrom(arguments.from, pipeline.source, registry));
    if (!arguments.where.empty())
        pipeline.shapeSql = fmt::format("SELECT * FROM input WHERE ({})", arguments.where);
    PreviewLimits limits;
    limits.rows = arguments.rows;
    auto found = preview(registry, pipeline.source, pipeline.shapeSql, limits, std::stop_token());
    if (!found)
        return fail(arguments.where.empty() ? found.error() : aboutWhere(arguments.where, found.error()));
    const PreviewResult& result = *found;
    sayFindings(result);
    HEADRACE_CHECK(printRows(result, arguments.format));
    return ExitCode::Done;
}

} // namespace headrace::cli
