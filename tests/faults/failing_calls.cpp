// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into the program under test: lets the n-th call of one kind on files below one folder fail.
// HEADRACE_FAIL=CALL:N:ERRNO (CALL is write, fsync or rename), HEADRACE_FAIL_BELOW=FOLDER,
// HEADRACE_FAIL_MARK=FILE is created when the call was reached.
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace {

struct Plan {
    std::string call;
    long pass = 0;
    int errorNumber = 0;
    std::string folder;
    std::string mark;

    Plan()
    {
        const char* text = std::getenv("HEADRACE_FAIL");
        const char* below = std::getenv("HEADRACE_FAIL_BELOW");
        const char* file = std::getenv("HEADRACE_FAIL_MARK");
        char name[16] = {};
        if (text == nullptr || below == nullptr || file == nullptr ||
            std::sscanf(text, "%15[a-z]:%ld:%d", name, &pass, &errorNumber) != 3)
            return;
        call = name;
        folder = below;
        mark = file;
    }
};

template <typename Function>
Function next(const char* name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool reached(const char* call, const char* path)
{
    static const Plan plan;
    static std::atomic<long> passes{0};
    if (plan.call != call || std::strncmp(path, plan.folder.c_str(), plan.folder.size()) != 0 || ++passes != plan.pass)
        return false;
    const int descriptor = next<int (*)(const char*, int, ...)>("open")(plan.mark.c_str(), O_CREAT | O_WRONLY, 0644);
    if (descriptor >= 0)
        ::close(descriptor);
    errno = plan.errorNumber;
    return true;
}

bool reached(const char* call, int descriptor)
{
    char path[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t length = ::readlink(link.c_str(), path, sizeof path - 1);
    if (length < 0)
        return false;
    path[length] = '\0';
    return reached(call, path);
}

} // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size)
{
    if (reached("write", descriptor))
        return -1;
    return next<ssize_t (*)(int, const void*, size_t)>("write")(descriptor, bytes, size);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset)
{
    if (reached("write", descriptor))
        return -1;
    return next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(descriptor, bytes, size, offset);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset)
{
    if (reached("write", descriptor))
        return -1;
    return next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(descriptor, bytes, size, offset);
}

int fsync(int descriptor)
{
    if (reached("fsync", descriptor))
        return -1;
    return next<int (*)(int)>("fsync")(descriptor);
}

int fdatasync(int descriptor)
{
    if (reached("fsync", descriptor))
        return -1;
    return next<int (*)(int)>("fdatasync")(descriptor);
}

int rename(const char* from, const char* to)
{
    if (reached("rename", from))
        return -1;
    return next<int (*)(const char*, const char*)>("rename")(from, to);
}

} // extern "C"
