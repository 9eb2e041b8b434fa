// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/json_column.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace headrace::ndjson {

// Types of Kafka Connect, whose JSON (org.apache.kafka.connect.json.JsonConverter) has bytes as base64, a Decimal as
// the base64 of its digits in two's complement or as a number, a Date as days since 1970, a Time and a Timestamp as
// milliseconds, and NaN and infinities as texts.

/// The columns of the payloads that a schema of such a message is of. Structs inside become columns named a.b when
/// `flatten`. The error says why the schema gives none.
[[nodiscard]] Result<std::vector<Column>> columnsOfConnectSchema(std::string_view text, bool flatten);

/// What a JSON Schema says of the Connect type that it was made of ("title" or "connect.name", "connect.type"): the
/// column without its path; nullopt where that is no other than JSON's own.
[[nodiscard]] std::optional<Column> connectColumn(const nlohmann::ordered_json& schema);

} // namespace headrace::ndjson
