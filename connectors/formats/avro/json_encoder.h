// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/cell_encoder.h"

#include <memory>

namespace headrace::avro {

/// Writes texts that are JSON as values of the type, the inverse of value_json.h: objects as records (members by name,
/// defaults for those that are missing) or maps, arrays, base64 as bytes, digits and times exactly. A value of a union
/// of several types is {"branch": value}, or stands alone for the first branch that has values of its kind. `type` must
/// outlive the encoder.
[[nodiscard]] std::unique_ptr<CellEncoder> makeJsonEncoder(const Type& type);

/// Whether values of the type have others inside, or one of several types.
[[nodiscard]] bool isNested(const Type& type);

} // namespace headrace::avro
