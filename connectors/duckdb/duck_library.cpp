// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_library.h"

#include <dlfcn.h>

namespace headrace {

namespace {

struct Library {
    void* handle = nullptr;
    std::string problem;

    Library()
        : handle(::dlopen(HEADRACE_DUCKDB_LIBRARY, RTLD_LAZY | RTLD_LOCAL))
    {
        if (handle == nullptr)
            problem = ::dlerror();
    }
};

/// Stays loaded until the process ends: DuckDB's own threads may outlive every object of ours.
const Library& library()
{
    static const Library kLibrary;
    return kLibrary;
}

} // namespace

Status loadDuckLibrary()
{
    if (library().handle != nullptr)
        return {};
    return fail(ErrorCode::Failed,
                "The library '" HEADRACE_DUCKDB_LIBRARY "' could not be loaded; install Headrace again, or run "
                "installer/setup where it was built.",
                library().problem);
}

void* findDuckFunction(const char* name) noexcept
{
    return ::dlsym(library().handle, name);
}

} // namespace headrace
