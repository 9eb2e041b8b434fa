// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/memory_pool.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace headrace::csv {

/// A vector of plain values in Arrow's memory pool, which keeps the pages of freed blocks for the next ones: with the
/// system's allocator a quarter of the time went into page faults. New elements are uninitialised. Move-only.
template <typename T>
class PoolVector {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    PoolVector() = default;
    explicit PoolVector(std::size_t size) { resize(size); }
    PoolVector(PoolVector&& other) noexcept { swap(other); }
    PoolVector& operator=(PoolVector&& other) noexcept
    {
        swap(other);
        return *this;
    }
    ~PoolVector()
    {
        if (m_data != nullptr)
            arrow::default_memory_pool()->Free(reinterpret_cast<std::uint8_t*>(m_data), bytes(m_capacity));
    }

    void reserve(std::size_t capacity)
    {
        if (capacity <= m_capacity)
            return;
        capacity = std::max(capacity, m_capacity + m_capacity / 2);
        std::uint8_t* grown = nullptr;
        if (!arrow::default_memory_pool()->Allocate(bytes(capacity), &grown).ok())
            throw std::bad_alloc();
        PoolVector old;
        swap(old);
        m_data = reinterpret_cast<T*>(grown);
        m_capacity = capacity;
        m_size = old.m_size;
        if (m_size > 0)
            std::memcpy(grown, old.m_data, m_size * sizeof(T));
    }

    void resize(std::size_t size)
    {
        reserve(size);
        m_size = size;
    }

    void push_back(const T& value)
    {
        if (m_size == m_capacity)
            reserve(m_size + 1);
        m_data[m_size++] = value;
    }

    [[nodiscard]] T* data() { return m_data; }
    [[nodiscard]] const T* data() const { return m_data; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] T* begin() { return m_data; }
    [[nodiscard]] T* end() { return m_data + m_size; }
    [[nodiscard]] const T* begin() const { return m_data; }
    [[nodiscard]] const T* end() const { return m_data + m_size; }
    [[nodiscard]] T& operator[](std::size_t i) { return m_data[i]; }
    [[nodiscard]] const T& operator[](std::size_t i) const { return m_data[i]; }

private:
    static std::int64_t bytes(std::size_t count) { return static_cast<std::int64_t>(count * sizeof(T)); }

    void swap(PoolVector& other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_size, other.m_size);
        std::swap(m_capacity, other.m_capacity);
    }

    T* m_data = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

} // namespace headrace::csv
