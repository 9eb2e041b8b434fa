// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/value_decoder.h"

namespace headrace {

/// JSON values, each behind a byte 0 and the number of its JSON Schema in a registry, most significant byte first. The
/// schemas give the columns, which grow with them; rows of a schema that lacks one are null in it. Keys that no schema
/// names are treated as those of JSON values without schemas.
[[nodiscard]] Result<std::unique_ptr<ValueDecoder>> makeJsonSchemaValues(const RegistrySettings& registry,
                                                                         const ndjson::MessageParser::Settings& json,
                                                                         std::vector<ndjson::Column> columns);

} // namespace headrace
