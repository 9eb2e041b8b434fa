// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/avro/schema.h"

#include <string>

namespace headrace::avro {

/// A field's default in Avro's binary encoding. https://avro.apache.org/docs/1.12.0/specification/#schema-record says
/// how its JSON stands for a value: bytes as characters up to U+00FF, a union's as that of one of its branches. The
/// error quotes a default that is none of the field's type.
[[nodiscard]] Result<std::string> encodedDefault(const Field& field);

} // namespace headrace::avro
