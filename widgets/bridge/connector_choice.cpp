// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/connector_choice.h"

namespace headrace {

ConnectorSpec withType(const ConnectorSpec& spec, const ConnectorType& type)
{
    ConnectorSpec changed{type.type, {}};
    for (const OptionSpec& option : type.options) {
        const auto found = spec.options.values().find(option.key);
        const bool stays =
            spec.type == type.type || (!isConnectionKey(type.type, option.key) && option.key != kConnectionKey);
        if (stays && found != spec.options.values().end())
            changed.options.set(option.key, found->second);
    }
    return changed;
}

ConnectorSpec withSavedConnection(const ConnectorSpec& spec, const ConnectorType& type,
                                  const SavedConnection& connection)
{
    ConnectorSpec changed = withType(spec, type);
    for (const OptionSpec& option : type.options) {
        if (isConnectionKey(type.type, option.key))
            changed.options.erase(option.key);
    }
    changed.options.set(kConnectionKey, connection.name);
    return changed;
}

ConnectorSpec withoutSavedConnection(const ConnectorSpec& spec, const ConnectorType& type,
                                     const SavedConnection& connection)
{
    ConnectorSpec changed = spec;
    changed.options.erase(kConnectionKey);
    for (const OptionSpec& option : type.options) {
        const auto held = connection.options.values().find(option.key);
        if (isConnectionKey(type.type, option.key) && held != connection.options.values().end() &&
            !changed.options.has(option.key))
            changed.options.set(option.key, held->second);
    }
    return changed;
}

Options connectionPart(const ConnectorSpec& spec, const ConnectorType& type)
{
    Options part;
    for (const OptionSpec& option : type.options) {
        const auto found = spec.options.values().find(option.key);
        if (isConnectionKey(type.type, option.key) && found != spec.options.values().end())
            part.set(option.key, found->second);
    }
    return part;
}

} // namespace headrace
