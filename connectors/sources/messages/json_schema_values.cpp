// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/messages/json_schema_values.h"

#include "connectors/formats/ndjson/json_schema.h"
#include "connectors/registry/schema_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
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

class JsonSchemaValues final : public ValueDecoder {
public:
    JsonSchemaValues(const RegistrySettings& registry, ndjson::MessageParser::Settings json)
        : m_registry(registry)
        , m_json(std::move(json))
    {
    }

    Status adopt(Columns columns)
    {
        HEADRACE_TRY(auto parser, ndjson::MessageParser::create(m_json, std::move(columns)));
        m_parser = std::move(parser);
        return {};
    }

    Status learn(std::span<const std::string_view> values, const std::stop_token& stop) override
    {
        for (const std::uint32_t id : framedSchemas(values)) { // the newest gives the columns their order
            HEADRACE_TRY(const Known* const known, ask(id, stop));
            HEADRACE_CHECK(grow(*known));
        }
        return {};
    }

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_parser->schema(); }
    [[nodiscard]] Columns columns() const override { return m_parser->columns(); }

    [[nodiscard]] Result<Decoded> decode(std::span<const std::string_view> values, const std::stop_token& stop) override
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

private:
    struct Known {
        Columns columns;
        std::string problem; ///< why its messages are bad; empty: they are not
    };
    struct Found {
        std::string_view text;
        std::optional<std::string> problem;
        const Known* grows = nullptr; ///< its columns must become columns first
    };

    Result<const Known*> ask(std::uint32_t id, const std::stop_token& stop)
    {
        if (const auto known = m_known.find(id); known != m_known.end())
            return &known->second;
        const auto registered = m_registry.schema(id, stop);
        const bool isBad = !registered && (registered.error().code == ErrorCode::NotFound ||
                                           registered.error().code == ErrorCode::Data);
        if (!registered && !isBad)
            return fail(registered.error());
        Known known;
        if (isBad)
            known.problem = registered.error().message;
        else if ((*registered)->type != "JSON")
            known.problem = fmt::format("It is {}, not JSON Schema.", (*registered)->type);
        else if (auto columns = ndjson::columnsOfJsonSchema((*registered)->text, m_json.flatten, (*registered)->named))
            known.columns = *std::move(columns);
        else
            known.problem = columns.error().message;
        if (isBad && registered.error().code == ErrorCode::NotFound) { // may be there later
            m_missing = std::move(known);
            return &m_missing;
        }
        return &m_known.emplace(id, std::move(known)).first->second;
    }

    /// Takes the frame off the value.
    Result<Found> look(std::string_view value, const std::stop_token& stop)
    {
        if (value.data() == nullptr)
            return Found{value, {}, nullptr};
        const auto id = framedSchema(value);
        if (!id)
            return Found{{},
                         "The message's value does not begin with a byte 0 and the number of its schema; set 'value' "
                         "to json to read JSON without them.",
                         nullptr};
        HEADRACE_TRY(const Known* const known, ask(*id, stop));
        if (!known->problem.empty())
            return Found{{}, fmt::format("The message names the schema {}: {}", *id, known->problem), nullptr};
        return Found{value.substr(kFrameBytes), {}, more(*known).empty() ? nullptr : known};
    }

    [[nodiscard]] Columns more(const Known& known) const
    {
        Columns columns;
        for (const ndjson::Column& column : known.columns)
            if (std::ranges::none_of(m_parser->columns(), [&](const auto& own) { return meet(own.path, column.path); }))
                columns.push_back(column);
        return columns;
    }

    Status grow(const Known& known)
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

    SchemaRegistry m_registry;
    ndjson::MessageParser::Settings m_json;
    std::optional<ndjson::MessageParser> m_parser;
    std::map<std::uint32_t, Known> m_known;
    Known m_missing;
};

} // namespace

Result<std::unique_ptr<ValueDecoder>> makeJsonSchemaValues(const RegistrySettings& registry,
                                                           const ndjson::MessageParser::Settings& json,
                                                           std::vector<ndjson::Column> columns)
{
    auto values = std::make_unique<JsonSchemaValues>(registry, json);
    HEADRACE_CHECK(values->adopt(std::move(columns)));
    return values;
}

} // namespace headrace
