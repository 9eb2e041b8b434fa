// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace headrace {

class MainWindow;
class Settings;

/// The menus of the window with their shortcuts: File, Edit, Pipeline, Run, View, Help.
void createWindowMenus(MainWindow& window, Settings& settings);

} // namespace headrace
