// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/schema_description.h"

#include "connectors/formats/avro/schema.h"
#include "connectors/formats/ndjson/json_schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t kMostFields = 100; ///< in a line
constexpr std::size_t kMostPlaces = 3;   ///< of other topics

/// The subjects of the topics, or some of those that are there.
std::vector<std::string> placesFor(const std::vector<std::string>& topics, std::vector<std::string> places)
{
    std::vector<std::string> own;
    for (const std::string& place : places)
        if (std::ranges::any_of(topics, [&](const auto& topic) { return place.starts_with(topic + '-'); }))
            own.push_back(place);
    if (!own.empty())
        return own;
    places.resize(std::min(places.size(), kMostPlaces));
    return places;
}

std::string fieldsOf(const avro::Type& type)
{
    if (type.kind != avro::Kind::Record)
        return nameOf(type);
    std::vector<std::string> fields;
    for (const avro::Field& field : type.fields) {
        if (fields.size() == kMostFields) {
            fields.push_back(fmt::format("and {} more", type.fields.size() - kMostFields));
            break;
        }
        fields.push_back(fmt::format("{} {}", field.name, nameOf(*field.type)));
    }
    return fmt::format("'{}': {}", type.name, fmt::join(fields, ", "));
}

std::string contentOf(const RegisteredSchema& schema)
{
    if (schema.type == "JSON") {
        const auto columns = ndjson::columnsOfJsonSchema(schema.text, true, schema.named);
        std::string fields;
        if (columns)
            for (const ndjson::Column& column : *columns)
                fields += fmt::format("{}{} {}", fields.empty() ? "" : ", ", column.name(), typeNotation(column));
        return "JSON Schema: " + (columns ? fields : columns.error().message);
    }
    if (schema.type != "AVRO")
        return schema.type;
    const auto parsed = avro::Schema::parse(schema.text, schema.references);
    return parsed ? "AVRO " + fieldsOf((*parsed)->root()) : parsed.error().message;
}

} // namespace

Result<std::string> describeSchemas(const RegistrySettings& settings, const std::set<std::uint32_t>& ids,
                                    const std::vector<std::string>& topics, const std::stop_token& stop)
{
    SchemaRegistry registry(settings);
    std::string text;
    for (const std::uint32_t id : ids) {
        text += fmt::format("\nschema {}: ", id);
        const auto schema = registry.schema(id, stop);
        if (!schema && schema.error().code != ErrorCode::NotFound && schema.error().code != ErrorCode::Data)
            return fail(schema.error());
        if (!schema) {
            text += schema.error().message;
            continue;
        }
        const auto places = placesFor(topics, registry.placesOf(id, stop));
        text += fmt::format("{}{}{}", fmt::join(places, "; "), places.empty() ? "" : ", ", contentOf(**schema));
    }
    return text;
}

} // namespace headrace
