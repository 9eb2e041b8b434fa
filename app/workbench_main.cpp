// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench.h"

/// headrace-workbench [FILE]: started by 'headrace [FILE]', which has read the command line.
int main(int argc, char** argv)
{
    return headrace::openWorkbench(argc, argv, argc > 1 ? argv[1] : "");
}
