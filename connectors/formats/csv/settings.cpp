// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/settings.h"

#include "connectors/core/quantity.h"
#include "connectors/formats/csv/temporal_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace headrace::csv {

namespace {

constexpr std::string_view kAuto = "auto";

/// ",", "\t", "tab", "\x1f".
Result<char> characterFrom(const std::string& key, const std::string& text)
{
    char character = 0;
    if (text == "\\t" || text == "tab") {
        character = '\t';
    } else if (text.size() == 1) {
        character = text.front();
    } else if (text.size() == 4 && text.starts_with("\\x")) {
        unsigned code = 0;
        const auto parsed = std::from_chars(text.data() + 2, text.data() + 4, code, 16);
        if (parsed.ptr == text.data() + 4)
            character = static_cast<char>(code);
    }
    if (static_cast<unsigned char>(character) >= 0x80 || character == '\0' || character == '\n' || character == '\r')
        return fail(ErrorCode::Usage, fmt::format("The option '{}' is '{}', but it must be one ASCII character, "
                                                  "\\t or \\x01 … \\x7f, and no line end.",
                                                  key, text));
    return character;
}

/// The option's character; nullopt for "auto".
Result<std::optional<char>> setCharacter(const Options& options, const std::string& key)
{
    const std::string text = options.text(key);
    if (text.empty() || text == kAuto)
        return std::nullopt;
    HEADRACE_TRY(const char character, characterFrom(key, text));
    return std::optional(character);
}

/// The same where "none" is a value: the inner nullopt.
Result<std::optional<std::optional<char>>> setOrNone(const Options& options, const std::string& key)
{
    std::optional<std::optional<char>> set;
    if (options.text(key) == "none") {
        set.emplace(std::nullopt);
    } else {
        HEADRACE_TRY(const std::optional<char> character, setCharacter(options, key));
        if (character)
            set.emplace(character);
    }
    return set;
}

Status checkFormats(const Settings& settings)
{
    if (!settings.dateFormat.empty())
        HEADRACE_CHECK(TemporalPattern::compile(settings.dateFormat, Kind::Date));
    if (!settings.timestampFormat.empty())
        HEADRACE_CHECK(TemporalPattern::compile(settings.timestampFormat, Kind::Timestamp));
    return {};
}

Status checkDistinct(const Settings& settings)
{
    const char delimiter = settings.delimiter.value_or('\0');
    if (delimiter != '\0' && settings.quote && *settings.quote == delimiter)
        return fail(ErrorCode::Usage,
                    fmt::format("The options 'delimiter' and 'quote' are both '{}'; they must differ.", delimiter));
    if (delimiter != '\0' && settings.escape && *settings.escape == delimiter)
        return fail(ErrorCode::Usage, fmt::format("The options 'delimiter' and 'escape' are both '{}'; they must "
                                                  "differ.",
                                                  delimiter));
    return {};
}

std::vector<OptionSpec> dialectSpecs()
{
    using enum OptionType;
    return {
        {.key = "delimiter",
         .type = Text,
         .label = "Delimiter",
         .help = "The character between cells; auto detects , ; \\t | and others.",
         .defaultText = "auto",
         .choices = {"auto", ",", ";", "\\t", "|"}},
        {.key = "quote",
         .type = Text,
         .label = "Quote",
         .help = "The character around cells that hold delimiters or line ends; none reads quotes as text.",
         .defaultText = "auto",
         .choices = {"auto", "\"", "'", "none"}},
        {.key = "escape",
         .type = Text,
         .label = "Escape",
         .help = "The character before a quote inside quotes; none means that quotes are doubled.",
         .defaultText = "auto",
         .advanced = true,
         .choices = {"auto", "none", "\\"}},
        {.key = "header",
         .type = Choice,
         .label = "Header",
         .help = "Whether the first record names the columns.",
         .defaultText = "auto",
         .choices = {"auto", "true", "false"}},
    };
}

std::vector<OptionSpec> valueSpecs()
{
    using enum OptionType;
    return {
        {.key = "types",
         .type = Choice,
         .label = "Types",
         .help = "detect chooses a type for each column, losing nothing; text leaves every cell as it stands.",
         .defaultText = "detect",
         .choices = {"detect", "text"}},
        {.key = "columns",
         .type = Map,
         .label = "Column types",
         .help = "Types of single columns: text, bool, int64, double, decimal(10,2), date, time, timestamp, "
                 "timestamptz, or with a format as in date(%d.%m.%Y)."},
        {.key = "null",
         .type = List,
         .label = "NULL texts",
         .help = "Unquoted texts that mean NULL, besides the empty cell. auto: markers such as NA in columns that "
                 "hold nothing but numbers, dates or booleans else.",
         .defaultText = "auto"},
        {.key = "encoding",
         .type = Choice,
         .label = "Encoding",
         .help = "How the file's bytes are characters.",
         .defaultText = "auto",
         .choices = {"auto", "utf-8", "utf-16le", "utf-16be", "latin-1", "windows-1252"}},
        {.key = "skip_lines",
         .type = Text,
         .label = "Lines to skip",
         .help = "How many lines stand before the header, or before the first record without one.",
         .defaultText = "auto"},
        {.key = "decimal",
         .type = Choice,
         .label = "Decimal point",
         .help = "The character before the fraction.",
         .defaultText = "auto",
         .choices = {"auto", ".", ","}},
        {.key = "date_format",
         .type = Text,
         .label = "Date format",
         .help = "How dates are written, for example %d/%m/%Y.",
         .defaultText = "auto"},
        {.key = "timestamp_format",
         .type = Text,
         .label = "Timestamp format",
         .help = "How dates with a time are written, for example %d/%m/%Y %H:%M:%S.",
         .defaultText = "auto"},
    };
}

std::vector<OptionSpec> readingSpecs()
{
    using enum OptionType;
    return {
        {.key = "comment",
         .type = Text,
         .label = "Comment",
         .help = "Lines that begin with this character are skipped.",
         .defaultText = "none",
         .advanced = true,
         .choices = {"none", "#"}},
        {.key = "max_record",
         .type = Bytes,
         .label = "Longest record",
         .help = "A longer record is a bad record. If a quote in it is never closed, the run stops.",
         .defaultText = "64MiB",
         .advanced = true,
         .minimum = 1024,
         .maximum = 512.0 * 1024 * 1024},
        {.key = "threads",
         .type = Integer,
         .label = "Threads",
         .help = "How many threads parse one file; 0 means one per core.",
         .defaultText = "0",
         .advanced = true,
         .minimum = 0,
         .maximum = 64},
    };
}

} // namespace

std::vector<OptionSpec> optionSpecs()
{
    std::vector<OptionSpec> specs = dialectSpecs();
    std::ranges::move(valueSpecs(), std::back_inserter(specs));
    std::ranges::move(readingSpecs(), std::back_inserter(specs));
    return specs;
}

Result<Settings> settingsFrom(const Options& options)
{
    Settings settings;
    HEADRACE_TRY(settings.delimiter, setCharacter(options, "delimiter"));
    HEADRACE_TRY(settings.quote, setOrNone(options, "quote"));
    HEADRACE_TRY(settings.escape, setOrNone(options, "escape"));
    HEADRACE_TRY(const auto comment, setOrNone(options, "comment"));
    settings.comment = comment.value_or(std::nullopt);
    HEADRACE_CHECK(checkDistinct(settings));

    if (const std::string header = options.text("header"); header == "true" || header == "false")
        settings.header = header == "true";
    if (const std::string skip = options.text("skip_lines"); !skip.empty() && skip != kAuto) {
        const auto lines = parseInteger(skip);
        if (!lines || *lines < 0)
            return fail(
                ErrorCode::Usage,
                fmt::format("The option 'skip_lines' is '{}', but it must be auto or a number of lines.", skip));
        settings.skipLines = *lines;
    }
    settings.encoding = encodingNamed(options.text("encoding"));
    if (const std::string decimal = options.text("decimal"); decimal == "." || decimal == ",")
        settings.decimalPoint = decimal.front();
    if (const OptionList nulls = options.list("null"); options.has("null") && nulls != OptionList{std::string(kAuto)})
        settings.nulls = nulls;
    const auto format = [&](const char* key) {
        const std::string text = options.text(key);
        return text == kAuto ? std::string() : text;
    };
    settings.dateFormat = format("date_format");
    settings.timestampFormat = format("timestamp_format");
    HEADRACE_CHECK(checkFormats(settings));
    settings.textOnly = options.text("types") == "text";
    for (const auto& [name, text] : options.map("columns")) {
        HEADRACE_TRY(settings.columns[name], parseColumnType(text));
    }
    if (const std::int64_t bytes = options.bytes("max_record"); bytes > 0)
        settings.maxRecord = static_cast<std::size_t>(bytes);
    settings.threads = static_cast<unsigned>(options.integer("threads"));
    return settings;
}

} // namespace headrace::csv
