// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace headrace::avro {

/// Puts values behind each other as Avro's binary encoding has them. The first thing that does not fit is its problem.
class WireOutput {
public:
    [[nodiscard]] const std::string& bytes() const { return m_bytes; }
    [[nodiscard]] const char* problem() const { return m_problem; } ///< a clause; nullptr: none

    bool fail(const char* problem)
    {
        if (m_problem == nullptr)
            m_problem = problem;
        return false;
    }

    void clear()
    {
        m_bytes.clear();
        m_problem = nullptr;
    }

    /// Takes all bytes behind the first `size` off again.
    std::string cutFrom(std::size_t size)
    {
        std::string cut = m_bytes.substr(size);
        m_bytes.resize(size);
        return cut;
    }

    bool number(std::int64_t value)
    {
        auto bits = (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
        for (; bits > 0x7F; bits >>= 7U)
            m_bytes += static_cast<char>(bits | 0x80U);
        m_bytes += static_cast<char>(bits);
        return true;
    }

    /// Bytes as they are: of a fixed, or of values that are encoded already.
    bool raw(std::string_view value)
    {
        m_bytes += value;
        return true;
    }

    bool text(std::string_view value)
    {
        number(static_cast<std::int64_t>(value.size()));
        return raw(value);
    }

    bool boolean(bool value)
    {
        m_bytes += value ? '\1' : '\0';
        return true;
    }

    /// A float or double, which are little-endian as this machine is.
    template <typename T>
    bool real(T value)
    {
        static_assert(std::endian::native == std::endian::little);
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
        return true;
    }

private:
    std::string m_bytes;
    const char* m_problem = nullptr;
};

} // namespace headrace::avro
