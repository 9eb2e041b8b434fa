// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/csv/column_detection.h"

#include "connectors/formats/csv/type_detection.h"
#include "connectors/formats/csv/value_parser.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace headrace::csv {

namespace {

/// The evidence of every column, gathered record by record.
std::vector<ColumnEvidence> gather(const SampleRecords& sample, const ColumnRequest& request, char decimalPoint,
                                   const TemporalCandidates& candidates, const Settings& settings)
{
    const std::size_t columns = request.names.size();
    std::vector<ColumnEvidence> evidence(columns, ColumnEvidence(decimalPoint, candidates, !settings.nulls));
    const auto isNull = [&](std::string_view text) {
        return settings.nulls && std::ranges::find(*settings.nulls, text) != settings.nulls->end();
    };
    for (std::size_t row = request.firstRow; row < sample.records().size(); ++row) {
        const SampleRecords::Record& record = sample.records()[row];
        if (record.count != columns || record.malformed)
            continue;
        for (std::size_t column = 0; column < columns; ++column) {
            const Cell& cell = sample.cells(record)[column];
            const std::string_view text = trimmed(sample.text(cell));
            if (cell.size > 0 && !isNull(text))
                evidence[column].add(text, cell.escaped != 0);
        }
    }
    return evidence;
}

/// The decimal comma, where a column shows one and none shows a point.
char findDecimalPoint(const SampleRecords& sample, const ColumnRequest& request, const TemporalCandidates& candidates,
                      const Settings& settings, std::vector<Decision>& decisions)
{
    if (settings.decimalPoint)
        return *settings.decimalPoint;
    const auto shows = [&](char point) {
        const auto evidence = gather(sample, request, point, candidates, settings);
        return std::ranges::count_if(evidence, &ColumnEvidence::showsDecimalPoint);
    };
    const auto points = shows('.');
    const auto commas = points > 0 ? 0 : shows(',');
    decisions.push_back({"decimal", commas > 0 ? "," : ".",
                         commas > 0   ? fmt::format("{} columns of numbers have it, and none has a point.", commas)
                         : points > 0 ? fmt::format("{} columns of numbers have it.", points)
                                      : "No number in the part looked at has a fraction; this is the usual one."});
    return commas > 0 ? ',' : '.';
}

/// The type that the user or the earlier files ask for, with what was detected to fill it in.
ColumnType asked(ColumnType wanted, const ColumnType& detected, const Settings& settings)
{
    const bool sameKind = wanted.kind == detected.kind && wanted.zoned == detected.zoned;
    if (sameKind && wanted.kind != Kind::Decimal && wanted.pattern == std::string(isoPattern(wanted)))
        wanted.pattern = detected.pattern;
    else if (wanted.kind == Kind::Date && !settings.dateFormat.empty())
        wanted.pattern = settings.dateFormat;
    else if (wanted.kind == Kind::Timestamp && !settings.timestampFormat.empty())
        wanted.pattern = settings.timestampFormat;
    if (wanted.kind != Kind::Text && sameKind)
        wanted.nulls = detected.nulls;
    return wanted;
}

Status checkNames(const ColumnRequest& request, const Settings& settings)
{
    for (const auto& [name, type] : settings.columns) {
        if (std::ranges::find(request.names, name) != request.names.end())
            continue;
        const std::string near = nearest(name, request.names);
        return fail(ErrorCode::Usage,
                    fmt::format("The option 'columns' names '{}', but '{}' has no such column; {}", name,
                                request.fileName,
                                near.empty() ? fmt::format("it has {}.", fmt::join(request.names, ", "))
                                             : fmt::format("did you mean '{}'?", near)));
    }
    if (!request.expected)
        return {};
    const std::vector<std::string> expected = request.expected->field_names();
    if (expected == request.names)
        return {};
    return fail(ErrorCode::Data,
                fmt::format("'{}' has the columns {}, but {} has {}; read files of different columns by pipelines of "
                            "their own.",
                            request.fileName, fmt::join(request.names, ", "), request.expectedFrom,
                            fmt::join(expected, ", ")));
}

void reportNulls(const Format& format, std::vector<Decision>& decisions)
{
    std::set<std::string> markers;
    std::vector<std::string> columns;
    for (const Column& column : format.columns) {
        if (column.type.nulls.empty())
            continue;
        markers.insert(column.type.nulls.begin(), column.type.nulls.end());
        columns.push_back(column.name);
    }
    if (markers.empty())
        return;
    decisions.push_back({"null", fmt::format("{}", fmt::join(markers, ", ")),
                         fmt::format("These stand among numbers, dates or booleans of {}; text columns keep them as "
                                     "text.",
                                     fmt::join(columns, ", "))});
}

} // namespace

Status detectColumns(const SampleRecords& sample, const ColumnRequest& request, const Settings& settings,
                     Format& format)
{
    HEADRACE_CHECK(checkNames(request, settings));
    const TemporalCandidates candidates = temporalCandidates(settings);
    std::vector<TypeGuess> guesses(request.names.size());
    if (!settings.textOnly) {
        format.decimalPoint = findDecimalPoint(sample, request, candidates, settings, format.decisions);
        const auto evidence = gather(sample, request, format.decimalPoint, candidates, settings);
        std::ranges::transform(evidence, guesses.begin(), &ColumnEvidence::guess);
    }
    for (std::size_t i = 0; i < request.names.size(); ++i) {
        Column column{request.names[i], guesses[i].type};
        const auto set = settings.columns.find(column.name);
        if (set != settings.columns.end()) {
            column.type = asked(set->second, guesses[i].type, settings);
        } else if (request.expected &&
                   !arrowType(column.type)->Equals(request.expected->field(static_cast<int>(i))->type())) {
            column.type =
                asked(columnTypeFor(*request.expected->field(static_cast<int>(i))->type()), guesses[i].type, settings);
            column.type.detected = true;
        } else if (!settings.textOnly) {
            format.decisions.push_back(
                {"columns", fmt::format("{}: {}", column.name, notation(column.type)), guesses[i].reason});
        }
        if (settings.nulls)
            column.type.nulls = *settings.nulls;
        format.columns.push_back(std::move(column));
    }
    if (!settings.nulls)
        reportNulls(format, format.decisions);
    return {};
}

} // namespace headrace::csv
