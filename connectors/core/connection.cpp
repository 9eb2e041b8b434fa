// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/connection.h"

#include "connectors/core/option_lookup.h"
#include "connectors/core/registry.h"
#include "connectors/core/secret.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

ConnectionLookup& currentLookup()
{
    static ConnectionLookup lookup;
    return lookup;
}

std::vector<ConnectionType>& knownTypes()
{
    static std::vector<ConnectionType> types;
    return types;
}

} // namespace

OptionSpec connectionOption()
{
    return {.key = kConnectionKey,
            .label = "Connection",
            .help = "Name of a saved connection. Options that are set beside it go before what it holds."};
}

void setConnectionTypes(std::vector<ConnectionType> types)
{
    knownTypes() = std::move(types);
}

const std::vector<ConnectionType>& connectionTypes()
{
    return knownTypes();
}

const ConnectionType* connectionType(std::string_view type)
{
    const auto found = std::ranges::find(knownTypes(), type, &ConnectionType::type);
    return found == knownTypes().end() ? nullptr : &*found;
}

bool isConnectionKey(std::string_view type, std::string_view key)
{
    const ConnectionType* known = connectionType(type);
    return known != nullptr && findOption(known->options, key) != nullptr;
}

void setConnectionLookup(ConnectionLookup lookup)
{
    currentLookup() = std::move(lookup);
}

Result<Options> withConnection(const ConnectorType& type, const Options& options)
{
    const std::string name = options.text(kConnectionKey);
    if (name.empty())
        return options;
    if (!currentLookup())
        return fail(ErrorCode::Usage,
                    fmt::format("The connection '{}' cannot be looked up: no connections are saved here.", name));
    HEADRACE_TRY(const SavedConnection connection, currentLookup()(name));
    if (connection.type != type.type)
        return fail(ErrorCode::Usage, fmt::format("The connection '{}' is of the type {}, but is to be used by {}.",
                                                  name, connection.type, type.type));
    Options whole = options;
    whole.erase(kConnectionKey);
    for (const OptionSpec& spec : type.options) {
        const auto saved = connection.options.values().find(spec.key);
        if (saved != connection.options.values().end() && !whole.has(spec.key))
            whole.set(spec.key, saved->second);
    }
    return whole;
}

Result<Options> resolvedOptions(const ConnectorType& type, const Options& options)
{
    HEADRACE_TRY(const Options whole, withConnection(type, options));
    return resolveReferences(whole);
}

Result<Options> checkedOptions(const ConnectorType& type, const Options& options, std::string_view owner)
{
    HEADRACE_TRY(const Options resolved, resolvedOptions(type, options));
    return resolved.check(type.options, owner);
}

} // namespace headrace
