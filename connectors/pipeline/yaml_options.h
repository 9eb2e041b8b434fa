// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/pipeline/yaml_section.h"

namespace headrace {

/// Reads the options of `map`, which is all of it but `type`, and checks each against its spec, references unresolved.
/// `section` names the map and `owner` the connector in messages: "source", "csv source".
Status readYamlOptions(const YamlPlace& place, std::string_view section, const YamlNode& map,
                       const std::vector<OptionSpec>& specs, std::string_view owner, Options& options);

/// The node of an option's value.
[[nodiscard]] YamlNode yamlOf(const OptionValue& value);

/// `map` with the options as entries behind `type`.
[[nodiscard]] YamlNode yamlOf(const std::string& type, const Options& options);

} // namespace headrace
