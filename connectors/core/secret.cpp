// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/secret.h"

#include <fmt/format.h>

#include <cstdlib>

namespace headrace {

namespace {

SecretLookup& currentLookup()
{
    static SecretLookup lookup;
    return lookup;
}

Result<std::string> lookUp(std::string_view kind, const std::string& name)
{
    if (kind == "env") {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr)
            return fail(ErrorCode::Usage,
                        fmt::format("The environment variable '{}' is not set; the pipeline refers to it.", name));
        return std::string(value);
    }
    if (!currentLookup())
        return fail(ErrorCode::Usage, fmt::format("The secret '{}' cannot be looked up: no keyring is available here. "
                                                  "Use ${{env:NAME}} instead.",
                                                  name));
    return currentLookup()(name);
}

/// The reference that starts at `text`'s beginning: its kind, name and length, or a length of 0.
struct Reference {
    std::string_view kind;
    std::string name;
    std::size_t length = 0;

    static Reference at(std::string_view text)
    {
        for (const std::string_view kind : {"env", "secret"}) {
            const std::string opening = fmt::format("${{{}:", kind);
            const auto end = text.find('}');
            if (text.starts_with(opening) && end != std::string_view::npos)
                return {kind, std::string(text.substr(opening.size(), end - opening.size())), end + 1};
        }
        return {};
    }
};

} // namespace

void setSecretLookup(SecretLookup lookup)
{
    currentLookup() = std::move(lookup);
}

Result<std::string> resolveReferences(std::string_view text)
{
    std::string resolved;
    while (!text.empty()) {
        const auto dollar = std::min(text.find("${"), text.size());
        resolved += text.substr(0, dollar);
        text.remove_prefix(dollar);
        if (text.empty())
            break;
        const Reference reference = Reference::at(text);
        if (reference.length == 0) {
            resolved += text.front();
            text.remove_prefix(1);
            continue;
        }
        HEADRACE_TRY(const std::string value, lookUp(reference.kind, reference.name));
        resolved += value;
        text.remove_prefix(reference.length);
    }
    return resolved;
}

Result<Options> resolveReferences(const Options& options)
{
    Options resolved;
    for (const auto& [key, value] : options.values()) {
        OptionValue copy = value;
        if (auto* text = std::get_if<std::string>(&copy)) {
            HEADRACE_TRY(*text, resolveReferences(*text));
        } else if (auto* list = std::get_if<OptionList>(&copy)) {
            for (std::string& item : *list) {
                HEADRACE_TRY(item, resolveReferences(item));
            }
        } else {
            for (auto& [name, item] : std::get<OptionMap>(copy)) {
                HEADRACE_TRY(item, resolveReferences(item));
            }
        }
        resolved.set(key, std::move(copy));
    }
    return resolved;
}

bool isReference(std::string_view text)
{
    const Reference reference = Reference::at(text);
    return reference.length != 0 && reference.length == text.size();
}

} // namespace headrace
