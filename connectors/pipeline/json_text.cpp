// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/json_text.h"

#include "connectors/core/json.h"

#include <arrow/util/base64.h>

namespace headrace {

namespace {

using Json = nlohmann::ordered_json;

bool isUtf8(const std::string& text)
{
    try {
        static_cast<void>(jsonText(Json(text)));
        return true;
    } catch (const Json::exception&) {
        return false;
    }
}

} // namespace

void setText(Json& object, const std::string& key, const std::string& text)
{
    if (isUtf8(text))
        object[key] = text;
    else
        object[key + "_base64"] = arrow::util::base64_encode(text);
}

std::string textOf(const Json& object, const std::string& key)
{
    if (const auto encoded = object.find(key + "_base64"); encoded != object.end())
        return arrow::util::base64_decode(encoded->get<std::string>()).ValueOr("");
    return object.at(key).get<std::string>();
}

} // namespace headrace
