// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/pages/page_area.h"

namespace headrace {

/// Opens the help beside the window, or brings it to the front, at the text about `page`.
void showHelp(QWidget* window, Page page);

} // namespace headrace
