// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/registry/registry_settings.h"

#include <string>
#include <vector>

namespace headrace {

/// What a schema's subject is named after.
enum class SubjectName { Topic, Record, TopicRecord };

/// Which schema the values, or keys, of messages have, and where it is registered.
struct SchemaSettings {
    RegistrySettings registry;
    std::string subject; ///< that is given; empty: named after what `naming` says
    std::string topic;   ///< of the messages
    std::string part;    ///< value or key
    SubjectName naming = SubjectName::Topic;
    std::string schema;       ///< JSON; empty: the registry's newest, or made of the columns
    std::string name;         ///< of the record that is made of the columns
    bool isRegistered = true; ///< false: the registry's newest schema is used, and nothing is added
    bool isSingle = false;    ///< values stand behind the schema's fingerprint, without a registry

    /// The name in the registry; the error says that a schema of no record has no such name.
    [[nodiscard]] Result<std::string> subjectOf(bool isNoRecord) const;
};

/// The options of destinations whose messages have schemas.
[[nodiscard]] std::vector<OptionSpec> schemaOptions();

/// `options` are checked against specs that hold schemaOptions(); `topic` gives the subject and the record their names.
[[nodiscard]] Result<SchemaSettings> schemaSettings(const Options& options, const std::string& topic);

/// The options of keys that may have schemas, and their schema; `options` hold schemaOptions() too.
[[nodiscard]] std::vector<OptionSpec> keyOptions();
[[nodiscard]] Result<SchemaSettings> keySchemaSettings(const Options& options, const std::string& topic);

} // namespace headrace
