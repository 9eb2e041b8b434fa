// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace headrace {

// JSON documents read and written. The parser and the writer are the library's largest templates: they are compiled
// here only, and not again in each file that holds a document. Free of state; callable from any thread.

/// The document in `text`. Throws nlohmann::json::parse_error where it is none.
[[nodiscard]] nlohmann::json parseJson(std::string_view text);

/// The same, with the keys of an object in their order.
[[nodiscard]] nlohmann::ordered_json parseOrderedJson(std::string_view text);

/// The document in `text`, or one that is_discarded().
[[nodiscard]] nlohmann::json tryParseJson(std::string_view text);

/// The same, with the keys of an object in their order.
[[nodiscard]] nlohmann::ordered_json tryParseOrderedJson(std::string_view text);

/// The document in one line, or in lines indented by `indent` a level. Throws nlohmann::json::type_error for a text
/// that is not UTF-8.
[[nodiscard]] std::string jsonText(const nlohmann::json& json, int indent = -1);
[[nodiscard]] std::string jsonText(const nlohmann::ordered_json& json, int indent = -1);

/// The document in one line, with U+FFFD for bytes that are not UTF-8.
[[nodiscard]] std::string lossyJsonText(const nlohmann::json& json);
[[nodiscard]] std::string lossyJsonText(const nlohmann::ordered_json& json);

} // namespace headrace
