// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/wide_text.h"

#include <arrow/result.h>
#include <arrow/util/utf8.h>

#include <algorithm>

namespace headrace::odbc {

std::u16string wide(std::string_view text)
{
    return arrow::util::UTF8StringToUTF16(text).ValueOr(std::u16string());
}

bool narrow(std::u16string_view text, std::string& utf8)
{
    const bool isAscii = std::ranges::all_of(text, [](char16_t unit) { return unit < 0x80; });
    if (isAscii) {
        utf8.resize(text.size());
        std::ranges::transform(text, utf8.begin(), [](char16_t unit) { return static_cast<char>(unit); });
        return true;
    }
    auto converted = arrow::util::UTF16StringToUTF8(text);
    if (!converted.ok())
        return false;
    utf8 = *std::move(converted);
    return true;
}

std::string narrowed(std::u16string_view text)
{
    std::string utf8;
    static_cast<void>(narrow(text, utf8));
    return utf8;
}

} // namespace headrace::odbc
