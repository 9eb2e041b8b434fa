// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/dialect.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace headrace::csv {

/// Bytes that must be readable behind a text, so that vector loads and fixed-width copies need no bounds.
inline constexpr std::size_t kPadding = 64;

/// Visits the characters that mean something in a dialect, 64 bytes of text at a time. The text is padded (kPadding).
class SpecialScanner {
public:
    SpecialScanner(std::string_view text, const Dialect& dialect)
        : m_text(text)
    {
        const std::array characters{dialect.delimiter, '\n', '\r', dialect.quote.value_or('\n'),
                                    dialect.escape.value_or('\n')};
        std::ranges::transform(characters, m_wanted, spread);
        load(0);
    }

    /// The place of the next special character, or the text's size after the last.
    std::size_t next()
    {
        while (m_mask == 0) {
            if (m_base + kWord >= m_text.size())
                return m_text.size();
            load(m_base + kWord);
        }
        const std::size_t found = m_base + static_cast<std::size_t>(std::countr_zero(m_mask));
        m_mask &= m_mask - 1;
        return found;
    }

private:
    static constexpr std::size_t kWord = 64;

    void load(std::size_t base)
    {
        m_base = base;
        m_mask = base < m_text.size() ? specials(m_text.data() + base) : 0;
        const std::size_t left = m_text.size() - base;
        if (left < kWord)
            m_mask &= (std::uint64_t{1} << left) - 1;
    }

#ifdef __SSE2__
    using Wanted = __m128i;
    static Wanted spread(char character)
    {
        return _mm_set1_epi8(character);
    }

    [[nodiscard]] std::uint64_t specials(const char* data) const
    {
        std::uint64_t mask = 0;
        for (int part = 0; part < 4; ++part) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + part * 16));
            __m128i hit = _mm_setzero_si128();
            for (const Wanted wanted : m_wanted)
                hit = _mm_or_si128(hit, _mm_cmpeq_epi8(bytes, wanted));
            mask |= static_cast<std::uint64_t>(_mm_movemask_epi8(hit)) << (part * 16);
        }
        return mask;
    }
#else
    using Wanted = char;
    static Wanted spread(char character)
    {
        return character;
    }

    [[nodiscard]] std::uint64_t specials(const char* data) const
    {
        std::uint64_t mask = 0;
        for (std::size_t i = 0; i < kWord; ++i)
            for (const Wanted wanted : m_wanted)
                mask |= static_cast<std::uint64_t>(data[i] == wanted) << i;
        return mask;
    }
#endif

    std::string_view m_text;
    Wanted m_wanted[5];
    std::size_t m_base = 0;
    std::uint64_t m_mask = 0;
};

} // namespace headrace::csv
