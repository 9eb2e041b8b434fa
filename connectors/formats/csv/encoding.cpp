// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/encoding.h"

#include "connectors/formats/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::csv {

namespace {

constexpr std::array kEncodings{Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Latin1,
                                Encoding::Windows1252};

/// Windows-1252's 0x80 … 0x9F; the five undefined bytes stay control characters, as browsers read them.
constexpr std::array<char16_t, 32> kWindows1252{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

/// Stands for half a code unit at the end of a file: no UTF-8 text holds this byte.
constexpr char kHalfUnit = '\xFF';

bool isContinuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

void appendCodePoint(char32_t point, std::string& text)
{
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xC0 | (point >> 6));
        text += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        text += static_cast<char>(0xE0 | (point >> 12));
        text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        text += static_cast<char>(0xF0 | (point >> 18));
        text += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
        text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (point & 0x3F));
    }
}

std::size_t appendUtf16(std::string_view bytes, bool little, bool atEnd, std::string& text)
{
    const auto unit = [&](std::size_t at) {
        const auto low = static_cast<unsigned char>(bytes[at + (little ? 0 : 1)]);
        const auto high = static_cast<unsigned char>(bytes[at + (little ? 1 : 0)]);
        return static_cast<char32_t>(low | (high << 8));
    };
    std::size_t at = 0;
    while (at + 2 <= bytes.size()) {
        const char32_t first = unit(at);
        const bool high = first >= 0xD800 && first < 0xDC00;
        if (high && at + 4 > bytes.size() && !atEnd)
            return at;
        const char32_t second = high && at + 4 <= bytes.size() ? unit(at + 2) : 0;
        if (second >= 0xDC00 && second < 0xE000) {
            appendCodePoint(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), text);
            at += 4;
        } else {
            appendCodePoint(first, text); // half a pair becomes three bytes that no UTF-8 text holds
            at += 2;
        }
    }
    if (atEnd && at < bytes.size()) {
        text += kHalfUnit;
        ++at;
    }
    return at;
}

/// Valid but for a character that the sample's end cuts.
bool isCutUtf8(std::string_view sample)
{
    for (std::size_t cut = 0; cut < 4 && cut <= sample.size(); ++cut)
        if (isUtf8(sample.substr(0, sample.size() - cut)))
            return true;
    return false;
}

/// Counts multi-byte sequences that are well-formed, and high bytes that belong to none.
struct HighBytes {
    std::int64_t sequences = 0;
    std::int64_t strays = 0;
    bool undefinedIn1252 = false;
};

HighBytes countHighBytes(std::string_view sample)
{
    HighBytes counts;
    for (std::size_t at = 0; at < sample.size();) {
        const auto lead = static_cast<unsigned char>(sample[at]);
        if (lead < 0x80) {
            ++at;
            continue;
        }
        const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (isUtf8(sample.substr(at, size)) && at + size <= sample.size()) {
            ++counts.sequences;
            at += size;
            continue;
        }
        ++counts.strays;
        counts.undefinedIn1252 |= lead < 0xA0 && kWindows1252[lead - 0x80] == lead;
        ++at;
    }
    return counts;
}

} // namespace

std::string_view toString(Encoding encoding)
{
    switch (encoding) {
    case Encoding::Utf8:
        return "utf-8";
    case Encoding::Utf16Le:
        return "utf-16le";
    case Encoding::Utf16Be:
        return "utf-16be";
    case Encoding::Latin1:
        return "latin-1";
    case Encoding::Windows1252:
        return "windows-1252";
    }
    return "";
}

std::optional<Encoding> encodingNamed(std::string_view name)
{
    const auto found = std::ranges::find(kEncodings, name, toString);
    return found == kEncodings.end() ? std::nullopt : std::optional(*found);
}

EncodingGuess guessEncoding(std::string_view sample)
{
    for (const Encoding encoding : {Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be})
        if (byteOrderMark(sample, encoding) > 0)
            return {encoding, "The file begins with this encoding's byte order mark."};

    std::array<std::size_t, 2> zeros{};
    for (std::size_t at = 0; at < sample.size(); ++at)
        zeros[at % 2] += sample[at] == '\0' ? 1 : 0;
    if (zeros[1] > sample.size() / 4 && zeros[0] <= zeros[1] / 10)
        return {Encoding::Utf16Le, "Every second byte is zero, the later one of each pair."};
    if (zeros[0] > sample.size() / 4 && zeros[1] <= zeros[0] / 10)
        return {Encoding::Utf16Be, "Every second byte is zero, the first one of each pair."};

    if (isCutUtf8(sample))
        return {Encoding::Utf8, "All bytes looked at are valid UTF-8."};
    const HighBytes high = countHighBytes(sample);
    if (high.sequences > 10 * high.strays)
        return {Encoding::Utf8,
                fmt::format("{} characters are valid UTF-8 and only {} bytes are not.", high.sequences, high.strays)};
    if (high.undefinedIn1252)
        return {Encoding::Latin1, "The bytes are not valid UTF-8, and some are undefined in windows-1252."};
    return {Encoding::Windows1252, "The bytes are not valid UTF-8; windows-1252 holds all of latin-1's letters."};
}

std::size_t byteOrderMark(std::string_view sample, Encoding encoding)
{
    switch (encoding) {
    case Encoding::Utf8:
        return sample.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    case Encoding::Utf16Le:
        return sample.starts_with("\xFF\xFE") ? 2 : 0;
    case Encoding::Utf16Be:
        return sample.starts_with("\xFE\xFF") ? 2 : 0;
    default:
        return 0;
    }
}

std::size_t appendUtf8(std::string_view bytes, Encoding encoding, bool atEnd, std::string& text)
{
    switch (encoding) {
    case Encoding::Utf8:
        text += bytes;
        return bytes.size();
    case Encoding::Utf16Le:
        return appendUtf16(bytes, true, atEnd, text);
    case Encoding::Utf16Be:
        return appendUtf16(bytes, false, atEnd, text);
    case Encoding::Latin1:
        for (const char byte : bytes)
            appendCodePoint(static_cast<unsigned char>(byte), text);
        return bytes.size();
    case Encoding::Windows1252:
        for (const char byte : bytes) {
            const auto code = static_cast<unsigned char>(byte);
            appendCodePoint(code >= 0x80 && code < 0xA0 ? kWindows1252[code - 0x80] : code, text);
        }
        return bytes.size();
    }
    return 0;
}

std::int64_t encodedSize(std::string_view text, Encoding encoding)
{
    if (encoding == Encoding::Utf8)
        return static_cast<std::int64_t>(text.size());
    const bool wide = encoding == Encoding::Utf16Le || encoding == Encoding::Utf16Be;
    std::int64_t size = 0;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (isContinuation(byte))
            continue;
        if (!wide || character == kHalfUnit)
            size += 1;
        else
            size += byte >= 0xF0 ? 4 : 2;
    }
    return size;
}

} // namespace headrace::csv
