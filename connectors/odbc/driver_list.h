// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace headrace::odbc {

/// A driver of odbcinst.ini, or a data source of the user's or the system's odbc.ini.
struct Entry {
    std::string name;
    std::string driver; ///< of a data source: as odbc.ini names it
};

// Empty without unixODBC. Thread-safe.

[[nodiscard]] std::vector<Entry> installedDrivers();
[[nodiscard]] std::vector<Entry> dataSources();

[[nodiscard]] std::vector<std::string> namesOf(const std::vector<Entry>& entries);

/// What odbc.ini says of a data source under `key`; "" for nothing. unixODBC remembers answers for some seconds.
[[nodiscard]] std::string sourceSetting(const std::string& source, const char* key);
/// The file of a driver's library as odbcinst.ini has it; the driver itself when it is no name there.
[[nodiscard]] std::string libraryOf(const std::string& driver);

/// Debian's package of the driver that such a name or library belongs to; "" for unknown ones.
[[nodiscard]] std::string packageOf(const std::string& driver);

} // namespace headrace::odbc
