// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/value_decoder.h"

namespace headrace {

/// Avro values: of one schema, each behind the fingerprint of one of several (fingerprint.h), or each behind a byte 0
/// and the number of its schema in a registry, most significant byte first. With a reader's schema the columns are
/// those of it, to which the values are resolved; else they grow with the registry's schemas, and rows of a schema that
/// lacks one are null in it. A schema that the registry does not know, or that cannot be resolved, makes its messages
/// bad; a registry that does not answer is decode()'s error.
[[nodiscard]] Result<std::unique_ptr<ValueDecoder>> makeAvroValues(const AvroSettings& settings,
                                                                   std::vector<ndjson::Column> columns);

} // namespace headrace
