// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/saved_columns.h"

#include <nlohmann/json.hpp>

#include <string>

namespace headrace {

nlohmann::ordered_json columnsToJson(const std::vector<ndjson::Column>& columns)
{
    auto json = nlohmann::ordered_json::array();
    for (const ndjson::Column& column : columns) {
        nlohmann::ordered_json entry = column.path;
        if (column.avroType.empty() && column.jsonSchema.empty() && !column.isConnect)
            entry.push_back(typeNotation(column));
        else
            entry.push_back(nlohmann::ordered_json::array(
                {typeNotation(column), column.avroType, column.jsonSchema, column.isConnect}));
        json.push_back(std::move(entry));
    }
    return json;
}

bool columnsFromJson(const nlohmann::json& json, std::vector<ndjson::Column>& columns)
{
    for (const auto& entry : json) {
        if (entry.size() < 2)
            return false;
        ndjson::Column column;
        for (std::size_t i = 0; i + 1 < entry.size(); ++i)
            column.path.push_back(entry[i].get<std::string>());
        const auto& type = entry.back(); // its notation, or a list that begins with it
        if (type.is_array()) {
            column.avroType = type.at(1).get<std::string>();
            column.jsonSchema = type.at(2).get<std::string>();
            column.isConnect = type.at(3).get<bool>();
        }
        const auto plain = parsePlainType((type.is_array() ? type.at(0) : type).get<std::string>());
        if (!plain)
            return false;
        column.kind = plain->kind;
        column.precision = plain->precision;
        column.scale = plain->scale;
        column.zoned = plain->zoned;
        columns.push_back(std::move(column));
    }
    return true;
}

} // namespace headrace
