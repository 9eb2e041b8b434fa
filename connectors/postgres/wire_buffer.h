// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/wire.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace headrace::postgres {

/// Bytes on their way to the server. Unlike a string it does not clear what is about to be written.
class WireBuffer {
public:
    /// Room for `count` more bytes, to be filled at once.
    [[nodiscard]] char* grow(std::size_t count)
    {
        if (m_size + count > m_capacity)
            enlarge(m_size + count);
        char* const at = m_bytes.get() + m_size;
        m_size += count;
        return at;
    }

    void append(std::string_view bytes)
    {
        char* const at = grow(bytes.size());
        if (!bytes.empty())
            std::memcpy(at, bytes.data(), bytes.size());
    }

    template <typename T>
    void append(T value)
    {
        toWire(value, grow(sizeof(T)));
    }

    /// A cell of fixed width behind its length.
    template <typename T>
    void appendCell(T value)
    {
        char* const at = grow(4 + sizeof(T));
        toWire(static_cast<std::int32_t>(sizeof(T)), at);
        toWire(value, at + 4);
    }

    void appendCell(std::string_view bytes)
    {
        append(static_cast<std::int32_t>(bytes.size()));
        append(bytes);
    }

    /// Writes the length of the bytes that follow `at`, where four bytes were left for it.
    void closeLength(std::size_t at) { toWire(static_cast<std::int32_t>(m_size - at - 4), m_bytes.get() + at); }

    void truncate(std::size_t size) { m_size = size; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::string_view view() const { return {m_bytes.get(), m_size}; }

private:
    void enlarge(std::size_t wanted)
    {
        m_capacity = std::max(wanted, m_capacity * 2);
        std::unique_ptr<char[]> bytes(new char[m_capacity]);
        if (m_size > 0)
            std::memcpy(bytes.get(), m_bytes.get(), m_size);
        m_bytes = std::move(bytes);
    }

    std::unique_ptr<char[]> m_bytes;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

} // namespace headrace::postgres
