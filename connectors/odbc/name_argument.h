// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/wide_text.h"

#include <string>

namespace headrace::odbc {

/// A name as an argument of ODBC's functions, in which an empty one has to be none.
class NameArgument {
public:
    explicit NameArgument(const std::string& text)
        : m_text(wide(text))
    {
    }
    [[nodiscard]] SQLWCHAR* data() { return m_text.empty() ? nullptr : reinterpret_cast<SQLWCHAR*>(m_text.data()); }
    [[nodiscard]] SQLSMALLINT size() const { return static_cast<SQLSMALLINT>(m_text.size()); }

private:
    std::u16string m_text;
};

} // namespace headrace::odbc
