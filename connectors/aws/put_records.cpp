// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/put_records.h"

#include <nlohmann/json.hpp>

namespace headrace::aws {

std::vector<PutFailure> failuresIn(const nlohmann::json& results, const char* stored, std::size_t count)
{
    std::vector<PutFailure> failures;
    const auto textOf = [](const nlohmann::json& result, const char* key) {
        const auto found = result.find(key);
        return found != result.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    for (std::size_t i = 0; i < count; ++i) {
        const auto result = i < results.size() ? results[i] : nlohmann::json::object();
        std::string type = textOf(result, "ErrorCode");
        if (!type.empty() || textOf(result, stored).empty())
            failures.push_back({i, std::move(type), textOf(result, "ErrorMessage")});
    }
    return failures;
}

} // namespace headrace::aws
