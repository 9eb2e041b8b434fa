// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/json_cursor.h"
#include "connectors/formats/ndjson/structural_index.h"

#include <memory>
#include <string>
#include <string_view>

namespace headrace::ndjson {

/// The JSON text of one cell after another. One thread at a time.
class JsonText {
public:
    /// False when the text is anything else than one JSON value. What follows is about this text until the next call.
    [[nodiscard]] bool start(std::string_view text);

    /// Appends the value without the blanks between its tokens, everything else as it stands.
    void appendCompact(std::string& out) const;

    /// Where a part that the cursor gave begins in the text.
    [[nodiscard]] std::size_t offsetOf(std::string_view part) const
    {
        return static_cast<std::size_t>(part.data() - m_text.data());
    }

    /// At the value.
    [[nodiscard]] JsonCursor& cursor() { return m_cursor; }

private:
    StructuralIndex m_index;
    JsonCursor m_cursor{m_index};
    std::string m_text; ///< with bytes behind it that may be read
    std::size_t m_size = 0;
};

} // namespace headrace::ndjson
