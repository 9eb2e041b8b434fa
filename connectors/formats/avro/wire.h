// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace headrace::avro {

/// Takes the values of one message from its bytes. The first thing that does not fit makes all that follows fail, so
/// that a caller may look at `problem` once.
class Wire {
public:
    explicit Wire(std::string_view bytes)
        : m_at(bytes.data())
        , m_end(bytes.data() + bytes.size())
        , m_most(kMostEmpty + static_cast<std::int64_t>(bytes.size()))
    {
    }

    [[nodiscard]] bool failed() const { return m_problem != nullptr; }
    [[nodiscard]] const char* problem() const { return m_problem; } ///< a clause; nullptr: none
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(m_end - m_at); }

    bool fail(const char* problem)
    {
        if (m_problem == nullptr)
            m_problem = problem;
        m_at = m_end;
        return false;
    }

    bool number(std::int64_t& value)
    {
        std::uint64_t bits = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (m_at == m_end)
                return fail("it ends inside a number");
            const auto byte = static_cast<std::uint8_t>(*m_at++);
            if (shift == 63 && byte > 1)
                break;
            bits |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) {
                value = static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
                return true;
            }
        }
        return fail("a number has more than 64 bits");
    }

    bool integer(std::int64_t& value)
    {
        if (!number(value))
            return false;
        return value == static_cast<std::int32_t>(value) || fail("an int has more than 32 bits");
    }

    bool bytes(std::size_t size, std::string_view& value)
    {
        if (size > left())
            return fail("a value is longer than what is left of the message");
        value = {m_at, size};
        m_at += size;
        return true;
    }

    bool bytes(std::string_view& value)
    {
        std::int64_t size = 0;
        if (!number(size))
            return false;
        if (size < 0)
            return fail("a value has a negative length");
        return bytes(static_cast<std::size_t>(size), value);
    }

    bool boolean(std::int64_t& value)
    {
        std::string_view byte;
        if (!bytes(1, byte))
            return false;
        value = byte[0];
        return value == 0 || value == 1 || fail("a boolean is neither 0 nor 1");
    }

    /// A float or double, which are little-endian as this machine is.
    template <typename T>
    bool real(double& value)
    {
        static_assert(std::endian::native == std::endian::little);
        std::string_view raw;
        if (!bytes(sizeof(T), raw))
            return false;
        T narrow{};
        std::memcpy(&narrow, raw.data(), sizeof(T));
        value = narrow;
        return true;
    }

    /// An index below `count`.
    bool index(std::size_t count, std::size_t& value)
    {
        std::int64_t number = 0;
        if (!this->number(number))
            return false;
        value = static_cast<std::size_t>(number);
        return (number >= 0 && value < count) || fail("it names a branch or symbol that the schema does not have");
    }

    /// To be called for every value that is inside others: false when there are many more than bytes, as a few bytes
    /// can say of values that take none.
    bool step()
    {
        return ++m_steps <= m_most || fail("it holds more values without bytes than are read of one message");
    }

    /// Items of the next block of an array or map; 0 behind the last. They are bounded likewise.
    bool block(std::int64_t& count)
    {
        if (!number(count))
            return false;
        if (count < 0) {
            std::int64_t size = 0;
            if (count == INT64_MIN || !number(size))
                return fail("a block has no good count");
            count = -count;
            if (size < 0 || static_cast<std::uint64_t>(size) > left())
                return fail("a block is longer than what is left of the message");
        }
        m_items += count > m_most ? m_most + 1 : count;
        return m_items <= m_most || fail("it holds more items without bytes than are read of one message");
    }

private:
    static constexpr std::int64_t kMostEmpty = 100'000;

    const char* m_at;
    const char* m_end;
    const char* m_problem = nullptr;
    std::int64_t m_most; ///< values and items
    std::int64_t m_items = 0;
    std::int64_t m_steps = 0;
};

} // namespace headrace::avro
