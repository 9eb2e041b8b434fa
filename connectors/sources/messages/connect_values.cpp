// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/connect_values.h"

#include "connectors/formats/ndjson/connect_schema.h"
#include "connectors/formats/ndjson/json_text.h"
#include "connectors/sources/messages/described_values.h"

#include <map>
#include <utility>

namespace headrace {

namespace {

constexpr std::size_t kMostSchemas = 1000; ///< that are kept

class ConnectValues final : public DescribedValues {
public:
    explicit ConnectValues(ndjson::MessageParser::Settings json)
        : DescribedValues(std::move(json))
    {
    }

    Status learn(std::span<const std::string_view> values, const std::stop_token& stop) override
    {
        for (const std::string_view value : values) {
            HEADRACE_TRY(const Found found, look(value, stop));
            if (found.grows != nullptr)
                HEADRACE_CHECK(grow(*found.grows));
        }
        return {};
    }

private:
    Result<Found> look(std::string_view value, const std::stop_token&) override
    {
        if (value.data() == nullptr)
            return Found{value, {}, nullptr};
        std::string_view schema;
        std::string_view payload;
        if (!takeApart(value, schema, payload))
            return Found{
                {},
                "The message's value is no object of 'schema' and 'payload', as Kafka Connect writes them; set "
                "'value' to json to read JSON without them.",
                nullptr};
        if (payload == "null")
            return Found{{}, {}, nullptr};
        const Known& known = knownOf(schema);
        if (!known.problem.empty())
            return Found{{}, "The message cannot be read: " + known.problem, nullptr};
        return Found{payload, {}, hasMore(known) ? &known : nullptr};
    }

    /// The values of its two members, as they stand.
    bool takeApart(std::string_view value, std::string_view& schema, std::string_view& payload)
    {
        if (!m_text.start(value))
            return false;
        ndjson::JsonCursor& cursor = m_text.cursor();
        ndjson::JsonValue key;
        ndjson::JsonValue member;
        bool isLast = false;
        if (!cursor.enterObject(isLast))
            return false;
        while (!isLast) {
            if (!cursor.key(key) || !cursor.value(member) || !cursor.endMember(isLast))
                return false;
            const auto part = value.substr(m_text.offsetOf(member.raw), member.raw.size());
            if (key.raw == "\"schema\"")
                schema = part;
            else if (key.raw == "\"payload\"")
                payload = part;
        }
        return !schema.empty() && !payload.empty();
    }

    const Known& knownOf(std::string_view schema)
    {
        if (const auto found = m_known.find(schema); found != m_known.end())
            return found->second;
        if (m_known.size() == kMostSchemas)
            m_known.clear();
        Known known;
        auto columns = ndjson::columnsOfConnectSchema(schema, isFlat());
        if (columns)
            known.columns = *std::move(columns);
        else
            known.problem = columns.error().message;
        return m_known.emplace(schema, std::move(known)).first->second;
    }

    ndjson::JsonText m_text;
    std::map<std::string, Known, std::less<>> m_known; ///< by the schema's text
};

} // namespace

Result<std::unique_ptr<ValueDecoder>> makeConnectValues(const ndjson::MessageParser::Settings& json,
                                                        std::vector<ndjson::Column> columns)
{
    auto values = std::make_unique<ConnectValues>(json);
    HEADRACE_CHECK(values->adopt(std::move(columns)));
    return values;
}

} // namespace headrace
