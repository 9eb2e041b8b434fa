// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include "connectors/formats/ndjson/json_schema.h"

#include "connectors/core/json.h"
#include "connectors/formats/ndjson/column_tree.h"
#include "connectors/formats/ndjson/connect_schema.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace headrace::ndjson {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 50;
constexpr auto kOthers = "headrace:references"; ///< a key of a schema that holds those it names
constexpr std::size_t kMostColumns = 5000;
constexpr std::size_t kMostParts = 2000; ///< of a schema that travels with its column

bool isNull(const Json& schema)
{
    return schema.is_object() && schema.value("type", Json()) == "null";
}

class ColumnFinder {
public:
    ColumnFinder(const Json& root, bool flatten)
        : m_root(root)
        , m_flatten(flatten)
    {
    }

    /// False when there are too many, or a type that names itself is inside itself without end.
    bool addMembers(const Json& object, int depth)
    {
        for (const auto& [key, member] : object["properties"].items()) {
            m_path.push_back(key);
            const bool fits = depth < kDeepest && columns.size() < kMostColumns && add(member, depth + 1);
            m_path.pop_back();
            if (!fits)
                return false;
        }
        return true;
    }

    /// What a schema stands for: behind references, and without the null that it allows.
    [[nodiscard]] const Json& plain(const Json& schema, int depth = 0) const
    {
        if (!schema.is_object() || depth > kDeepest)
            return schema;
        if (const auto reference = schema.find("$ref"); reference != schema.end() && reference->is_string()) {
            const auto path = reference->get<std::string>();
            try {
                if (path == "#" || path.starts_with("#/"))
                    return plain(m_root.at(Json::json_pointer(path.substr(1))), depth + 1);
            } catch (const Json::exception&) { // leads nowhere: says nothing of the type
            }
            return schema;
        }
        for (const char* const choice : {"oneOf", "anyOf"})
            if (const auto found = schema.find(choice); found != schema.end() && found->is_array()) {
                const auto others = std::ranges::count_if(*found, [](const Json& one) { return !isNull(one); });
                const auto other = std::ranges::find_if(*found, [](const Json& one) { return !isNull(one); });
                if (others == 1)
                    return plain(*other, depth + 1);
            }
        return schema;
    }

    std::vector<Column> columns;

private:
    bool add(const Json& given, int depth)
    {
        const Json& schema = plain(given);
        if (m_flatten && typeOf(schema) == "object" && schema.contains("properties") &&
            schema["properties"].is_object() && !schema["properties"].empty())
            return addMembers(schema, depth);
        Column column = columnOf(schema);
        column.path = m_path;
        if (column.kind == Kind::Json)
            column.jsonSchema = textOf(schema);
        columns.push_back(std::move(column));
        return true;
    }

    /// The schema with what its references lead to; empty when that is too much.
    [[nodiscard]] std::string textOf(const Json& schema) const
    {
        std::size_t parts = 0;
        const Json copy = whole(schema, 0, parts);
        return parts > kMostParts ? std::string() : jsonText(copy);
    }

    /// Says nothing of what is too deep, as that inside itself is.
    [[nodiscard]] Json whole(const Json& given, int depth, std::size_t& parts) const
    {
        if (depth > kDeepest || ++parts > kMostParts)
            return Json::object();
        if (given.is_array()) {
            Json all = Json::array();
            for (const Json& one : given)
                all.push_back(whole(one, depth + 1, parts));
            return all;
        }
        const Json& schema = given.is_object() && given.contains("$ref") ? plain(given) : given;
        if (!schema.is_object())
            return schema;
        if (schema.contains("$ref"))
            return Json::object();
        Json copy = Json::object();
        for (const auto& [key, value] : schema.items())
            if (key != "definitions" && key != "$defs")
                copy[key] = value.is_structured() ? whole(value, depth + 1, parts) : value;
        return copy;
    }

    /// The only type beside null; empty when there are several or none.
    static std::string typeOf(const Json& schema)
    {
        const auto type = schema.is_object() ? schema.find("type") : schema.end();
        if (!schema.is_object() || type == schema.end())
            return {};
        if (type->is_string())
            return type->get<std::string>();
        std::string only;
        for (const Json& one : type->is_array() ? *type : Json::array()) {
            if (!one.is_string() || one == "null")
                continue;
            if (!only.empty())
                return {};
            only = one.get<std::string>();
        }
        return only;
    }

    static Column columnOf(const Json& schema)
    {
        constexpr int kMostDigits = 38;
        if (auto connect = schema.is_object() ? connectColumn(schema) : std::nullopt)
            return *std::move(connect);
        Column column;
        column.kind = kindOf(schema);
        column.zoned = column.kind == Kind::Timestamp;
        if (const int digits = column.kind == Kind::Double ? digitsOf(schema) : 0; digits > 0) {
            column.kind = Kind::Decimal;
            column.precision = kMostDigits;
            column.scale = digits;
        }
        return column;
    }

    /// How many digits behind the point numbers have that are multiples of 0.1, 0.01 …; 0 for others.
    static int digitsOf(const Json& schema)
    {
        constexpr int kMost = 18;
        const auto multiple = schema.find("multipleOf");
        if (multiple == schema.end() || !multiple->is_number())
            return 0;
        for (int digits = 1; digits <= kMost; ++digits)
            if (multiple->get<double>() == std::stod(fmt::format("1e-{}", digits)))
                return digits;
        return 0;
    }

    static Kind kindOf(const Json& schema)
    {
        const std::string type = typeOf(schema);
        if (type == "integer")
            return Kind::Int64;
        if (type == "number")
            return Kind::Double;
        if (type == "boolean")
            return Kind::Boolean;
        if (type != "string")
            return Kind::Json;
        const Json format = schema.value("format", Json());
        return format == "date" ? Kind::Date : format == "date-time" ? Kind::Timestamp : Kind::Text;
    }

    const Json& m_root;
    bool m_flatten;
    std::vector<std::string> m_path;
};

Json ofFormat(const char* format)
{
    return Json{{"type", "string"}, {"format", format}};
}

Json nullable(Json schema, bool isNullable)
{
    if (!isNullable || schema.empty()) // what says nothing allows null too
        return schema;
    return Json{{"oneOf", Json::array({Json{{"type", "null"}}, std::move(schema)})}};
}

Json schemaOf(const arrow::DataType& type);

Json schemaOf(const arrow::Field& field)
{
    if (!holdsJson(field))
        return nullable(schemaOf(*field.type()), field.nullable());
    const Json known = tryParseOrderedJson(jsonSchemaOf(field));
    return known.is_object() ? nullable(known, field.nullable()) : Json::object();
}

Json object(Json properties)
{
    return Json{{"type", "object"}, {"properties", std::move(properties)}};
}

Json objectOf(const arrow::FieldVector& members)
{
    Json properties = Json::object();
    for (const auto& member : members)
        properties[member->name()] = schemaOf(*member);
    return object(std::move(properties));
}

Json objectOf(const ColumnNode& node, const arrow::FieldVector& columns)
{
    Json properties = Json::object();
    for (const ColumnNode& member : node.members)
        properties[member.name] = member.column < 0 ? nullable(objectOf(member, columns), true)
                                                    : schemaOf(*columns[static_cast<std::size_t>(member.column)]);
    return object(std::move(properties));
}

/// Keys of any name.
Json mapOf(const arrow::DataType& type)
{
    if (!isObject(type)) // pairs
        return Json{{"type", "array"}, {"items", Json{{"type", "array"}}}};
    return Json{{"type", "object"}, {"additionalProperties", schemaOf(*type.field(0)->type()->field(1))}};
}

Json extensionOf(const arrow::ExtensionType& type)
{
    if (type.extension_name() == "arrow.uuid")
        return ofFormat("uuid");
    return type.extension_name() == "arrow.json" ? Json::object() : schemaOf(*type.storage_type());
}

/// Of what the NDJSON writer makes of values of that type.
Json schemaOf(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::BOOL:
        return Json{{"type", "boolean"}};
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return ofFormat("date");
    case arrow::Type::TIMESTAMP: // one without a zone is no date-time
        return static_cast<const arrow::TimestampType&>(type).timezone().empty() ? Json{{"type", "string"}}
                                                                                 : ofFormat("date-time");
    case arrow::Type::STRUCT:
        return objectOf(type.fields());
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
        return Json{{"type", "array"}, {"items", schemaOf(*type.field(0))}};
    case arrow::Type::MAP:
        return mapOf(type);
    case arrow::Type::DICTIONARY:
        return schemaOf(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case arrow::Type::EXTENSION:
        return extensionOf(static_cast<const arrow::ExtensionType&>(type));
    case arrow::Type::NA:
        return Json{{"type", "null"}};
    default:
        break;
    }
    if (arrow::is_integer(type.id()))
        return Json{{"type", "integer"}};
    if (arrow::is_floating(type.id()) || arrow::is_decimal(type.id()))
        return Json{{"type", "number"}};
    if (BytesView::covers(type) && !BytesView::isText(type))
        return Json{{"type", "string"}, {"contentEncoding", "base64"}};
    return Json{{"type", "string"}};
}

/// Makes what the references of a schema lead to places in one root, where `own` is the one of the schema itself.
void redirect(Json& schema, const std::string& own, const std::map<std::string, std::string>& places)
{
    if (schema.is_object())
        if (const auto reference = schema.find("$ref"); reference != schema.end() && reference->is_string()) {
            const auto target = reference->get<std::string>();
            const std::size_t hash = std::min(target.find('#'), target.size());
            const std::string inside = target.substr(std::min(hash + 1, target.size()));
            const auto place = places.find(target.substr(0, hash));
            if (hash == 0)
                *reference = '#' + own + inside;
            else if (place != places.end())
                *reference = '#' + place->second + inside;
        }
    for (Json& member : schema)
        if (member.is_structured())
            redirect(member, own, places);
}

/// Puts the schemas that others name into the root, so that each is found there.
void bundle(Json& root, const std::map<std::string, std::string>& references)
{
    std::map<std::string, std::string> places;
    Json others = Json::array();
    for (const auto& [name, text] : references) {
        places[name] = fmt::format("/{}/{}", kOthers, others.size());
        others.push_back(tryParseOrderedJson(text));
    }
    redirect(root, {}, places);
    for (std::size_t i = 0; i < others.size(); ++i)
        redirect(others[i], fmt::format("/{}/{}", kOthers, i), places);
    root[kOthers] = std::move(others);
}

std::string titled(const Json& content, const std::string& title)
{
    Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}};
    schema.update(content);
    return jsonText(schema);
}

} // namespace

Result<std::vector<Column>> columnsOfJsonSchema(const std::string& text, bool flatten,
                                                const std::map<std::string, std::string>& references)
{
    Json root = tryParseOrderedJson(text);
    if (!root.is_object())
        return fail(ErrorCode::Data, "The JSON Schema cannot be used: it is no JSON object.");
    if (!references.empty())
        bundle(root, references);
    ColumnFinder finder(root, flatten);
    const Json& object = finder.plain(root);
    if (!object.is_object() || !object.contains("properties") || !object["properties"].is_object())
        return fail(ErrorCode::Data, "The JSON Schema cannot be used: it has no 'properties', which would be columns.");
    if (!finder.addMembers(object, 0))
        return fail(ErrorCode::Data,
                    fmt::format("The JSON Schema makes more than {} columns, or is nested too deep; set "
                                "'flatten' to false.",
                                kMostColumns));
    return std::move(finder.columns);
}

std::string jsonSchemaOf(const arrow::FieldVector& columns, const std::string& title)
{
    return titled(objectOf(treeOf(columns), columns), title);
}

std::string jsonSchemaOfValue(const arrow::Field& column, const std::string& title)
{
    return titled(schemaOf(*column.WithNullable(false)), title);
}

} // namespace headrace::ndjson
