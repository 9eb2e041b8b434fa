// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <atomic>
#include <mutex>

namespace headrace {

/// A shared library that is loaded when it is first needed, so that a job pays only for the libraries that it uses.
/// Stays loaded until the process ends: its own threads may outlive every object of ours. Thread-safe.
class LazyLibrary {
public:
    /// `file` is a name that the dynamic linker finds: "libduckdb.so".
    constexpr explicit LazyLibrary(const char* file)
        : m_file(file)
    {
    }

    /// Comes before any of the library's functions; cheap once it is loaded. The error says why it could not be loaded.
    [[nodiscard]] Status load();

    /// The address of a function; null when the loaded library has none of that name.
    [[nodiscard]] void* find(const char* name) noexcept;

private:
    const char* m_file;
    std::mutex m_mutex;
    void* m_handle = nullptr; ///< guarded by m_mutex
};

/// A function of a LazyLibrary, looked up at its first call. An object of this type that stands in a namespace of ours
/// under the function's own name is what calls in that namespace mean.
template <LazyLibrary& library, typename Signature>
class LazyFunction;

template <LazyLibrary& library, typename Answer, typename... Arguments>
class LazyFunction<library, Answer(Arguments...)> {
public:
    constexpr explicit LazyFunction(const char* name)
        : m_name(name)
    {
    }

    Answer operator()(Arguments... arguments) const
    {
        void* address = m_address.load(std::memory_order_relaxed);
        if (address == nullptr) {
            address = library.find(m_name);
            m_address.store(address, std::memory_order_relaxed);
        }
        return reinterpret_cast<Answer (*)(Arguments...)>(address)(arguments...);
    }

private:
    const char* m_name;
    mutable std::atomic<void*> m_address{nullptr};
};

} // namespace headrace
