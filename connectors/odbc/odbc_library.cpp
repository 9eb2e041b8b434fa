// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/odbc_library.h"

namespace headrace::odbc {

constinit LazyLibrary odbcLibrary{HEADRACE_ODBC_LIBRARY};
constinit LazyLibrary odbcInstallerLibrary{HEADRACE_ODBC_INSTALLER_LIBRARY};

} // namespace headrace::odbc
