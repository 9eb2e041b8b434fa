// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/dialect_detection.h"

#include "connectors/formats/csv/sample_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::csv {

namespace {

/// Enough records to judge; types need more, but the dialect shows early.
constexpr std::size_t kDialectSample = 128 * 1024;

struct Candidate {
    char delimiter;
    double weight; ///< how willingly it is believed
    bool common;   ///< the usual four; others must show numbers in at least four columns or be control characters
};

constexpr std::array kCandidates{
    Candidate{',', 1.0, true},    Candidate{';', 1.0, true},    Candidate{'\t', 1.0, true}, Candidate{'|', 1.0, true},
    Candidate{'\x1f', 0.9, true}, Candidate{'\x01', 0.9, true}, Candidate{'^', 0.9, true},  Candidate{'~', 0.9, true},
    Candidate{':', 0.5, false},   Candidate{' ', 0.5, false},
};

/// A table of one column is what is left when no delimiter gives a regular one.
constexpr double kOneColumnWeight = 0.3;
constexpr std::size_t kLeastUncommonColumns = 4;

struct Score {
    double value = 0;
    std::size_t columns = 1;
    double regular = 0;     ///< share of records with that many cells
    std::size_t quoted = 0; ///< cells in quotes
    std::size_t cells = 0;
};

/// Cells that hold another delimiter, or a quote at one end, look wrongly cut.
bool looksCut(const Cell& cell, std::string_view text, const Candidate& candidate)
{
    if (cell.quoted || text.empty())
        return false;
    if (text.front() == '"' || text.back() == '"')
        return true;
    return std::ranges::any_of(text, [&](char c) {
        return c != candidate.delimiter && (c == ';' || c == '\t' || c == '|' || (c == ',' && !candidate.common));
    });
}

Score rate(const SampleRecords& sample, const Candidate& candidate)
{
    Score score;
    score.columns = sample.usualCount();
    std::size_t regular = 0;
    std::size_t malformed = 0;
    std::size_t cut = 0;
    for (const SampleRecords::Record& record : sample.records()) {
        regular += record.count == score.columns ? 1 : 0;
        malformed += record.malformed ? 1 : 0;
        for (const Cell& cell : sample.cells(record)) {
            cut += looksCut(cell, sample.text(cell), candidate) ? 1 : 0;
            score.quoted += cell.quoted;
            ++score.cells;
        }
    }
    const auto records = static_cast<double>(sample.records().size());
    if (records == 0)
        return score;
    score.regular = static_cast<double>(regular) / records;
    const double wellFormed = 1 - static_cast<double>(malformed) / records;
    const double clean = 1 - static_cast<double>(cut) / static_cast<double>(score.cells);
    const double weight = score.columns == 1 ? kOneColumnWeight : candidate.weight;
    if (!candidate.common && (score.columns < kLeastUncommonColumns || regular != sample.records().size()))
        return score;
    score.value = score.regular * wellFormed * wellFormed * clean * clean * weight;
    return score;
}

struct Best {
    Dialect dialect;
    Score score;
};

void consider(std::string_view text, bool complete, const Dialect& dialect, const Candidate& candidate, Best& best)
{
    const Score score = rate(SampleRecords(text, dialect, complete), candidate);
    double value = score.value;
    if (dialect.quote == '\'') // an apostrophe, unless much of the table stands in single quotes
        value *= score.quoted * 5 >= score.cells ? 1.05 : 0.5;
    else if (!dialect.quote || dialect.escape)
        value *= 0.95; // only where doubled double quotes fit worse
    // More columns are more evidence, where all else is nearly equal.
    value *= 1 + 0.002 * static_cast<double>(std::min<std::size_t>(score.columns, 20));
    if (value > best.score.value) {
        best = {dialect, score};
        best.score.value = value;
    }
}

std::vector<Candidate> delimitersToTry(std::string_view text, const Settings& settings)
{
    if (settings.delimiter)
        return {{*settings.delimiter, 1.0, true}};
    std::vector<Candidate> tried;
    std::ranges::copy_if(kCandidates, std::back_inserter(tried),
                         [&](const Candidate& each) { return text.find(each.delimiter) != std::string_view::npos; });
    if (tried.empty())
        tried.push_back(kCandidates.front());
    return tried;
}

std::vector<std::optional<char>> quotesToTry(std::string_view text, const Settings& settings)
{
    if (settings.quote)
        return {*settings.quote};
    std::vector<std::optional<char>> quotes{'"'};
    if (text.find('"') != std::string_view::npos)
        quotes.push_back(std::nullopt);
    if (text.find('\'') != std::string_view::npos)
        quotes.push_back('\'');
    return quotes;
}

std::vector<std::optional<char>> escapesToTry(std::string_view text, std::optional<char> quote,
                                              const Settings& settings)
{
    if (!quote)
        return {std::nullopt};
    if (settings.escape)
        return {*settings.escape == quote ? std::nullopt : *settings.escape};
    const std::array<char, 2> escaped{'\\', *quote};
    if (text.find(std::string_view(escaped.data(), escaped.size())) == std::string_view::npos)
        return {std::nullopt};
    return {std::nullopt, '\\'};
}

void report(const Best& best, const Settings& settings, std::vector<Decision>& decisions)
{
    const Score& score = best.score;
    if (!settings.delimiter)
        decisions.push_back({"delimiter", notation(best.dialect.delimiter),
                             score.columns == 1
                                 ? "No delimiter gives a regular table, so the file is read as one column."
                                 : fmt::format("It gives {} columns in {:.0f} % of the records looked at.",
                                               score.columns, 100 * score.regular)});
    if (!settings.quote)
        decisions.push_back({"quote", notation(best.dialect.quote),
                             score.quoted > 0 ? fmt::format("{} of {} cells stand in it.", score.quoted, score.cells)
                             : best.dialect.quote ? "No cell is quoted in the part looked at; this is the usual one."
                                                  : "Read as quotes, they would break records."});
    if (!settings.escape && best.dialect.quote)
        decisions.push_back({"escape", notation(best.dialect.escape),
                             best.dialect.escape ? "Quotes inside quotes come behind it."
                                                 : "Quotes inside quotes are "
                                                   "doubled."});
}

} // namespace

Dialect detectDialect(std::string_view text, bool complete, const Settings& settings, std::vector<Decision>& decisions)
{
    if (text.size() > kDialectSample) {
        text = text.substr(0, kDialectSample);
        complete = false;
    }
    Best best;
    best.dialect.delimiter = settings.delimiter.value_or(',');
    best.dialect.quote = settings.quote.value_or(std::optional('"'));
    best.dialect.comment = settings.comment;
    for (const Candidate& candidate : delimitersToTry(text, settings))
        for (const std::optional<char> quote : quotesToTry(text, settings))
            for (const std::optional<char> escape : escapesToTry(text, quote, settings))
                consider(text, complete, {candidate.delimiter, quote, escape, settings.comment}, candidate, best);
    if (best.score.columns == 1 && !settings.delimiter)
        best.dialect.delimiter = ',';
    report(best, settings, decisions);
    return best.dialect;
}

} // namespace headrace::csv
