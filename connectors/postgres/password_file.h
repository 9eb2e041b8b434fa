// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace headrace::postgres {

/// Whose password is looked up.
struct Login {
    std::string host;
    std::string port;
    std::string database;
    std::string user;
};

/// The file that libpq reads passwords from: PGPASSFILE or ~/.pgpass.
[[nodiscard]] std::string passwordFile();

/// The password that the file has for a server, "" for none. libpq does this by itself, but behind a tunnel it would
/// look for the tunnel's port.
[[nodiscard]] std::string passwordFrom(const std::string& file, const Login& login);

/// Why libpq passes over a file that is there, as a sentence; "" when it does not.
[[nodiscard]] std::string whyPassedOver(const std::string& file);

} // namespace headrace::postgres
