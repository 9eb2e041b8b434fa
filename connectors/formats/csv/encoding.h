// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headrace::csv {

enum class Encoding { Utf8, Utf16Le, Utf16Be, Latin1, Windows1252 };

/// "utf-8", "utf-16le", "utf-16be", "latin-1", "windows-1252".
[[nodiscard]] std::string_view toString(Encoding encoding);
[[nodiscard]] std::optional<Encoding> encodingNamed(std::string_view name);

struct EncodingGuess {
    Encoding encoding = Encoding::Utf8;
    std::string reason; ///< a sentence
};

/// Judges by the byte order mark, by zero bytes, and by whether `sample`, the front of a file, is valid UTF-8.
[[nodiscard]] EncodingGuess guessEncoding(std::string_view sample);

/// Bytes of the byte order mark that `sample` begins with in this encoding; 0 without one.
[[nodiscard]] std::size_t byteOrderMark(std::string_view sample, Encoding encoding);

/// Appends the UTF-8 of `bytes` to `text`. A code unit cut off at the end stays unread: returns the bytes consumed.
/// What is no character (half a surrogate pair, with `atEnd` half a code unit) becomes bytes that are invalid UTF-8.
std::size_t appendUtf8(std::string_view bytes, Encoding encoding, bool atEnd, std::string& text);

/// How many bytes of the encoding `text`, made by appendUtf8, came from.
[[nodiscard]] std::int64_t encodedSize(std::string_view text, Encoding encoding);

} // namespace headrace::csv
