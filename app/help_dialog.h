// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace headrace {

/// Opens the help pages beside the window.
void showHelp(QWidget* window);

} // namespace headrace
