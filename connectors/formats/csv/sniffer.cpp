// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/csv/sniffer.h"

#include "connectors/formats/csv/column_detection.h"
#include "connectors/formats/csv/dialect_detection.h"
#include "connectors/formats/csv/header_detection.h"
#include "connectors/formats/csv/value_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace headrace::csv {

namespace {

/// The sample as padded UTF-8 without its byte order mark.
std::string sampleText(const SnifferInput& input, Encoding encoding)
{
    const std::string_view bytes = input.sample.substr(byteOrderMark(input.sample, encoding));
    std::string text;
    text.reserve(bytes.size() + kPadding);
    appendUtf8(bytes, encoding, input.complete, text);
    text.append(kPadding, '\0');
    return text;
}

/// Where the line after the first `lines` lines begins.
std::size_t behindLines(std::string_view text, std::int64_t lines)
{
    std::size_t at = 0;
    for (; lines > 0 && at < text.size(); --lines) {
        at = std::min(text.find_first_of("\r\n", at), text.size());
        const std::string_view rest = text.substr(at);
        at += rest.starts_with("\r\r\n") ? 3 : rest.starts_with("\r\n") ? 2 : rest.empty() ? 0 : 1;
    }
    return at;
}

/// Names are trimmed; empty ones and repetitions get a number.
std::vector<std::string> columnNames(const SampleRecords& sample, const TableStart& start)
{
    std::vector<std::string> names;
    std::set<std::string> taken;
    const auto header = start.header ? sample.cells(sample.records()[*start.header]) : std::span<const Cell>();
    for (std::size_t column = 0; column < sample.usualCount(); ++column) {
        std::string base;
        if (column < header.size())
            base = trimmed(sample.value(header[column]));
        if (base.empty())
            base = fmt::format("column{}", column + 1);
        std::string name = base;
        for (int number = 2; !taken.insert(name).second; ++number)
            name = fmt::format("{}_{}", base, number);
        names.push_back(std::move(name));
    }
    return names;
}

void reportTable(const TableStart& start, const Settings& settings, Format& format)
{
    if (!settings.skipLines)
        format.decisions.push_back({"skip_lines", fmt::format("{}", format.skipLines), start.skipReason});
    if (!settings.header)
        format.decisions.push_back({"header", format.header ? "true" : "false", start.headerReason});
}

/// The part of the sample in which the table lies.
struct Searched {
    std::string_view text;    ///< the sample without its byte order mark
    std::size_t markSize = 0; ///< of that mark
    std::size_t begin = 0;    ///< behind the lines that an option skips
    std::int64_t skipped = 0; ///< how many these are
};

/// Sets where the table and its data begin.
void placeTable(const Searched& searched, const SampleRecords& sample, const TableStart& start,
                const Settings& settings, Format& format)
{
    const auto& records = sample.records();
    const SampleRecords::Record& top = records[start.header.value_or(start.firstRow)];
    format.header = start.header.has_value();
    std::size_t data = top.begin;
    std::uint32_t dataLine = top.line;
    if (format.header) {
        data = top.next;
        dataLine = top.nextLine;
    } else if (settings.skipLines && start.firstRow == 0) {
        data = 0; // what stands before the first record are empty lines, rows of a table of one column
        dataLine = 0;
    }
    format.skipLines = searched.skipped + top.line;
    format.dataLine = searched.skipped + dataLine + 1;
    format.dataOffset = static_cast<std::int64_t>(searched.markSize) +
                        encodedSize(searched.text.substr(0, searched.begin + data), format.encoding);
}

} // namespace

Result<Format> detectFormat(const SnifferInput& input, const Settings& settings)
{
    Format format;
    if (settings.encoding) {
        format.encoding = *settings.encoding;
    } else {
        EncodingGuess guess = guessEncoding(input.sample);
        format.encoding = guess.encoding;
        format.decisions.push_back({"encoding", std::string(toString(guess.encoding)), std::move(guess.reason)});
    }
    const std::string padded = sampleText(input, format.encoding);
    const std::string_view text(padded.data(), padded.size() - kPadding);

    Searched searched{text, byteOrderMark(input.sample, format.encoding), 0, settings.skipLines.value_or(0)};
    searched.begin = behindLines(text, searched.skipped);
    const std::string_view table = text.substr(searched.begin);
    format.dialect = detectDialect(table, input.complete, settings, format.decisions);
    const SampleRecords sample(table, format.dialect, input.complete);
    if (sample.records().empty())
        return fail(ErrorCode::Data,
                    fmt::format("'{}' has no records{}, so it has no columns to read.", input.name,
                                searched.skipped > 0 ? fmt::format(" behind line {}", searched.skipped) : ""));
    const TableStart start = findTable(sample, settings);
    placeTable(searched, sample, start, settings, format);
    reportTable(start, settings, format);

    const ColumnRequest request{columnNames(sample, start), start.firstRow, input.expected, input.expectedFrom,
                                input.name};
    HEADRACE_CHECK(detectColumns(sample, request, settings, format));
    return format;
}

} // namespace headrace::csv
