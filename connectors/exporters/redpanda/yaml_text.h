// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace headrace::redpanda {

using Json = nlohmann::ordered_json;

/// Block-style YAML of a tree; keys keep their order, texts of several lines become literal blocks.
[[nodiscard]] std::string toYaml(const Json& tree);

/// A user's text for a field of the configuration: ${env:NAME} becomes ${NAME}, ${secret:shop/password} becomes
/// ${SHOP_PASSWORD}, and any other ${…} is escaped, because the engine replaces them everywhere in the file.
[[nodiscard]] std::string literal(std::string_view text);

/// The environment variable that stands for a secret: "shop/password" → "SHOP_PASSWORD".
[[nodiscard]] std::string secretVariable(std::string_view name);

} // namespace headrace::redpanda
