// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/type_text.h"

#include "connectors/core/json.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace headrace::avro {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostParts = 2000; ///< of a JSON Schema

class TypeWriter {
public:
    Json json(const Type& type)
    {
        switch (type.kind) {
        case Kind::Array:
            return Json{{"type", "array"}, {"items", json(*type.children[0])}};
        case Kind::Map:
            return Json{{"type", "map"}, {"values", json(*type.children[0])}};
        case Kind::Union: {
            Json branches = Json::array();
            for (const Type* const branch : type.children)
                branches.push_back(json(*branch));
            return branches;
        }
        case Kind::Record:
        case Kind::Enum:
        case Kind::Fixed:
            return named(type);
        default:
            break;
        }
        if (type.logical == Logical::None)
            return type.name;
        Json json{{"type", type.name}};
        addLogical(type, json);
        return json;
    }

private:
    static void addLogical(const Type& type, Json& json)
    {
        if (type.logical == Logical::None)
            return;
        json["logicalType"] = type.logical == Logical::Decimal ? "decimal" : nameOf(type);
        if (type.logical == Logical::Decimal) {
            json["precision"] = type.precision;
            json["scale"] = type.scale;
        }
    }

    Json named(const Type& type)
    {
        if (std::ranges::find(m_defined, &type) != m_defined.end())
            return type.name;
        m_defined.push_back(&type);
        const char* const kind = type.kind == Kind::Record ? "record" : type.kind == Kind::Enum ? "enum" : "fixed";
        Json json{{"type", kind}, {"name", type.name}};
        if (type.name.find('.') == std::string::npos)
            json["namespace"] = ""; // not that of the types around it
        if (type.kind == Kind::Fixed) {
            json["size"] = type.size;
            addLogical(type, json);
        } else if (type.kind == Kind::Enum) {
            json["symbols"] = type.symbols;
            if (!type.defaultSymbol.empty())
                json["default"] = type.defaultSymbol;
        } else {
            json["fields"] = Json::array();
            for (const Field& field : type.fields) {
                Json member{{"name", field.name}, {"type", this->json(*field.type)}};
                if (!field.defaultText.empty())
                    member["default"] = parseOrderedJson(field.defaultText);
                json["fields"].push_back(std::move(member));
            }
        }
        return json;
    }

    std::vector<const Type*> m_defined;
};

class SchemaWriter {
public:
    Json json(const Type& type)
    {
        if (++m_parts > kMostParts)
            return Json::object();
        switch (type.kind) {
        case Kind::Null:
            return Json{{"type", "null"}};
        case Kind::Boolean:
            return Json{{"type", "boolean"}};
        case Kind::Int:
        case Kind::Long:
            return whole(type.logical);
        case Kind::Float:
        case Kind::Double:
            return Json{{"type", "number"}};
        case Kind::Enum:
            return Json{{"type", "string"}, {"enum", type.symbols}};
        case Kind::String:
            return type.logical == Logical::Uuid ? ofFormat("uuid") : text();
        case Kind::Bytes:
        case Kind::Fixed:
            return octets(type.logical);
        case Kind::Array:
            return Json{{"type", "array"}, {"items", json(*type.children[0])}};
        case Kind::Map:
            return Json{{"type", "object"}, {"additionalProperties", json(*type.children[0])}};
        case Kind::Record:
            return record(type);
        case Kind::Union:
            break;
        }
        return branches(type);
    }

private:
    static Json text() { return Json{{"type", "string"}}; }
    static Json ofFormat(const char* format) { return Json{{"type", "string"}, {"format", format}}; }

    static Json whole(Logical logical)
    {
        switch (logical) {
        case Logical::None:
            return Json{{"type", "integer"}};
        case Logical::Date:
            return ofFormat("date");
        case Logical::TimestampMillis:
        case Logical::TimestampMicros:
        case Logical::TimestampNanos:
            return ofFormat("date-time");
        default: // what has no zone is none of JSON Schema's times
            return text();
        }
    }

    static Json octets(Logical logical)
    {
        switch (logical) {
        case Logical::Decimal:
            return Json{{"type", "number"}};
        case Logical::Uuid:
            return ofFormat("uuid");
        case Logical::Duration:
            return text();
        default:
            return Json{{"type", "string"}, {"contentEncoding", "base64"}};
        }
    }

    Json record(const Type& type)
    {
        if (std::ranges::find(m_around, &type) != m_around.end())
            return Json::object();
        m_around.push_back(&type);
        Json properties = Json::object();
        for (const Field& field : type.fields)
            properties[field.name] = json(*field.type);
        m_around.pop_back();
        return Json{{"type", "object"}, {"properties", std::move(properties)}};
    }

    Json branches(const Type& type)
    {
        const bool isTagged = nullableBranch(type) == nullptr;
        Json choices = Json::array();
        for (const Type* const branch : type.children) {
            Json choice = json(*branch);
            if (choice.empty())
                return Json::object();
            if (isTagged && branch->kind != Kind::Null)
                choice = Json{{"type", "object"},
                              {"properties", Json{{branch->name, std::move(choice)}}},
                              {"required", Json::array({branch->name})}};
            choices.push_back(std::move(choice));
        }
        return Json{{"oneOf", std::move(choices)}};
    }

    std::vector<const Type*> m_around;
    std::size_t m_parts = 0;
};

} // namespace

std::string typeText(const Type& type)
{
    return jsonText(TypeWriter().json(type));
}

std::string jsonSchemaText(const Type& type)
{
    return jsonText(SchemaWriter().json(type));
}

} // namespace headrace::avro
