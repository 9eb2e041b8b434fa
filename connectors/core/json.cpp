// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/json.h"

namespace headrace {

nlohmann::json parseJson(std::string_view text)
{
    return nlohmann::json::parse(text);
}

nlohmann::ordered_json parseOrderedJson(std::string_view text)
{
    return nlohmann::ordered_json::parse(text);
}

nlohmann::json tryParseJson(std::string_view text)
{
    return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::ordered_json tryParseOrderedJson(std::string_view text)
{
    return nlohmann::ordered_json::parse(text, nullptr, false);
}

std::string jsonText(const nlohmann::json& json, int indent)
{
    return json.dump(indent);
}

std::string jsonText(const nlohmann::ordered_json& json, int indent)
{
    return json.dump(indent);
}

std::string lossyJsonText(const nlohmann::json& json)
{
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string lossyJsonText(const nlohmann::ordered_json& json)
{
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace headrace
