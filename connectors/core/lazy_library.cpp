// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/lazy_library.h"

#include <fmt/format.h>

#include <dlfcn.h>

namespace headrace {

Status LazyLibrary::load()
{
    const std::lock_guard lock(m_mutex);
    if (m_handle == nullptr)
        m_handle = ::dlopen(m_file, RTLD_LAZY | RTLD_LOCAL);
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
