// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>

namespace headrace {

/// The SVG icon `name` of resources/icons with its current colour replaced, sharp at 1× and 2×.
[[nodiscard]] QIcon themedIcon(const QString& name, const QColor& color);

} // namespace headrace
