// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/submit/submit_program.h"
#include "app/workbench.h"
#include "connectors/core/memory_pool.h"

#include <string_view>

/// headrace-workbench [FILE]: started by 'headrace [FILE]', which has read the command line. With --submit or --secret
/// it does for other commands what needs Qt, without a window.
int main(int argc, char** argv)
{
    headrace::useSystemMemory();
    const std::string_view word = argc > 1 ? argv[1] : "";
    if (word == "--submit" && argc == 5)
        return headrace::submitFromTerminal(argc, argv, argv[2], argv[3], argv[4]);
    if (word == "--secret" && argc == 3)
        return headrace::printSecret(argc, argv, argv[2]);
    return headrace::openWorkbench(argc, argv, std::string(word));
}
