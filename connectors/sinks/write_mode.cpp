// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/write_mode.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace headrace {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

} // namespace

std::vector<OptionSpec> writeModeOptions()
{
    return {
        {.key = "mode",
         .type = OptionType::Choice,
         .label = "Mode",
         .help = "append adds rows; replace exchanges the table's content with the first batch of a pull that reads "
                 "everything, and then appends; upsert replaces rows that have the same key.",
         .defaultText = "append",
         .choices = {"append", "replace", "upsert"}},
        {.key = "key",
         .type = OptionType::List,
         .label = "Key",
         .help = "Columns that identify a row, for the mode upsert. The last row of a key wins."},
    };
}

bool replacesRows(const Options& options)
{
    const std::string mode = options.text("mode");
    return mode == "replace" || mode == "upsert";
}

std::vector<OptionSpec> serverTableOptions(std::string tableHelp)
{
    std::vector<OptionSpec> options = writeModeOptions();
    options.insert(options.begin(), {.key = "table", .label = "Table", .help = std::move(tableHelp)});
    options.push_back(
        {.key = "evolve",
         .type = OptionType::Boolean,
         .label = "Change the table",
         .help = "Adds missing columns and widens types that are too narrow; otherwise the run stops and names them.",
         .defaultText = "true",
         .advanced = true});
    return options;
}

Result<TableTarget> tableTarget(const Options& options)
{
    const std::string mode = options.text("mode");
    TableTarget target{options.text("table"), WriteMode::Append, options.list("key"), options.boolean("evolve")};
    if (mode == "replace")
        target.mode = WriteMode::Replace;
    else if (mode == "upsert")
        target.mode = WriteMode::Upsert;
    if (target.mode == WriteMode::Upsert && target.key.empty())
        return fail(
            ErrorCode::Usage,
            "The mode upsert needs a key: set the option 'key' of the destination to the columns that identify a "
            "row.");
    return target;
}

Status checkKey(const std::vector<std::string>& key, const std::vector<std::string>& columns)
{
    for (const std::string& name : key) {
        if (std::ranges::any_of(columns, [&](const std::string& column) { return sameName(column, name); }))
            continue;
        const std::string guess = nearest(name, columns);
        return fail(
            ErrorCode::Usage,
            fmt::format("The option 'key' of the destination names the column '{}', which the rows do not have{}", name,
                        guess.empty() ? "." : "; did you mean '" + guess + "'?"));
    }
    return {};
}

Status checkDistinct(const std::vector<std::string>& columns, std::string_view database)
{
    std::map<std::string, std::string_view> seen;
    for (const std::string& column : columns) {
        std::string folded = column;
        std::ranges::transform(folded, folded.begin(), lower);
        const auto [other, added] = seen.try_emplace(std::move(folded), column);
        if (!added)
            return fail(ErrorCode::Data,
                        fmt::format("The columns '{}' and '{}' have the same name for {}, which ignores "
                                    "letter case. Rename one of them in the shape.",
                                    other->second, column, database));
    }
    return {};
}

bool sameName(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, lower, lower);
}

} // namespace headrace
