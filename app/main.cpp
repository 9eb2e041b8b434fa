// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/command_line.h"
#ifdef HEADRACE_WINDOW
#include "app/workbench.h"
#endif

int main(int argc, char** argv)
{
#ifdef HEADRACE_WINDOW
    return headrace::cli::runCommandLine(argc, argv, headrace::openWorkbench);
#else
    return headrace::cli::runCommandLine(argc, argv, {});
#endif
}
