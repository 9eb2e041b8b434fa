// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/sqlite_affinity.h"

#include <algorithm>
#include <string_view>

namespace headrace {

namespace {

enum class Affinity { Integer, Text, Blob, Real, Numeric };

/// SQLite's own rule: https://www.sqlite.org/datatype3.html, "Determination Of Column Affinity".
Affinity affinityOf(std::string declared)
{
    std::ranges::transform(declared, declared.begin(),
                           [](unsigned char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
    const auto has = [&](std::string_view word) { return declared.find(word) != std::string::npos; };
    if (has("INT"))
        return Affinity::Integer;
    if (has("CHAR") || has("CLOB") || has("TEXT"))
        return Affinity::Text;
    if (has("BLOB") || declared.empty())
        return Affinity::Blob;
    if (has("REAL") || has("FLOA") || has("DOUB"))
        return Affinity::Real;
    return Affinity::Numeric;
}

} // namespace

bool keepsValues(const std::string& existing, const std::string& incoming)
{
    const Affinity affinity = affinityOf(existing);
    if (affinity == Affinity::Blob || incoming == "BLOB" || existing == incoming)
        return true;
    if (incoming == "INTEGER" || incoming == "BOOLEAN")
        return affinity == Affinity::Integer || affinity == Affinity::Numeric;
    if (incoming == "REAL")
        return affinity == Affinity::Real || affinity == Affinity::Numeric || affinity == Affinity::Integer;
    if (incoming == "TEXT")
        return affinity == Affinity::Text;
    return affinity == Affinity::Text || affinity == Affinity::Numeric; // ISO dates and times look like no number
}

} // namespace headrace
