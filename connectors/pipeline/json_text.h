// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace headrace {

/// Sets `key` to a text that may hold any bytes: what is not UTF-8 goes under `<key>_base64`.
void setText(nlohmann::ordered_json& object, const std::string& key, const std::string& text);

/// The text that setText() put there. Throws nlohmann's exception when neither key holds one.
[[nodiscard]] std::string textOf(const nlohmann::ordered_json& object, const std::string& key);

} // namespace headrace
