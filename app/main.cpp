// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/command_line.h"
#include "connectors/core/memory_pool.h"

int main(int argc, char** argv)
{
    headrace::useSystemMemory();
    return headrace::cli::runCommandLine(argc, argv);
}
