// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/registry/registry_settings.h"

#include <string>
#include <vector>

namespace headrace {

/// Which schema the values of messages have, and where it is registered.
struct SchemaSettings {
    RegistrySettings registry;
    std::string subject;      ///< in the registry
    std::string schema;       ///< JSON; empty: the registry's newest, or made of the columns
    std::string name;         ///< of the record that is made of the columns
    bool isRegistered = true; ///< false: the registry's newest schema is used, and nothing is added
};

/// The options of destinations whose messages have schemas.
[[nodiscard]] std::vector<OptionSpec> schemaOptions();

/// `options` are checked against specs that hold schemaOptions(); `topic` gives the subject and the record their names.
[[nodiscard]] Result<SchemaSettings> schemaSettings(const Options& options, const std::string& topic);

} // namespace headrace
