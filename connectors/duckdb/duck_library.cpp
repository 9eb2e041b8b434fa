// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_library.h"

namespace headrace {

constinit LazyLibrary duckLibrary{HEADRACE_DUCKDB_LIBRARY};

} // namespace headrace
