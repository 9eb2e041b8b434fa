// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/option_check.h"

#include "connectors/core/connection.h"
#include "connectors/core/secret.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

bool hasReference(const std::string& text)
{
    return text.find("${env:") != std::string::npos || text.find("${secret:") != std::string::npos;
}

/// True when any text of the value satisfies `test`.
template <typename Test>
bool anyText(const OptionValue& value, Test&& test)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return test(*text);
    if (const auto* list = std::get_if<OptionList>(&value))
        return std::ranges::any_of(*list, test);
    return std::ranges::any_of(std::get<OptionMap>(value), [&](const auto& entry) { return test(entry.second); });
}

bool mayBeHeld(const std::string& key)
{
    return std::ranges::any_of(connectionTypes(),
                               [&](const ConnectionType& type) { return isConnectionKey(type.type, key); });
}

} // namespace

Status checkPipelineOption(const OptionSpec& spec, const OptionValue& value, std::string_view owner)
{
    if (spec.secret && anyText(value, [](const std::string& text) { return !isReference(text); }))
        return fail(ErrorCode::Usage,
                    fmt::format("The option '{}' of the {} is a secret and must not stand here; refer to it with "
                                "${{env:NAME}} or ${{secret:NAME}}.",
                                spec.key, owner));
    if (anyText(value, hasReference))
        return {};
    HEADRACE_CHECK((Options{{spec.key, value}}.check({spec}, owner)));
    return {};
}

Status checkPipelineOptions(const std::vector<OptionSpec>& specs, const Options& options, std::string_view owner)
{
    Options withoutReferences;
    std::vector<OptionSpec> remaining = specs;
    if (options.has(kConnectionKey)) // what is missing here, the saved connection may have
        for (OptionSpec& spec : remaining)
            spec.required = spec.required && !mayBeHeld(spec.key);
    for (const auto& [key, value] : options.values()) {
        const auto spec = std::ranges::find(remaining, key, &OptionSpec::key);
        if (spec != remaining.end()) {
            HEADRACE_CHECK(checkPipelineOption(*spec, value, owner));
            if (anyText(value, hasReference)) {
                remaining.erase(spec);
                continue;
            }
        }
        withoutReferences.set(key, value);
    }
    HEADRACE_CHECK(withoutReferences.check(remaining, owner));
    return {};
}

} // namespace headrace
