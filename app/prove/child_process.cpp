// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prove/child_process.h"

#include "connectors/core/durable_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX leaves it undeclared

namespace headrace::prove {

namespace {

/// What the child does between fork and exec.
class SpawnActions {
public:
    SpawnActions(const std::string& folder, const std::string& logPath)
    {
        posix_spawn_file_actions_init(&m_actions);
        posix_spawn_file_actions_addchdir_np(&m_actions, folder.c_str());
        posix_spawn_file_actions_addopen(&m_actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&m_actions, STDOUT_FILENO, logPath.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                         0600);
        posix_spawn_file_actions_adddup2(&m_actions, STDOUT_FILENO, STDERR_FILENO);
    }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&m_actions); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &m_actions; }

private:
    posix_spawn_file_actions_t m_actions{};
};

} // namespace

Result<int> runProgram(const std::vector<std::string>& words, const std::string& folder, const std::string& logPath,
                       const std::stop_token& stop)
{
    std::vector<std::string> owned = words;
    std::vector<char*> arguments;
    for (std::string& word : owned)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const SpawnActions actions(folder, logPath);
    pid_t child = 0;
    const int error = posix_spawnp(&child, arguments.front(), actions.get(), nullptr, arguments.data(), environ);
    if (error != 0)
        return fail(systemError("started", words.front(), error));
    {
        // Until it is reaped its number belongs to it, so the kill cannot hit another process.
        const std::stop_callback kill(stop, [child] { ::kill(child, SIGKILL); });
        siginfo_t ended{};
        while (::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
        }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return fail(systemError("waited for", words.front(), errno));
    }
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, fmt::format("'{}' was stopped.", words.front()));
    if (WIFSIGNALED(status))
        return fail(ErrorCode::Failed, fmt::format("'{}' was ended by signal {} ({}).", words.front(), WTERMSIG(status),
                                                   strsignal(WTERMSIG(status))));
    return WEXITSTATUS(status);
}

std::string findInPath(const std::string& name)
{
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
        if (::access(candidate.c_str(), X_OK) == 0)
            return candidate;
    }
    return {};
}

} // namespace headrace::prove
