// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/util/base64.h>

#include "connectors/core/arrow_result.h"

#include "connectors/core/json.h"
#include "connectors/sinks/kafka/record_headers.h"

#include <fmt/format.h>

#include <memory>

namespace headrace::kafka {

namespace {

using Json = nlohmann::ordered_json;

Result<std::optional<std::string>> valueOf(const Json& json)
{
    if (json.is_null())
        return std::nullopt;
    if (json.is_string())
        return json.get<std::string>();
    if (json.is_object() && json.size() == 1 && json.contains("base64") && json["base64"].is_string()) {
        HEADRACE_TRY(std::string bytes, fromArrow(arrow::util::base64_decode(json["base64"].get<std::string>()),
                                                  "A header's base64 cannot be read"));
        return bytes;
    }
    return jsonText(json);
}

} // namespace

Result<rd_kafka_headers_t*> toHeaders(std::string_view json)
{
    const Json parsed = tryParseOrderedJson(json);
    const auto wrong = [&] {
        return fail(ErrorCode::Data, fmt::format("The headers '{}' are no JSON list of names and values, as in "
                                                 "[[\"name\",\"value\"]], and no object.",
                                                 json.substr(0, 200)));
    };
    if (!parsed.is_array() && !parsed.is_object())
        return wrong();
    std::unique_ptr<rd_kafka_headers_t, decltype(&rd_kafka_headers_destroy)> headers(
        rd_kafka_headers_new(parsed.size()), rd_kafka_headers_destroy);
    for (const auto& [member, entry] : parsed.items()) {
        const bool isPair = parsed.is_array() && entry.is_array() && entry.size() == 2 && entry[0].is_string();
        if (parsed.is_array() && !isPair)
            return wrong();
        const std::string name = isPair ? entry[0].get<std::string>() : member;
        HEADRACE_TRY(const auto value, valueOf(isPair ? entry[1] : entry));
        rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()),
                            value ? value->data() : nullptr, value ? static_cast<ssize_t>(value->size()) : 0);
    }
    return headers.release();
}

} // namespace headrace::kafka
