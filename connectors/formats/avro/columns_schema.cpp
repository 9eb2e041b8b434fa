// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/extension_type.h>
#include <arrow/type.h>

#include "connectors/formats/avro/columns_schema.h"

#include "connectors/formats/avro/default_value.h"
#include "connectors/formats/avro/wire_output.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
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

class SchemaWriter {
public:
    Result<Json> record(const arrow::FieldVector& columns, const ColumnNode& node, const std::string& name)
    {
        Json fields = Json::array();
        for (const ColumnNode& member : node.members) {
            const std::string own = avroName(member.name);
            Json field{{"name", own}};
            if (member.column >= 0) {
                const arrow::Field& column = *columns[static_cast<std::size_t>(member.column)];
                auto type = typeOf(*column.type(), name + '_' + own);
                if (!type)
                    return fail(ErrorCode::Data, fmt::format("The column '{}' cannot be written as Avro: {}.",
                                                             column.name(), type.error().message));
                setType(field, *std::move(type), column.nullable());
            } else {
                HEADRACE_TRY(auto type, record(columns, member, name + '_' + own));
                setType(field, std::move(type), true);
            }
            fields.push_back(std::move(field));
        }
        return Json{{"type", "record"}, {"name", name}, {"fields", std::move(fields)}};
    }

private:
    static void setType(Json& field, Json type, bool isNullable)
    {
        if (!isNullable || type == "null") {
            field["type"] = std::move(type);
            return;
        }
        field["type"] = Json::array({"null", std::move(type)});
        field["default"] = nullptr;
    }

    Result<Json> inside(const arrow::Field& field, const std::string& name)
    {
        HEADRACE_TRY(Json type, typeOf(*field.type(), name));
        if (!field.nullable() || type == "null")
            return type;
        return Json::array({"null", std::move(type)});
    }

    Result<Json> typeOf(const arrow::DataType& type, const std::string& name)
    {
        if (auto plain = plainType(type))
            return *std::move(plain);
        switch (type.id()) {
        case arrow::Type::FIXED_SIZE_BINARY:
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
        Json fields = Json::array();
        std::vector<std::string> names;
        for (const auto& member : type.fields()) {
            names.push_back(avroName(member->name()));
            if (std::ranges::count(names, names.back()) > 1)
                return fail(ErrorCode::Data, fmt::format("two of its members would be the field '{}'", names.back()));
            Json field{{"name", names.back()}};
            HEADRACE_TRY(Json inner, typeOf(*member->type(), name + '_' + names.back()));
            setType(field, std::move(inner), member->nullable());
            fields.push_back(std::move(field));
        }
        return Json{{"type", "record"}, {"name", name}, {"fields", std::move(fields)}};
    }
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
    return json.dump();
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
