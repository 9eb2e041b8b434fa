// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace headrace::test {

/// Runs statements on an SQLite file, which is made if it is missing; the last one's rows, "|" between cells and "∅"
/// for NULL. They can use md5(). Failures end the program with SQLite's words.
std::vector<std::string> sqliteLines(const std::string& path, const std::string& sql);

} // namespace headrace::test
