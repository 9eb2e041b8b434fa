// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/sql_highlighter.h"

#include "widgets/theme.h"

#include <QGuiApplication>
#include <QRegularExpression>

namespace headrace {

void SqlHighlighter::highlightBlock(const QString& text)
{
    static const QRegularExpression kToken(
        QStringLiteral(
            "(?<comment>--[^\\n]*)|(?<text>'(?:[^']|'')*'?)|(?<number>\\b\\d+(?:\\.\\d+)?\\b)|"
            "(?<word>\\b(?:select|from|where|and|or|not|as|case|when|then|else|end|cast|is|null|in|like|ilike|"
            "between|true|false|interval|date|timestamp|try_cast|exclude|replace)\\b)"),
        QRegularExpression::CaseInsensitiveOption);
    const QPalette palette = QGuiApplication::palette();
    const ThemeColors& colors = themeColors(palette);
    auto matches = kToken.globalMatch(text);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        QTextCharFormat format;
        if (match.hasCaptured(QStringLiteral("comment"))) {
            format.setForeground(colors.mutedText);
        } else if (match.hasCaptured(QStringLiteral("text"))) {
            format.setForeground(colors.good);
        } else if (match.hasCaptured(QStringLiteral("number"))) {
            format.setForeground(reasonColor(CloseReason::Age, palette));
        } else {
            format.setForeground(colors.accent);
            format.setFontWeight(QFont::DemiBold);
        }
        setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), format);
    }
}

} // namespace headrace
