// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/workbench_program.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX leaves it undeclared

namespace headrace::cli {

namespace {

std::vector<char*> argumentsOf(std::vector<std::string>& words)
{
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    return arguments;
}

std::string readAll(int descriptor)
{
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
        const ssize_t count = ::read(descriptor, piece.data(), piece.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
}

/// What the workbench prints for these words; nullopt when it fails, which it explains on stderr.
std::optional<std::string> answerOf(std::vector<std::string> words)
{
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    const std::vector<char*> arguments = argumentsOf(words);
    pid_t child = 0;
    const int error = posix_spawn(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    std::string answer = error == 0 ? readAll(pipe[0]) : std::string();
    ::close(pipe[0]);
    int status = -1;
    while (error == 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? std::optional(std::move(answer))
                                                                       : std::nullopt;
}

} // namespace

Result<std::string> workbenchProgram()
{
    std::error_code ignored;
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "headrace-workbench").string();
    if (!std::filesystem::exists(program))
        return fail(ErrorCode::Usage,
                    fmt::format("This headrace comes without the workbench: '{}' is missing. 'headrace --help' lists "
                                "the commands that need no display.",
                                program));
    return program;
}

Error becomeWorkbench(const std::vector<std::string>& words)
{
    auto program = workbenchProgram();
    if (!program)
        return std::move(program).error();
    std::vector<std::string> all{*program};
    all.insert(all.end(), words.begin(), words.end());
    const std::vector<char*> arguments = argumentsOf(all);
    ::execv(program->c_str(), arguments.data());
    return {ErrorCode::Failed,
            fmt::format("The workbench '{}' could not be started: {}.", *program, std::strerror(errno)),
            {},
            std::nullopt};
}

SecretLookup keyringLookup()
{
    return [](const std::string& name) -> Result<std::string> {
        const auto program = workbenchProgram();
        auto secret = program ? answerOf({*program, "--secret", name}) : std::nullopt;
        if (!secret)
            return fail(ErrorCode::Usage,
                        fmt::format("The secret '{}' is not in a keyring that can be read from here. Keep it there in "
                                    "the window, or use ${{env:NAME}} instead.",
                                    name));
        return *std::move(secret);
    };
}

} // namespace headrace::cli
