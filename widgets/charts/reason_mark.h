// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/batch_summary.h"

#include <QPainterPath>

class QPainter;
class QPalette;

namespace headrace {

// Close reasons without their colour: each has a shape of its own for dots, and a pattern of its own for areas.

/// Around (0, 0), as wide as `size`.
[[nodiscard]] QPainterPath reasonShape(CloseReason reason, double size);
/// Fills the area with the reason's colour and pattern. Patterns of neighbouring areas go on in each other.
void fillReason(QPainter& painter, const QRectF& area, CloseReason reason, const QPalette& palette);

} // namespace headrace
