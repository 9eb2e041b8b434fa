// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/connect_schema.h"

#include "connectors/core/json.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <utility>

namespace headrace::ndjson {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 50;
constexpr std::size_t kMostColumns = 5000;
constexpr int kMostDigits = 38;
constexpr std::string_view kLogical = "org.apache.kafka.connect.data.";

std::string textOf(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A Connect type by its full name, with its parameters; nullopt for others.
std::optional<Column> logicalColumn(std::string_view name, const Json& parameters)
{
    Column column;
    column.isConnect = true;
    if (!name.starts_with(kLogical))
        return std::nullopt;
    name.remove_prefix(kLogical.size());
    if (name == "Date") {
        column.kind = Kind::Date;
    } else if (name == "Time") {
        column.kind = Kind::Time;
    } else if (name == "Timestamp") {
        column.kind = Kind::Timestamp;
        column.zoned = true;
    } else if (name == "Decimal") {
        const std::string scale = textOf(parameters, "scale");
        const auto [end, error] = std::from_chars(scale.data(), scale.data() + scale.size(), column.scale);
        const bool isGood = error == std::errc{} && end == scale.data() + scale.size() && column.scale >= 0 &&
                            column.scale <= kMostDigits;
        if (!isGood)
            return std::nullopt;
        column.kind = Kind::Decimal;
        column.precision = kMostDigits;
    } else {
        return std::nullopt;
    }
    return column;
}

Column plainColumn(std::string_view type)
{
    Column column;
    if (type == "boolean") {
        column.kind = Kind::Boolean;
    } else if (type.starts_with("int")) {
        column.kind = Kind::Int64;
    } else if (type == "float" || type == "double") {
        column.kind = Kind::Double;
        column.isConnect = true;
    } else if (type == "bytes") {
        column.kind = Kind::Blob;
        column.isConnect = true;
    } else if (type != "string") {
        column.kind = Kind::Json;
    }
    return column;
}

class FieldWalk {
public:
    explicit FieldWalk(bool flatten)
        : m_flatten(flatten)
    {
    }

    /// False when there are too many, or the schema is none.
    bool add(const Json& structure, int depth)
    {
        const auto fields = structure.find("fields");
        if (fields == structure.end() || !fields->is_array() || depth > kDeepest)
            return false;
        for (const Json& field : *fields) {
            const std::string type = textOf(field, "type");
            if (type.empty() || textOf(field, "field").empty() || columns.size() == kMostColumns)
                return false;
            m_path.push_back(textOf(field, "field"));
            if (type == "struct" && m_flatten) {
                if (!add(field, depth + 1))
                    return false;
            } else {
                auto column = logicalColumn(textOf(field, "name"), field.value("parameters", Json()));
                columns.push_back(column ? *std::move(column) : plainColumn(type));
                columns.back().path = m_path;
            }
            m_path.pop_back();
        }
        return true;
    }

    std::vector<Column> columns;

private:
    bool m_flatten;
    std::vector<std::string> m_path;
};

} // namespace

Result<std::vector<Column>> columnsOfConnectSchema(std::string_view text, bool flatten)
{
    const Json schema = tryParseOrderedJson(text);
    if (textOf(schema, "type") != "struct")
        return fail(ErrorCode::Data, "Its 'schema' is that of no struct, whose fields would be columns.");
    FieldWalk walk(flatten);
    if (!walk.add(schema, 0))
        return fail(ErrorCode::Data,
                    fmt::format("Its 'schema' is none of Kafka Connect, or has more than {} fields.", kMostColumns));
    return std::move(walk.columns);
}

std::optional<Column> connectColumn(const Json& schema)
{
    const std::string title = textOf(schema, "title");
    const std::string name = textOf(schema, "connect.name");
    if (auto column = logicalColumn(name.empty() ? title : name, schema.value("connect.parameters", Json())))
        return column;
    const bool isText = textOf(schema, "type") == "string";
    if (isText && (textOf(schema, "connect.type") == "bytes" || textOf(schema, "contentEncoding") == "base64"))
        return plainColumn("bytes");
    return std::nullopt;
}

} // namespace headrace::ndjson
