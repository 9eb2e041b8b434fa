// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/extension_type.h>
#include <arrow/type.h>

#include "connectors/formats/avro/columns_schema.h"

#include "connectors/core/json.h"
#include "connectors/formats/avro/default_value.h"
#include "connectors/formats/avro/wire_output.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace headrace::avro {

namespace {

using Json = nlohmann::ordered_json;

constexpr auto kUuid = "arrow.uuid";

Json logical(const char* type, const char* name)
{
    return Json{{"type", type}, {"logicalType", name}};
}

Json decimal(int precision, int scale)
{
    if (scale < 0) { // which Avro does not have
        precision -= scale;
        scale = 0;
    }
    Json json = logical("bytes", "decimal");
    json["precision"] = std::max(precision, scale);
    json["scale"] = scale;
    return json;
}

Json timestamp(const arrow::TimestampType& type)
{
    const char* const unit = type.unit() == arrow::TimeUnit::NANO    ? "nanos"
                             : type.unit() == arrow::TimeUnit::MICRO ? "micros"
                                                                     : "millis";
    return logical("long", fmt::format("{}timestamp-{}", type.timezone().empty() ? "local-" : "", unit).c_str());
}

/// The types without types inside; nullopt for others.
std::optional<Json> plainType(const arrow::DataType& type)
{
    switch (type.id()) {
    case arrow::Type::NA:
        return "null";
    case arrow::Type::BOOL:
        return "boolean";
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::UINT8:
    case arrow::Type::UINT16:
        return "int";
    case arrow::Type::INT64:
    case arrow::Type::UINT32:
        return "long";
    case arrow::Type::UINT64:
        return decimal(20, 0);
    case arrow::Type::HALF_FLOAT:
    case arrow::Type::FLOAT:
        return "float";
    case arrow::Type::DOUBLE:
        return "double";
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256: {
        const auto& digits = static_cast<const arrow::DecimalType&>(type);
        return decimal(digits.precision(), digits.scale());
    }
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return logical("int", "date");
    case arrow::Type::TIME32:
        return logical("int", "time-millis");
    case arrow::Type::TIME64:
        return logical("long", "time-micros");
    case arrow::Type::TIMESTAMP:
        return timestamp(static_cast<const arrow::TimestampType&>(type));
    default:
        break;
    }
    if (BytesView::isText(type))
        return "string";
    if (type.id() != arrow::Type::FIXED_SIZE_BINARY && BytesView::covers(type))
        return "bytes";
    if (makeCellText(type, {}) != nullptr)
        return "string";
    return std::nullopt;
}

/// The names of types in one schema, of which each may be defined once.
class DefinedNames {
public:
    void define(const std::string& name) { m_defined.emplace(name, Json()); }

    /// Takes a type of another schema in: what is defined already is named only, and a name that another type has
    /// gets a number behind it.
    void adopt(Json& type)
    {
        m_renamed.clear();
        take(type);
    }

private:
    void take(Json& type)
    {
        if (type.is_array())
            for (Json& branch : type)
                take(branch);
        if (const auto renamed = type.is_string() ? m_renamed.find(type.get<std::string>()) : m_renamed.end();
            renamed != m_renamed.end())
            type = renamed->second;
        if (!type.is_object() || (type.contains("name") && !takeName(type)))
            return;
        for (const char* const key : {"items", "values"})
            if (type.contains(key))
                take(type[key]);
        if (type.contains("fields"))
            for (Json& field : type["fields"])
                take(field["type"]);
    }

    /// False when the type is now only named.
    bool takeName(Json& type)
    {
        const Json given = type;
        const auto name = type["name"].get<std::string>();
        std::string own = name;
        for (int number = 2;; ++number) {
            const auto [known, isNew] = m_defined.emplace(own, given);
            if (isNew)
                break;
            if (known->second == given) {
                m_renamed[name] = own;
                type = own;
                return false;
            }
            own = fmt::format("{}_{}", name, number);
        }
        m_renamed[name] = own;
        type["name"] = own;
        return true;
    }

    std::map<std::string, Json> m_defined; ///< null: by this schema itself
    std::map<std::string, std::string> m_renamed;
};

class SchemaWriter {
public:
    Result<Json> record(const arrow::FieldVector& columns, const ColumnNode& node, const std::string& name)
    {
        m_names.define(name);
        Json fields = Json::array();
        for (const ColumnNode& member : node.members) {
            const std::string own = avroName(member.name);
            Json field{{"name", own}};
            if (member.column >= 0) {
                const arrow::Field& column = *columns[static_cast<std::size_t>(member.column)];
                HEADRACE_TRY(Json type, value(column, name + '_' + own));
                setType(field, std::move(type), column.nullable());
            } else {
                HEADRACE_TRY(auto type, record(columns, member, name + '_' + own));
                setType(field, std::move(type), true);
            }
            fields.push_back(std::move(field));
        }
        return Json{{"type", "record"}, {"name", name}, {"fields", std::move(fields)}};
    }

    Result<Json> value(const arrow::Field& column, const std::string& name)
    {
        auto type = typeOf(column, name);
        if (!type)
            return fail(ErrorCode::Data, fmt::format("The column '{}' cannot be written as Avro: {}.", column.name(),
                                                     type.error().message));
        return type;
    }

private:
    static void setType(Json& field, Json type, bool isNullable)
    {
        const bool isPlain = !isNullable || type == "null";
        field["type"] = isPlain ? std::move(type) : orNull(std::move(type));
        if (!isPlain)
            field["default"] = nullptr;
    }

    /// A union with null, which is its first branch; unions have no unions inside.
    static Json orNull(Json type)
    {
        Json branches = Json::array({"null"});
        for (Json& branch : type.is_array() ? type : Json::array({std::move(type)}))
            if (branch != "null")
                branches.push_back(std::move(branch));
        return branches;
    }

    Result<Json> inside(const arrow::Field& field, const std::string& name)
    {
        HEADRACE_TRY(Json type, typeOf(field, name));
        return !field.nullable() || type == "null" ? std::move(type) : orNull(std::move(type));
    }

    Result<Json> typeOf(const arrow::Field& field, const std::string& name)
    {
        Json known = tryParseOrderedJson(ndjson::avroTypeOf(field));
        if (known.is_discarded())
            return typeOf(*field.type(), name);
        m_names.adopt(known);
        return known;
    }

    Result<Json> typeOf(const arrow::DataType& type, const std::string& name)
    {
        if (auto plain = plainType(type))
            return *std::move(plain);
        switch (type.id()) {
        case arrow::Type::FIXED_SIZE_BINARY:
            m_names.define(name);
            return Json{{"type", "fixed"},
                        {"name", name},
                        {"size", static_cast<const arrow::FixedSizeBinaryType&>(type).byte_width()}};
        case arrow::Type::DICTIONARY:
            return typeOf(*static_cast<const arrow::DictionaryType&>(type).value_type(), name);
        case arrow::Type::EXTENSION: {
            const auto& extension = static_cast<const arrow::ExtensionType&>(type);
            if (extension.extension_name() == kUuid)
                return logical("string", "uuid");
            return typeOf(*extension.storage_type(), name);
        }
        case arrow::Type::LIST:
        case arrow::Type::LARGE_LIST:
        case arrow::Type::FIXED_SIZE_LIST: {
            HEADRACE_TRY(Json items, inside(*type.field(0), name + "_item"));
            return Json{{"type", "array"}, {"items", std::move(items)}};
        }
        case arrow::Type::MAP:
            return mapOf(*type.field(0)->type(), name);
        case arrow::Type::STRUCT:
            return structOf(type, name);
        default:
            return fail(ErrorCode::Data, fmt::format("values of type {} have no form there", type.ToString()));
        }
    }

    Result<Json> mapOf(const arrow::DataType& entries, const std::string& name)
    {
        if (!BytesView::isText(*entries.field(0)->type())) {
            HEADRACE_TRY(Json items, structOf(entries, name + "_entry"));
            return Json{{"type", "array"}, {"items", std::move(items)}};
        }
        HEADRACE_TRY(Json values, inside(*entries.field(1), name + "_value"));
        return Json{{"type", "map"}, {"values", std::move(values)}};
    }

    Result<Json> structOf(const arrow::DataType& type, const std::string& name)
    {
        m_names.define(name);
        Json fields = Json::array();
        std::vector<std::string> names;
        for (const auto& member : type.fields()) {
            names.push_back(avroName(member->name()));
            if (std::ranges::count(names, names.back()) > 1)
                return fail(ErrorCode::Data, fmt::format("two of its members would be the field '{}'", names.back()));
            Json field{{"name", names.back()}};
            HEADRACE_TRY(Json inner, typeOf(*member, name + '_' + names.back()));
            setType(field, std::move(inner), member->nullable());
            fields.push_back(std::move(field));
        }
        return Json{{"type", "record"}, {"name", name}, {"fields", std::move(fields)}};
    }

    DefinedNames m_names;
};

} // namespace

Result<ColumnNode> treeOf(const arrow::FieldVector& columns)
{
    ColumnNode root;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string& name = columns[i]->name();
        ColumnNode* node = &root;
        for (std::size_t begin = 0; begin <= name.size();) {
            const std::size_t dot = std::min(name.find('.', begin), name.size());
            const std::string part = name.substr(begin, dot - begin);
            const bool isLast = dot == name.size();
            const auto found = std::ranges::find(node->members, avroName(part),
                                                 [](const ColumnNode& member) { return avroName(member.name); });
            if (found != node->members.end() && (isLast || found->column >= 0 || found->name != part))
                return fail(ErrorCode::Data,
                            fmt::format("The column '{}' and another one would both be the Avro field '{}'; give one "
                                        "of them another name in the shape.",
                                        name, avroName(part)));
            if (found == node->members.end()) {
                node->members.push_back({part, isLast ? static_cast<int>(i) : -1, {}});
                node = &node->members.back();
            } else {
                node = &*found;
            }
            begin = dot + 1;
        }
    }
    return root;
}

std::string avroName(std::string_view name)
{
    std::string valid;
    for (const char c : name) {
        if ((static_cast<std::uint8_t>(c) & 0xC0U) == 0x80) // the rest of a character that is _ already
            continue;
        const bool isDigit = c >= '0' && c <= '9';
        if (isDigit && valid.empty())
            valid += '_';
        valid += isDigit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c : '_';
    }
    return valid.empty() ? "_" : valid;
}

Result<std::string> schemaOfColumns(const arrow::FieldVector& columns, const std::string& name)
{
    HEADRACE_TRY(const ColumnNode root, treeOf(columns));
    HEADRACE_TRY(const Json json, SchemaWriter().record(columns, root, name));
    return jsonText(json);
}

Result<std::string> schemaOfColumn(const arrow::Field& column, const std::string& name)
{
    HEADRACE_TRY(const Json json, SchemaWriter().value(column, name));
    return jsonText(json);
}

Result<std::string> presetOf(const Field& field)
{
    if (!field.defaultText.empty())
        return encodedDefault(field);
    const Type* const type = field.type;
    std::size_t branch = 0;
    if (type->kind == Kind::Union)
        for (; branch < type->children.size() && type->children[branch]->kind != Kind::Null; ++branch)
            ;
    WireOutput out;
    if (type->kind == Kind::Union && branch < type->children.size())
        out.number(static_cast<std::int64_t>(branch));
    else if (type->kind != Kind::Null)
        return fail(ErrorCode::Data, fmt::format("nothing fills the field '{}', which has no default", field.name));
    return out.bytes();
}

} // namespace headrace::avro
