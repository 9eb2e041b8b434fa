// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/lazy_library.h"

#include <fmt/format.h>

#include <dlfcn.h>

namespace headrace {
namespace {

// Arrow's Parquet library exports the functions of an OpenSSL of its own: a client library that found some of them in
// place of the system's would crash in its first TLS connection. The sanitizers refuse the flag.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kFlags = RTLD_LAZY | RTLD_LOCAL;
#else
constexpr int kFlags = RTLD_LAZY | RTLD_LOCAL | RTLD_DEEPBIND;
#endif

} // namespace

Status LazyLibrary::load()
{
    const std::lock_guard lock(m_mutex);
    if (m_handle == nullptr)
        m_handle = ::dlopen(m_file, kFlags);
    if (m_handle != nullptr)
        return {};
    const char* problem = ::dlerror();
    return fail(
        ErrorCode::Failed,
        fmt::format("The library '{}' could not be loaded; install Headrace again, or run installer/setup where "
                    "it was built.",
                    m_file),
        problem == nullptr ? "" : problem);
}

void* LazyLibrary::find(const char* name) noexcept
{
    const std::lock_guard lock(m_mutex);
    return ::dlsym(m_handle, name);
}

} // namespace headrace
