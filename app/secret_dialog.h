// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace headrace {

/// Asks for a secret and its name, keeps it in the keyring, and shows the reference to write in its place.
void showSecretDialog(QWidget* window);

} // namespace headrace
