// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/base64.h"

#include "connectors/formats/value_text.h"

namespace headrace::aws {

std::string base64Of(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    appendBase64(bytes, text);
    return text;
}

} // namespace headrace::aws
