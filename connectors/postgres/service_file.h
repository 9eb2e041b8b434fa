// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headrace::postgres {

// libpq reads PGSERVICEFILE or ~/.pg_service.conf, and then the system's pg_service.conf; it has no function that tells
// what stands there. Thread-safe; the files are read anew.

/// The services of these files, in their order.
[[nodiscard]] std::vector<std::string> serviceNames();

/// libpq's keywords that a service sets; nothing when no file has it.
[[nodiscard]] std::optional<std::map<std::string, std::string>> readService(const std::string& name);

} // namespace headrace::postgres
