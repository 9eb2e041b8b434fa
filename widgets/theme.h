// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/batch_summary.h"

#include <QColor>
#include <QFont>
#include <QPalette>

class QApplication;

namespace headrace {

/// The colours of one theme. Everything painted takes its colour from here, never a literal.
struct ThemeColors {
    QColor window;
    QColor surface;
    QColor border;
    QColor track;
    QColor text;
    QColor mutedText;
    QColor accent;
    QColor onAccent;
    QColor accentSoft;
    QColor good;
    QColor warning;
    QColor bad;
    QColor idle;
    QColor continuumBatch;
    QColor continuumMicroBatch;
    QColor continuumStreaming;
    double focusWidth; ///< of the line around what has the keyboard's focus, pixels
};

enum class Theme { Light, Dark, HighContrast };
enum class ThemeChoice { System, Light, Dark, HighContrast };

/// True when a palette paints light text on a dark window.
[[nodiscard]] bool isDark(const QPalette& palette);

/// The theme that a palette belongs to: widgets call this in paintEvent and so follow a change at once.
[[nodiscard]] const ThemeColors& themeColors(const QPalette& palette);

/// One colour per close reason, the same in every chart, legend and table.
[[nodiscard]] QColor reasonColor(CloseReason reason, const QPalette& palette);

/// The short name of a close reason as legends show it, translated: "end of input".
[[nodiscard]] QString reasonText(CloseReason reason);

/// Percentile lines of the wait chart: 50, 95 or 99.
[[nodiscard]] QColor percentileColor(int percentile, const QPalette& palette);

/// Sets style, palette and style sheet of the whole program.
void applyTheme(QApplication& application, Theme theme);

/// `base` scaled, for headings and captions.
[[nodiscard]] QFont scaledFont(const QFont& base, double factor, QFont::Weight weight = QFont::Normal);

} // namespace headrace
