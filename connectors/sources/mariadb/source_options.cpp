// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mariadb/maria_reader.h"

#include "connectors/core/shown_number.h"

#include "connectors/mariadb/maria_connection.h"

#include <fmt/format.h>

namespace headrace::mariadb {

std::vector<OptionSpec> sourceOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    std::vector<OptionSpec> own = selectionOptions("shop.orders");
    own.push_back(
        {.key = "zero_dates",
         .type = OptionType::Choice,
         .label = "Zero dates",
         .help = "Rows with 0000-00-00, or with a day or month that is zero, go to quarantine; or these dates become "
                 "NULL; or all dates and times are read as text.",
         .defaultText = "quarantine",
         .advanced = true,
         .choices = {"quarantine", "null", "text"}});
    own.push_back({.key = "time",
                   .type = OptionType::Choice,
                   .label = "TIME",
                   .help = "TIME reaches from −838 to 838 hours and is read as a duration; time_of_day sends values "
                           "that are none to quarantine.",
                   .defaultText = "duration",
                   .advanced = true,
                   .choices = {"duration", "time_of_day", "text"}});
    options.insert(options.begin() + 5, own.begin(), own.end());
    return options;
}

Result<ReadSettings> readSettings(const Options& options)
{
    ReadSettings settings;
    HEADRACE_TRY(settings.target, Target::from(options));
    HEADRACE_TRY(settings.selection, readSelection(options, "mariadb source"));
    const std::string zero = options.text("zero_dates");
    settings.values.zeroDates = zero == "null"   ? ReadOptions::Zero::Null
                                : zero == "text" ? ReadOptions::Zero::Text
                                                 : ReadOptions::Zero::Reject;
    const std::string time = options.text("time");
    settings.values.time = time == "text"          ? ReadOptions::Time::Text
                           : time == "time_of_day" ? ReadOptions::Time::TimeOfDay
                                                   : ReadOptions::Time::Duration;
    return settings;
}

Result<std::string> probeSource(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const Options checked, options.check(sourceOptions(), "mariadb source"));
    HEADRACE_TRY(const ReadSettings settings, readSettings(checked));
    HEADRACE_TRY(auto connection, Connection::open(settings.target, stop));
    const std::string mode = connection.tlsMode();
    HEADRACE_TRY(const auto reader, openTable(settings, stop));
    return fmt::format("{} ({}): the {} has {}.", settings.target.title, mode, reader->plan().title,
                       counted(reader->plan().schema->num_fields(), "column"));
}

} // namespace headrace::mariadb
