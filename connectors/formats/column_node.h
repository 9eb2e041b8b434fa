// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace headrace {

/// A column, or those whose names begin alike: 'user.name' and 'user.age' are members of 'user'.
struct ColumnNode {
    std::string name;
    int column = -1; ///< index; −1: it has members
    std::vector<ColumnNode> members;
};

} // namespace headrace
