// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/memory_pool.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace headrace {

namespace {

/// Left to itself the C library takes the largest block that was freed, up to 32 MiB, as the size up to which it keeps
/// what is freed, twice as much in each of its arenas.
constexpr int kLargestKept = 8 * 1024 * 1024;
constexpr int kMostKept = 16 * 1024 * 1024;

} // namespace

void useSystemMemory()
{
    constexpr const char* kPool = "ARROW_DEFAULT_MEMORY_POOL";
#ifdef _WIN32
    if (std::getenv(kPool) == nullptr)
        ::_putenv_s(kPool, "system");
#else
    ::setenv(kPool, "system", 0);
#endif
#ifdef __GLIBC__
    ::mallopt(M_MMAP_THRESHOLD, kLargestKept);
    ::mallopt(M_TRIM_THRESHOLD, kMostKept);
#endif
}

} // namespace headrace
