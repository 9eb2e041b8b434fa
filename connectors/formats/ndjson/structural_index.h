// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace headrace::ndjson {

/// The places in a text where a JSON token begins ({ } [ ] : , and the first byte of every string, number and word),
/// found with the widest vector instructions of the machine. One thread at a time.
class StructuralIndex {
public:
    StructuralIndex();
    ~StructuralIndex();
    StructuralIndex(const StructuralIndex&) = delete;
    StructuralIndex& operator=(const StructuralIndex&) = delete;

    /// Bytes that must be readable behind a text that is unescaped.
    static constexpr std::size_t kPadding = 64;

    /// Indexes `text`. "" when every string in it is closed, is UTF-8 and has no control characters, else a clause that
    /// says what is wrong. Behind the last place stand the text's size and a zero.
    [[nodiscard]] std::string_view build(std::string_view text);

    [[nodiscard]] const std::uint32_t* places() const;

    /// Unescapes the string whose first character (behind its quote) is at `text`, into `target`, which has room for it
    /// and kPadding more. Returns the end, null when an escape is wrong.
    [[nodiscard]] char* unescape(const char* text, char* target) const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace headrace::ndjson
