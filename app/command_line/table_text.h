// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace headrace::cli {

struct TextColumn {
    std::string title;
    std::string subtitle; ///< shown below the title when any column has one
    bool alignRight = false;
    std::vector<std::string> cells; ///< as many in every column
};

/// The columns side by side, aligned by display width. `width` bounds a line (0: nothing is cut): wide cells are
/// clipped first, then columns that do not fit are left out; `hidden` receives their titles.
[[nodiscard]] std::string tableText(const std::vector<TextColumn>& columns, int width,
                                    std::vector<std::string>* hidden = nullptr);

} // namespace headrace::cli
