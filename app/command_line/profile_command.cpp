// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "app/command_line/row_text.h"
#include "app/command_line/source_words.h"
#include "app/command_line/table_text.h"
#include "connectors/core/shown_number.h"
#include "connectors/pipeline/profile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

namespace headrace::cli {

namespace {

constexpr std::size_t kTopShown = 3;

std::string topValues(const ColumnProfile& column)
{
    std::vector<std::string> parts;
    for (const TopValue& top : column.top) {
        if (parts.size() < kTopShown && top.rows > 1)
            parts.push_back(fmt::format("{} ×{}", onOneLine(top.value), groupedNumber(top.rows)));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string text(const std::optional<std::string>& value)
{
    return value ? onOneLine(*value) : "∅";
}

} // namespace

Result<ExitCode> profileColumns(const ProfileArguments& arguments, const Registry& registry)
{
    HEADRACE_TRY(const Pipeline pipeline, loadSource(arguments.source, registry));
    ProfileLimits limits;
    if (arguments.rows > 0)
        limits.rows = arguments.rows;
    HEADRACE_TRY(const Profile result,
                 profile(registry, pipeline.source, pipeline.shapeSql, limits, std::stop_token()));
    std::vector<TextColumn> table{{"column", {}, false, {}},       {"type", {}, false, {}},
                                  {"NULLs", {}, true, {}},         {"distinct", {}, true, {}},
                                  {"minimum", {}, false, {}},      {"maximum", {}, false, {}},
                                  {"mean", {}, true, {}},          {"5 % · 25 % · 50 % · 75 % · 95 %", {}, false, {}},
                                  {"most frequent", {}, false, {}}};
    for (const ColumnProfile& column : result.columns) {
        const std::vector<std::string> cells{onOneLine(column.name),
                                             column.type,
                                             groupedNumber(column.nulls),
                                             groupedNumber(column.distinct),
                                             text(column.minimum),
                                             text(column.maximum),
                                             column.mean ? fmt::format("{:.6g}", *column.mean) : std::string(),
                                             fmt::format("{}", fmt::join(column.quantiles, " · ")),
                                             topValues(column)};
        for (std::size_t i = 0; i < cells.size(); ++i)
            table[i].cells.push_back(cells[i]);
    }
    std::vector<std::string> hidden;
    print(tableText(table, terminalWidth(STDOUT_FILENO), &hidden));
    say(fmt::format("{} {}{}{}.", groupedNumber(result.rows), result.rows == 1 ? "row" : "rows",
                    result.complete ? "" : ", not all: the source goes on",
                    result.rejected > 0 ? fmt::format("; {} bad records", groupedNumber(result.rejected)) : ""));
    if (!hidden.empty())
        say(fmt::format("{} more columns do not fit: {}.", hidden.size(), fmt::join(hidden, ", ")));
    return ExitCode::Done;
}

} // namespace headrace::cli
