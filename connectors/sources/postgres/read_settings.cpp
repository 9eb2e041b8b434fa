// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/postgres/read_settings.h"

#include "connectors/core/shown_number.h"
#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>

namespace headrace::postgres {

std::vector<OptionSpec> sourceOptions()
{
    std::vector<OptionSpec> cursor = cursorOptions(
        "With a time as cursor: how long a transaction may run between its start, whose time it may use as the "
        "cursor of its rows, and its first row. While others run, newer rows wait for at most so long.");
    cursor.front().help =
        "Columns that grow with every new or changed row, such as updated_at or id: each run reads the rows above the "
        "last one, in this order. Rows of unfinished transactions, and rows stamped later than the present, wait for "
        "the next run. Deleted rows are not noticed. Without a cursor everything is read once.";
    std::vector<OptionSpec> own{
        {.key = "table",
         .label = "Table",
         .help = "A table or view, with its schema where it is not in the search path: public.orders."},
        queryOption(),
    };
    own.insert(own.end(), cursor.begin(), cursor.end());
    const std::vector<OptionSpec> values{
        {.key = "numeric",
         .type = OptionType::Choice,
         .label = "Numeric",
         .help = "exact reads numeric(10,2) as decimals of up to 76 digits, and numeric without a precision as text.",
         .defaultText = "exact",
         .advanced = true,
         .choices = {"exact", "text", "double"}},
        {.key = "special",
         .type = OptionType::Choice,
         .label = "NaN and infinity",
         .help =
             "NaN in a decimal and infinite dates go to quarantine or become NULL; extreme makes infinite dates the "
             "largest and smallest ones, which DuckDB and PostgreSQL take as infinite again.",
         .defaultText = "quarantine",
         .advanced = true,
         .choices = {"quarantine", "null", "extreme"}},
        {.key = "connections",
         .type = OptionType::Integer,
         .label = "Connections",
         .help =
             "How many connections read ranges of a table's pages at once, under one snapshot; without a cursor only. "
             "When it is not set, 2 for a table of several ranges.",
         .advanced = true,
         .minimum = 1,
         .maximum = 16},
        {.key = "range_pages",
         .type = OptionType::Integer,
         .label = "Pages a range",
         .help = "Size of such a range in pages of the table, which have 8 KiB.",
         .defaultText = "1024",
         .advanced = true,
         .minimum = 1,
         .maximum = 1'000'000},
    };
    own.insert(own.end(), values.begin(), values.end());
    std::vector<OptionSpec> options = connectionOptions();
    options.insert(options.begin() + 5, own.begin(), own.end());
    return options;
}

Result<ReadSettings> readSettings(const Options& options)
{
    ReadSettings settings;
    HEADRACE_TRY(settings.target, Target::from(options));
    HEADRACE_TRY(settings.selection, readSelection(options, "postgres source"));
    const std::string numeric = options.text("numeric");
    settings.values.numeric = numeric == "text"     ? ReadOptions::Numeric::Text
                              : numeric == "double" ? ReadOptions::Numeric::Double
                                                    : ReadOptions::Numeric::Exact;
    const std::string special = options.text("special");
    settings.values.special = special == "null"      ? ReadOptions::Special::Null
                              : special == "extreme" ? ReadOptions::Special::Extreme
                                                     : ReadOptions::Special::Reject;
    settings.connections = options.text("connections").empty() ? 0 : static_cast<int>(options.integer("connections"));
    settings.rangePages = static_cast<std::uint64_t>(options.integer("range_pages"));
    if (settings.connections > 1 && !settings.selection.cursor.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("The postgres source reads by cursor over one connection; 'connections' is "
                                "'{}'. Remove it or the cursor.",
                                settings.connections));
    return settings;
}

Result<std::string> probeSource(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sourceOptions(), "postgres source"));
    HEADRACE_TRY(const ReadSettings settings, readSettings(checked));
    HEADRACE_TRY(auto connection, Connection::open(settings.target, stop));
    HEADRACE_TRY(const ReadPlan plan, ReadPlan::make(connection, settings, stop));
    return fmt::format("{} ({}): the {} has {}.", settings.target.title, connection.tlsMode(), plan.title(),
                       counted(static_cast<std::int64_t>(plan.columns().size()), "column"));
}

Result<std::vector<Readable>> describeDatabase(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Target target, Target::from(options));
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    // Sizes by the statistics: asking for the files' own would open each of them.
    HEADRACE_TRY(
        const Rows rows,
        connection.query(
            "SELECT n.nspname, c.relname, c.relkind, c.reltuples::bigint, c.relpages::bigint * "
            "pg_catalog.current_setting('block_size')::bigint, c.relnatts, pg_catalog.quote_ident(n.nspname) || "
            "'.' || pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm', 'p', 'v', 'f') AND n.nspname NOT IN "
            "('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)' AND NOT c.relispartition "
            "ORDER BY 1, 2",
            {}, fmt::format("The tables of {} could not be listed", target.title), stop));
    std::vector<Readable> readables;
    for (int row = 0; row < rows.size(); ++row) {
        const char kind = rows.text(row, 2).front();
        std::string description = kind == 'v'   ? "view"
                                  : kind == 'm' ? "materialized view"
                                  : kind == 'f' ? "foreign table"
                                                : "table";
        description += ", " + counted(rows.integer(row, 5), "column");
        if (kind != 'v' && rows.integer(row, 3) >= 0)
            description +=
                fmt::format(", about {}, {}", counted(rows.integer(row, 3), "row"), shownSize(rows.integer(row, 4)));
        Options only = options;
        only.erase("query");
        only.set("table", rows.text(row, 6));
        readables.push_back({rows.text(row, 0) + '.' + rows.text(row, 1), std::move(only), std::move(description)});
    }
    return readables;
}

} // namespace headrace::postgres
