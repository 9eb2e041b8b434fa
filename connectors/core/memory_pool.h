// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace headrace {

/// Lets Arrow take its memory from the C library, unless ARROW_DEFAULT_MEMORY_POOL names another place. Its own choice,
/// mimalloc on huge pages, keeps up to twice as much resident and is not faster. The C library gives freed memory of
/// many MiB back at once. The first thing of a program, before it has threads or Arrow arrays.
void useSystemMemory();

} // namespace headrace
