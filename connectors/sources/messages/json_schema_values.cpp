// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/json_schema_values.h"

#include "connectors/formats/ndjson/json_schema.h"
#include "connectors/registry/schema_registry.h"
#include "connectors/sources/messages/described_values.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

namespace headrace {

namespace {

class JsonSchemaValues final : public DescribedValues {
public:
    JsonSchemaValues(const RegistrySettings& registry, ndjson::MessageParser::Settings json)
        : DescribedValues(std::move(json))
        , m_registry(registry)
    {
    }

    Status learn(std::span<const std::string_view> values, const std::stop_token& stop) override
    {
        for (const std::uint32_t id : framedSchemas(values)) { // the newest gives the columns their order
            HEADRACE_TRY(const Known* const known, ask(id, stop));
            HEADRACE_CHECK(grow(*known));
        }
        return {};
    }

private:
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
        else if (auto columns = ndjson::columnsOfJsonSchema((*registered)->text, isFlat(), (*registered)->named))
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
    Result<Found> look(std::string_view value, const std::stop_token& stop) override
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
        return Found{value.substr(kFrameBytes), {}, hasMore(*known) ? known : nullptr};
    }

    SchemaRegistry m_registry;
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
