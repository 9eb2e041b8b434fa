// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/messages/described_values.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace headrace {

namespace {

using Columns = std::vector<ndjson::Column>;

/// One path is the other, or leads through it.
bool meet(const std::vector<std::string>& left, const std::vector<std::string>& right)
{
    const auto common = static_cast<std::ptrdiff_t>(std::min(left.size(), right.size()));
    return std::equal(left.begin(), left.begin() + common, right.begin());
}

} // namespace

Status DescribedValues::adopt(Columns columns)
{
    HEADRACE_TRY(auto parser, ndjson::MessageParser::create(m_json, std::move(columns)));
    m_parser = std::move(parser);
    return {};
}

Result<ValueDecoder::Decoded> DescribedValues::decode(std::span<const std::string_view> values,
                                                      const std::stop_token& stop)
{
    std::vector<std::string_view> texts;
    std::vector<std::size_t> places;
    std::vector<ndjson::MessageParser::Bad> refused;
    std::size_t at = 0;
    for (; at < values.size(); ++at) {
        HEADRACE_TRY(const Found found, look(values[at], stop));
        if (found.grows && at > 0)
            break;
        if (found.grows)
            HEADRACE_CHECK(grow(*found.grows));
        if (found.problem) {
            refused.push_back({at, *found.problem});
            continue;
        }
        texts.push_back(found.text);
        places.push_back(at);
    }
    Decoded decoded;
    decoded.taken = at;
    if (texts.empty()) {
        decoded.rows = *arrow::RecordBatch::MakeEmpty(m_parser->schema());
    } else {
        HEADRACE_TRY(decoded, m_parser->parse(texts));
        decoded.taken = decoded.taken == texts.size() ? at : places[decoded.taken];
        for (auto& bad : decoded.bad)
            bad.message = places[bad.message];
    }
    std::erase_if(refused, [&](const auto& bad) { return bad.message >= decoded.taken; });
    std::ranges::move(refused, std::back_inserter(decoded.bad));
    std::ranges::sort(decoded.bad, {}, &ndjson::MessageParser::Bad::message);
    return decoded;
}

Columns DescribedValues::more(const Known& known) const
{
    Columns columns;
    for (const ndjson::Column& column : known.columns)
        if (std::ranges::none_of(m_parser->columns(), [&](const auto& own) { return meet(own.path, column.path); }))
            columns.push_back(column);
    return columns;
}

Status DescribedValues::grow(const Known& known)
{
    Columns added = more(known);
    if (added.empty())
        return {};
    for (ndjson::Column& column : added)
        if (const auto given = m_json.columns.find(column.name()); given != m_json.columns.end())
            HEADRACE_CHECK(setType(column, given->second));
    Columns columns = m_parser->columns();
    columns.insert(columns.end(), added.begin(), added.end());
    return adopt(std::move(columns));
}

} // namespace headrace
