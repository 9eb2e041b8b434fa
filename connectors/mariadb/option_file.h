// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <map>
#include <string>

namespace headrace::mariadb {

/// What the sections that clients read ([client], [client-server], [client-mariadb], [headrace]) of an option file such
/// as ~/.my.cnf say, read as MariaDB's own programs do: later lines win, !include and !includedir are followed, a #
/// ends a line but within quotes. Dashes in names are underscores here, a flag without a value has the value "". Fails
/// on a file that is there and cannot be read, and on one that everyone may write, which those programs leave out.
[[nodiscard]] Result<std::map<std::string, std::string>> readOptionFile(const std::string& path);

} // namespace headrace::mariadb
