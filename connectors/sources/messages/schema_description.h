// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/registry/schema_registry.h"

#include <set>
#include <stop_token>
#include <string>

namespace headrace {

/// What a registry says of the schemas that messages of these topics name, a line each: "schema 7: orders-value,
/// version 3, AVRO 'shop.Order': id long, name null or string". Of the subjects that share a schema, those of the
/// topics are told. The error is the registry's, when it cannot be asked.
[[nodiscard]] Result<std::string> describeSchemas(const RegistrySettings& settings, const std::set<std::uint32_t>& ids,
                                                  const std::vector<std::string>& topics, const std::stop_token& stop);

} // namespace headrace
