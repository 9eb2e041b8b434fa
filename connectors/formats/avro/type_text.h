// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/schema.h"

#include <string>

namespace headrace::avro {

/// The JSON of a type, which names every type in full and defines it where it first comes.
[[nodiscard]] std::string typeText(const Type& type);

/// A JSON Schema of what value_json.h makes of values of the type. Of records inside themselves,
/// and of all that is too much, it says nothing.
[[nodiscard]] std::string jsonSchemaText(const Type& type);

} // namespace headrace::avro
