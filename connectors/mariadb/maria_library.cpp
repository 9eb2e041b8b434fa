// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/maria_library.h"

namespace headrace::mariadb {

constinit LazyLibrary mariaLibrary{HEADRACE_MARIADB_LIBRARY};

} // namespace headrace::mariadb
