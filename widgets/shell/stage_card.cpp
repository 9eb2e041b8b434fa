// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/stage_card.h"

#include "widgets/theme.h"

#include <QPainter>

namespace headrace {
namespace {

constexpr int kMargin = 12;
constexpr int kPadding = 10;
constexpr double kValueScale = 1.45;
constexpr double kDetailScale = 0.93;

QColor moodColor(StageFacts::Mood mood, const ThemeColors& colors)
{
    switch (mood) {
    case StageFacts::Mood::Warning:
        return colors.warning;
    case StageFacts::Mood::Bad:
        return colors.bad;
    case StageFacts::Mood::Idle:
    case StageFacts::Mood::Good:
        break;
    }
    return colors.text;
}

/// Draws `text` elided into what is left of `line` and moves its left edge behind it.
void drawRun(QPainter& painter, QRect& line, const QFont& font, const QColor& color, const QString& text, int gap)
{
    if (text.isEmpty() || line.width() <= 8)
        return;
    painter.setFont(font);
    painter.setPen(color);
    const QFontMetrics metrics(font);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, line.width());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignBottom, shown);
    line.setLeft(line.left() + metrics.horizontalAdvance(shown) + gap);
}

} // namespace

StageCard::StageCard(Stage stage, QWidget* parent)
    : QAbstractButton(parent)
    , m_stage(stage)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(stageName(stage));
}

void StageCard::setFacts(const StageFacts& facts)
{
    if (facts == m_facts)
        return;
    m_facts = facts;
    setAccessibleDescription(QStringLiteral("%1 %2. %3").arg(facts.value, facts.unit, facts.detail));
    setToolTip(facts.detail.size() > 40 ? facts.detail : QString());
    update();
}

int StageCard::lineHeight(double scale) const
{
    return QFontMetrics(scaledFont(font(), scale)).height();
}

QSize StageCard::sizeHint() const
{
    return {250, 2 * kPadding + lineHeight(1) + lineHeight(kValueScale) + lineHeight(kDetailScale) + 4};
}

QSize StageCard::minimumSizeHint() const
{
    return {150, sizeHint().height()};
}

void StageCard::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool marked = isChecked() || hasFocus();
    const double width = isChecked() ? 2.0 : 1.0;
    painter.setPen(QPen(marked ? colors.accent : (underMouse() ? colors.idle : colors.border), width));
    painter.setBrush(colors.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), 5, 5);
    if (hasFocus() && isChecked()) {
        painter.setPen(QPen(colors.accent, 1, Qt::DotLine));
        painter.drawRoundedRect(QRectF(rect()).adjusted(4, 4, -4, -4), 3, 3);
    }

    QRect line(kMargin, kPadding, rect().width() - 2 * kMargin, lineHeight(1));
    drawRun(painter, line, scaledFont(font(), 1, QFont::DemiBold), colors.text, stageName(m_stage), 5);
    drawRun(painter, line, font(), colors.mutedText, m_facts.subtitle, 0);

    line = QRect(kMargin, kPadding + lineHeight(1) + 2, rect().width() - 2 * kMargin, lineHeight(kValueScale));
    drawRun(painter, line, scaledFont(font(), kValueScale, QFont::DemiBold), moodColor(m_facts.mood, colors),
            m_facts.value, 6);
    line.adjust(0, 0, 0, -2);
    drawRun(painter, line, scaledFont(font(), 0.95, QFont::DemiBold), colors.mutedText, m_facts.unit, 0);

    line = QRect(kMargin, height() - kPadding - lineHeight(kDetailScale), rect().width() - 2 * kMargin,
                 lineHeight(kDetailScale));
    drawRun(painter, line, scaledFont(font(), kDetailScale), colors.mutedText, m_facts.detail, 0);
}

} // namespace headrace
