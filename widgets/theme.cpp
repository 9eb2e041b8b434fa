// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QApplication>
#include <QCoreApplication>
#include <QFile>
#include <QStyleFactory>

#include <array>

/// A static library's resources are not there until they are asked for; the macro works outside namespaces only.
static void initResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace headrace {
namespace {

const ThemeColors kLight{
    .window = 0xf6f7f8,
    .surface = 0xffffff,
    .border = 0xdfe3e8,
    .track = 0xdfe3e8,
    .text = 0x1b1f24,
    .mutedText = 0x5f6973,
    .accent = 0x0b6e99,
    .onAccent = 0xffffff,
    .accentSoft = 0xe8f3f8,
    .good = 0x217a4b,
    .warning = 0x9a5a0c,
    .bad = 0xc23b31,
    .idle = 0xaab2ba,
    .continuumBatch = 0x6b7f92,
    .continuumMicroBatch = 0x3f8fb5,
    .continuumStreaming = 0x36a379,
    .focusWidth = 1.5,
};

const ThemeColors kDark{
    .window = 0x1b1f24,
    .surface = 0x24292f,
    .border = 0x373e47,
    .track = 0x373e47,
    .text = 0xe8ebee,
    .mutedText = 0x9da7b1,
    .accent = 0x58b2d8,
    .onAccent = 0x0d1b22,
    .accentSoft = 0x1f3a47,
    .good = 0x5cc48d,
    .warning = 0xf0a35a,
    .bad = 0xf28b82,
    .idle = 0x7b848d,
    .continuumBatch = 0x6b7f92,
    .continuumMicroBatch = 0x3f8fb5,
    .continuumStreaming = 0x36a379,
    .focusWidth = 1.5,
};

/// Texts stand out 7 : 1 from each ground, lines and marks 4.5 : 1; tests/widgets/tst_colors.cpp measures it.
const ThemeColors kHighContrast{
    .window = 0xff000000,
    .surface = 0xff000000,
    .border = 0x98a2ac,
    .track = 0x7c868f,
    .text = 0xffffff,
    .mutedText = 0xd7dde2,
    .accent = 0x55d6ff,
    .onAccent = 0xff000000,
    .accentSoft = 0x002a38,
    .good = 0x5dfc9b,
    .warning = 0xffc24d,
    .bad = 0xffa198,
    .idle = 0xa9b2ba,
    .continuumBatch = 0xa7bacd,
    .continuumMicroBatch = 0x55d6ff,
    .continuumStreaming = 0x5dfc9b,
    .focusWidth = 3,
};

// Rows, Bytes, Age, Grid, EndOfInput, SchemaChange, Stop.
const std::array<QColor, kCloseReasonCount> kLightReasons{0x2f7fb8, 0x8a63b3, 0xc8741c, 0x3a9a6b,
                                                          0x8a949e, 0xb8476f, 0x5b6470};
const std::array<QColor, kCloseReasonCount> kDarkReasons{0x5aa5d8, 0xb08fd4, 0xf0a35a, 0x62c08f,
                                                         0x8a949e, 0xe07aa0, 0xb9c1c9};
const std::array<QColor, kCloseReasonCount> kHighContrastReasons{0x6cc0ff, 0xd2acff, 0xffb454, 0x6ff0a8,
                                                                 0xaeb8c2, 0xff92c2, 0xe8ecf0};

const ThemeColors& colorsOf(Theme theme)
{
    switch (theme) {
    case Theme::Light:
        break;
    case Theme::Dark:
        return kDark;
    case Theme::HighContrast:
        return kHighContrast;
    }
    return kLight;
}

/// A palette holds no name: its window's colour tells the theme, and brightness does where no theme was applied.
Theme themeOf(const QPalette& palette)
{
    if (palette.color(QPalette::Window) == kHighContrast.window)
        return Theme::HighContrast;
    return isDark(palette) ? Theme::Dark : Theme::Light;
}

QString styleText(const QString& name)
{
    QFile file(QStringLiteral(":/styles/%1.qss").arg(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString styleSheet(Theme theme)
{
    const ThemeColors& colors = colorsOf(theme);
    QString sheet = styleText(QStringLiteral("headrace"));
    if (theme == Theme::HighContrast)
        sheet += styleText(QStringLiteral("high-contrast"));
    const std::array<std::pair<QLatin1String, QColor>, 13> names{{
        {QLatin1String("@window@"), colors.window},
        {QLatin1String("@surface@"), colors.surface},
        {QLatin1String("@border@"), colors.border},
        {QLatin1String("@track@"), colors.track},
        {QLatin1String("@text@"), colors.text},
        {QLatin1String("@muted@"), colors.mutedText},
        {QLatin1String("@accent@"), colors.accent},
        {QLatin1String("@on-accent@"), colors.onAccent},
        {QLatin1String("@accent-soft@"), colors.accentSoft},
        {QLatin1String("@good@"), colors.good},
        {QLatin1String("@warning@"), colors.warning},
        {QLatin1String("@bad@"), colors.bad},
        {QLatin1String("@idle@"), colors.idle},
    }};
    for (const auto& [name, color] : names)
        sheet.replace(name, color.name());
    return sheet;
}

QPalette paletteOf(const ThemeColors& colors)
{
    QPalette palette(colors.text, colors.surface, colors.surface, colors.border, colors.mutedText, colors.text,
                     colors.surface);
    palette.setColor(QPalette::Window, colors.window);
    palette.setColor(QPalette::Base, colors.surface);
    palette.setColor(QPalette::AlternateBase, colors.window);
    palette.setColor(QPalette::Button, colors.surface);
    palette.setColor(QPalette::ToolTipBase, colors.surface);
    palette.setColor(QPalette::ToolTipText, colors.text);
    palette.setColor(QPalette::PlaceholderText, colors.mutedText);
    palette.setColor(QPalette::Highlight, colors.accent);
    palette.setColor(QPalette::HighlightedText, colors.onAccent);
    palette.setColor(QPalette::Link, colors.accent);
    palette.setColor(QPalette::LinkVisited, colors.accent);
    palette.setColor(QPalette::Mid, colors.border);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, colors.idle);
    return palette;
}

} // namespace

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

const ThemeColors& themeColors(const QPalette& palette)
{
    return colorsOf(themeOf(palette));
}

QColor reasonColor(CloseReason reason, const QPalette& palette)
{
    const auto index = static_cast<std::size_t>(reason);
    switch (themeOf(palette)) {
    case Theme::Light:
        break;
    case Theme::Dark:
        return kDarkReasons.at(index);
    case Theme::HighContrast:
        return kHighContrastReasons.at(index);
    }
    return kLightReasons.at(index);
}

QString reasonText(CloseReason reason)
{
    switch (reason) {
    case CloseReason::Rows:
        return QCoreApplication::translate("CloseReason", "rows");
    case CloseReason::Bytes:
        return QCoreApplication::translate("CloseReason", "bytes");
    case CloseReason::Age:
        return QCoreApplication::translate("CloseReason", "age");
    case CloseReason::Grid:
        return QCoreApplication::translate("CloseReason", "grid");
    case CloseReason::EndOfInput:
        return QCoreApplication::translate("CloseReason", "end of input");
    case CloseReason::SchemaChange:
        return QCoreApplication::translate("CloseReason", "schema change");
    case CloseReason::Stop:
        return QCoreApplication::translate("CloseReason", "stop");
    }
    return {};
}

QColor percentileColor(int percentile, const QPalette& palette)
{
    const ThemeColors& colors = themeColors(palette);
    if (percentile >= 99)
        return colors.bad;
    return percentile >= 95 ? reasonColor(CloseReason::Age, palette) : colors.good;
}

void applyTheme(QApplication& application, Theme theme)
{
    initResources();
    if (application.style()->name() != QLatin1String("fusion"))
        application.setStyle(QStyleFactory::create(QStringLiteral("fusion")));
    application.setPalette(paletteOf(colorsOf(theme)));
    application.setStyleSheet(styleSheet(theme));
}

QFont scaledFont(const QFont& base, double factor, QFont::Weight weight)
{
    QFont font(base);
    if (font.pixelSize() > 0)
        font.setPixelSize(qRound(font.pixelSize() * factor));
    else
        font.setPointSizeF(font.pointSizeF() * factor);
    font.setWeight(weight);
    return font;
}

} // namespace headrace
