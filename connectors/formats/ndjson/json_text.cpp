// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/json_text.h"

#include "connectors/formats/ndjson/json_number.h"

#include <limits>

namespace headrace::ndjson {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// A value that stands alone is not checked by the cursor, as those inside others are.
bool isGood(JsonCursor& cursor, const JsonValue& value)
{
    std::string_view content;
    JsonNumber number;
    if (value.type == JsonType::String)
        return cursor.text(value, content);
    return value.type != JsonType::Number || scanNumber(value.raw, number);
}

} // namespace

bool JsonText::start(std::string_view text)
{
    if (text.size() > std::numeric_limits<std::uint32_t>::max() - StructuralIndex::kPadding)
        return false;
    m_size = text.size();
    m_text.assign(text);
    m_text.resize(m_size + StructuralIndex::kPadding);
    if (!m_index.build({m_text.data(), m_size}).empty())
        return false;
    const auto end = static_cast<std::uint32_t>(m_size);
    m_cursor.start(m_text.data(), m_index.places(), end);
    JsonValue value;
    const bool isOne = m_cursor.value(value) && m_cursor.isAtEnd() && isGood(m_cursor, value);
    m_cursor.start(m_text.data(), m_index.places(), end);
    return isOne;
}

void JsonText::appendCompact(std::string& out) const
{
    const auto size = static_cast<std::uint32_t>(m_size);
    for (const std::uint32_t* place = m_index.places(); *place < size; ++place) {
        const std::uint32_t end = place[1] > *place && place[1] < size ? place[1] : size;
        const std::string_view token(m_text.data() + *place, end - *place);
        out += token.substr(0, token.find_last_not_of(kBlanks) + 1);
    }
}

} // namespace headrace::ndjson
