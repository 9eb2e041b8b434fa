// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/pq_library.h"

namespace headrace::postgres {

constinit LazyLibrary pqLibrary{HEADRACE_PQ_LIBRARY};

} // namespace headrace::postgres
