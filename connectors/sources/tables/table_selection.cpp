// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <strings.h>

namespace headrace {

namespace {

Result<int> columnNamed(const KeyFacts& facts, const std::string& option, const std::string& name)
{
    const auto found = std::ranges::find(facts.columns, name);
    if (found != facts.columns.end())
        return static_cast<int>(found - facts.columns.begin());
    const std::string near = nearest(name, facts.columns);
    return fail(ErrorCode::Usage,
                fmt::format("The option '{}' names the column '{}', which the {} does not have{}", option, name,
                            facts.title, near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
}

/// `names` are the columns of an option.
Status checkNamesOf(const std::vector<std::string>& names, std::string_view option)
{
    for (const std::string& name : names) {
        if (name.empty())
            return fail(ErrorCode::Usage,
                        fmt::format("The option '{}' has a column without a name. Name one, or leave it out.", option));
        if (std::ranges::count(names, name) > 1)
            return fail(ErrorCode::Usage, fmt::format("The option '{}' names the column '{}' twice.", option, name));
    }
    return {};
}

} // namespace

OptionSpec queryOption()
{
    return {.key = "query",
            .type = OptionType::Sql,
            .label = "Query",
            .help = "A SELECT instead of a table. Without a cursor it should have an ORDER BY: a run that resumes "
                    "counts its rows."};
}

std::vector<OptionSpec> selectionOptions(const std::string& example)
{
    std::vector<OptionSpec> options{
        {.key = "table",
         .label = "Table",
         .help = fmt::format("A table or view, with its database where that is another one: {}. A table with a primary "
                             "key is read in the key's order, and a later run reads what is behind the last row.",
                             example)},
        queryOption(),
    };
    const auto cursor = cursorOptions(
        "How long a transaction may take between the value of its cursor and its commit. With a time as "
        "cursor, rows stamped within the lag before the read wait for the next run. With a number, the read "
        "begins so long after the highest one was looked up, if that is a new one. 'headrace check' says what "
        "the pulls so far have measured.");
    options.insert(options.end(), cursor.begin(), cursor.end());
    return options;
}

std::vector<OptionSpec> cursorOptions(std::string lagHelp)
{
    return {
        {.key = "cursor",
         .type = OptionType::List,
         .label = "Cursor",
         .help =
             "Columns that grow with every new or changed row, such as updated_at or id: each run reads the rows above "
             "the last one, in this order. Deleted rows are not noticed."},
        {.key = "key",
         .type = OptionType::List,
         .label = "Key",
         .help = "Columns that tell rows with the same cursor apart; the primary key of a table without any."},
        {.key = "null_cursor",
         .type = OptionType::Choice,
         .label = "Rows without cursor",
         .help = "Rows whose cursor is NULL are never above the last one: stop at them, or skip them.",
         .defaultText = "stop",
         .advanced = true,
         .choices = {"stop", "skip"}},
        {.key = "lag",
         .type = OptionType::Duration,
         .label = "Lag",
         .help = std::move(lagHelp),
         .defaultText = "10s",
         .advanced = true,
         .minimum = 0},
    };
}

std::string fileLagHelp()
{
    return "How late a row may be stored after the time in its cursor: rows stamped within the lag before the read "
           "wait for the next run. Stamps without a zone are taken as UTC. A number needs no lag, as one transaction "
           "at a time is written. 'headrace check' says what the pulls so far have measured.";
}

Result<TableSelection> readSelection(const Options& options, const std::string& owner)
{
    TableSelection selection;
    selection.table = options.text("table");
    selection.query = options.text("query");
    selection.cursor = options.list("cursor");
    selection.key = options.list("key");
    selection.skipNullCursor = options.text("null_cursor") == "skip";
    selection.lag = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("lag"));
    HEADRACE_CHECK(checkTableOrQuery(selection.table, selection.query, owner));
    HEADRACE_CHECK(checkNamesOf(selection.cursor, "cursor"));
    HEADRACE_CHECK(checkNamesOf(selection.key, "key"));
    return selection;
}

Options previewOfTable(Options options)
{
    options.set("lag", "0s");
    return options;
}

Status checkTableOrQuery(const std::string& table, const std::string& query, std::string_view owner)
{
    if (table.empty() != query.empty())
        return {};
    return fail(ErrorCode::Usage,
                table.empty() ? fmt::format("The {} needs the option 'table' or 'query'.", owner)
                              : fmt::format("The {} has both 'table' ('{}') and 'query'; set one.", owner, table));
}

std::string trimmedQuery(std::string query)
{
    while (!query.empty() && (std::isspace(static_cast<unsigned char>(query.back())) != 0 || query.back() == ';'))
        query.pop_back();
    return query;
}

Status checkColumnNames(const std::vector<std::string>& names, std::string_view title)
{
    if (names.empty())
        return fail(ErrorCode::Usage, fmt::format("The {} gives no columns. Write a SELECT that does.", title));
    for (const std::string& name : names)
        if (std::ranges::count(names, name) > 1)
            return fail(ErrorCode::Usage,
                        fmt::format("The {} gives two columns named '{}'; rename one with AS.", title, name));
    return {};
}

Error rowsWithoutCursor(std::string_view title, std::string_view columns)
{
    return {ErrorCode::Data,
            fmt::format("The {} has rows in which one of the columns {} is NULL: no read by cursor would ever reach "
                        "them. Fill them, take another cursor, or set null_cursor to skip.",
                        title, columns),
            {},
            std::nullopt};
}

Status checkCountsByCursor(const std::vector<std::string>& cursor, std::string_view owner)
{
    if (!cursor.empty())
        return {};
    return fail(ErrorCode::Usage,
                fmt::format("The trigger 'new_rows' counts the rows above a cursor, and the {} has none. Name one "
                            "in the option 'cursor', such as updated_at or id.",
                            owner));
}

void adoptCase(std::vector<std::string>& names, const std::vector<std::string>& columns)
{
    for (std::string& name : names)
        for (const std::string& column : columns)
            if (::strcasecmp(name.c_str(), column.c_str()) == 0)
                name = column;
}

Decision keyDecision(const std::vector<std::string>& key)
{
    return {"key", fmt::format("{}", fmt::join(key, ", ")), "It is the primary key of the table."};
}

Result<CursorChoice> chooseCursor(const TableSelection& selection, const KeyFacts& facts)
{
    CursorChoice choice;
    for (const std::string& name : selection.cursor) {
        HEADRACE_TRY(const int column, columnNamed(facts, "cursor", name));
        choice.columns.push_back(column);
    }
    choice.cursors = static_cast<int>(choice.columns.size());
    choice.keyWasFound = selection.key.empty() && !facts.key.empty();
    const auto& key = choice.keyWasFound ? facts.key : selection.key;
    if (key.empty() && !selection.cursor.empty())
        return fail(
            ErrorCode::Usage,
            fmt::format("The {} has no primary key, so rows with the same cursor '{}' could be lost between two "
                        "batches. Name the columns that tell them apart in the option 'key'.",
                        facts.title, fmt::join(selection.cursor, ", ")));
    for (const std::string& name : key) {
        HEADRACE_TRY(const int column, columnNamed(facts, "key", name));
        if (std::ranges::find(choice.columns, column) == choice.columns.end())
            choice.columns.push_back(column);
    }
    choice.mayBeNull = std::ranges::any_of(choice.columns, [&](int column) {
        const std::string& name = facts.columns[static_cast<std::size_t>(column)];
        return std::ranges::find(facts.required, name) == facts.required.end();
    });
    return choice;
}

std::string behindCondition(const std::vector<std::string>& columns, const std::vector<std::string>& values)
{
    // a >= x AND (a > x OR (b >= y AND (b > y OR (c > z))))
    std::string text;
    std::string end;
    for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
        text += fmt::format("{0} >= {1} AND ({0} > {1} OR (", columns[i], values[i]);
        end += "))";
    }
    return text + fmt::format("{} > {}", columns.back(), values.back()) + end;
}

} // namespace headrace
