// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/memory_pool.h"

#include <cstdlib>

namespace headrace {

void useSystemMemory()
{
    constexpr const char* kPool = "ARROW_DEFAULT_MEMORY_POOL";
#ifdef _WIN32
    if (std::getenv(kPool) == nullptr)
        ::_putenv_s(kPool, "system");
#else
    ::setenv(kPool, "system", 0);
#endif
}

} // namespace headrace
