// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

namespace headrace::mariadb {

/// What the sections that clients read ([client], [client-server], [client-mariadb], [headrace]) of an option file such
/// as ~/.my.cnf say, later lines winning; dashes in names are underscores here. A flag without a value has the value
/// "". Lines that are not understood are left out, as is a file that cannot be read.
[[nodiscard]] std::map<std::string, std::string> readOptionFile(const std::string& path);

} // namespace headrace::mariadb
