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
        entry.push_back(typeNotation(column));
        json.push_back(std::move(entry));
    }
    return json;
}

bool columnsFromJson(const nlohmann::json& json, std::vector<ndjson::Column>& columns)
{
    for (const auto& entry : json) {
        ndjson::Column column;
        column.path = entry.get<std::vector<std::string>>();
        if (column.path.size() < 2)
            return false;
        const std::string type = std::move(column.path.back());
        column.path.pop_back();
        const auto plain = parsePlainType(type);
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
