// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/messages/message_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

/// The values that are not refused, decoded; counts and indexes are those of all.
Result<ValueDecoder::Decoded> decodeOthers(ValueDecoder& decoder, std::span<const std::string_view> values,
                                           const std::stop_token& stop, std::vector<ndjson::MessageParser::Bad> refused)
{
    std::vector<std::string_view> others;
    std::vector<std::size_t> places;
    auto skipped = refused.begin();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (skipped != refused.end() && skipped->message == i) {
            ++skipped;
            continue;
        }
        others.push_back(values[i]);
        places.push_back(i);
    }
    ValueDecoder::Decoded decoded;
    if (!others.empty()) {
        HEADRACE_TRY(decoded, decoder.decode(others, stop));
    } else {
        decoded.rows = *arrow::RecordBatch::MakeEmpty(decoder.schema());
    }
    for (auto& bad : decoded.bad)
        bad.message = places[bad.message];
    decoded.taken = decoded.taken == others.size() ? values.size() : places[decoded.taken];
    std::erase_if(refused, [&](const auto& bad) { return bad.message >= decoded.taken; });
    std::ranges::move(refused, std::back_inserter(decoded.bad));
    std::ranges::sort(decoded.bad, {}, &ndjson::MessageParser::Bad::message);
    return decoded;
}

} // namespace

Result<MessageRows> decodeMessages(ValueDecoder& decoder, std::span<const std::string_view> values,
                                   const std::stop_token& stop, std::vector<ndjson::MessageParser::Bad> refused)
{
    ValueDecoder::Decoded decoded;
    if (values.empty() || !refused.empty()) {
        HEADRACE_TRY(decoded, decodeOthers(decoder, values, stop, std::move(refused)));
    } else {
        HEADRACE_TRY(decoded, decoder.decode(values, stop));
    }
    MessageRows rows;
    rows.taken = decoded.taken;
    rows.values = std::move(decoded.rows);
    rows.messageOfRow.reserve(decoded.taken);
    auto bad = decoded.bad.begin();
    for (std::size_t i = 0; i < decoded.taken; ++i) {
        if (bad == decoded.bad.end() || bad->message != i) {
            rows.messageOfRow.push_back(static_cast<std::uint32_t>(i));
            continue;
        }
        BadRecord& record = rows.rejected.emplace_back();
        record.beforeRow = static_cast<std::int64_t>(rows.messageOfRow.size());
        record.reason = std::move(bad->reason);
        record.raw = values[i].substr(0, BadRecord::kMaxRawBytes);
        rows.messageOfBad.push_back(static_cast<std::uint32_t>(i));
        ++bad;
    }
    return rows;
}

void addMade(std::int64_t time, std::vector<MadeAt>& made)
{
    const std::chrono::system_clock::time_point at{std::chrono::milliseconds{time}};
    if (made.empty() || made.back().at != at)
        made.push_back({0, at});
    ++made.back().rows;
}

Result<std::shared_ptr<arrow::Schema>> schemaOfMessages(const arrow::FieldVector& metadata, const arrow::Schema& values)
{
    arrow::FieldVector fields = metadata;
    for (const auto& field : values.fields()) {
        if (std::ranges::any_of(metadata, [&](const auto& own) { return own->name() == field->name(); }))
            return fail(ErrorCode::Data,
                        fmt::format("The values have the key '{}', which is also the name of a metadata column; set "
                                    "another 'metadata_prefix'.",
                                    field->name()));
        fields.push_back(field);
    }
    return arrow::schema(std::move(fields));
}

std::vector<Decision> decisionsOf(const ValueDecoder& decoder, std::size_t count)
{
    std::string found;
    for (const ndjson::Column& column : decoder.columns())
        found += fmt::format("{}{}: {}", found.empty() ? "" : ", ", column.name(), typeNotation(column));
    if (found.empty())
        return {};
    return {{"columns", found, fmt::format("{} messages hold such values.", count)}};
}

} // namespace headrace
