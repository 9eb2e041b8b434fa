// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/value_decoder.h"

namespace headrace {

/// JSON values of Kafka Connect, {"schema": …, "payload": …} each: the payload's fields are columns of the types that
/// the schema says. A payload of null is a message without a value.
[[nodiscard]] Result<std::unique_ptr<ValueDecoder>> makeConnectValues(const ndjson::MessageParser::Settings& json,
                                                                      std::vector<ndjson::Column> columns);

} // namespace headrace
