// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/utf8.h"

#include <simdjson.h>

namespace headrace {

bool isUtf8Throughout(std::string_view text)
{
    return simdjson::validate_utf8(text.data(), text.size());
}

} // namespace headrace
