// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/stage_card.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QPainter>

namespace headrace {
namespace {

constexpr int kMargin = 12;
constexpr int kPadding = 10;
constexpr double kValueScale = 1.45;
constexpr double kSmallValueScale = 1.1; ///< where the card has no room
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

/// A triangle or a disc with an exclamation mark: what the colour of the value says, as a shape.
void drawMood(QPainter& painter, QRect& line, StageFacts::Mood mood, const ThemeColors& colors)
{
    if (mood != StageFacts::Mood::Warning && mood != StageFacts::Mood::Bad)
        return;
    const double size = line.height() * 0.72;
    const QRectF box(line.left(), line.bottom() - size - line.height() * 0.1, size, size);
    painter.setPen(Qt::NoPen);
    painter.setBrush(moodColor(mood, colors));
    if (mood == StageFacts::Mood::Bad)
        painter.drawEllipse(box);
    else
        painter.drawPolygon(QPolygonF{QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()});
    painter.setPen(QPen(colors.surface, size / 8, Qt::SolidLine, Qt::RoundCap));
    const double x = box.center().x();
    painter.drawLine(QPointF(x, box.top() + size * 0.36), QPointF(x, box.top() + size * 0.62));
    painter.drawPoint(QPointF(x, box.top() + size * 0.82));
    line.setLeft(line.left() + qRound(size) + 6);
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
    setToolTip(QStringList{facts.subtitle, QStringLiteral("%1 %2").arg(facts.value, facts.unit).trimmed(), facts.detail}
                   .join(QLatin1Char('\n'))
                   .trimmed());
    update();
}

bool StageCard::isCut() const
{
    const auto advance = [this](double scale, QFont::Weight weight, const QString& text) {
        return QFontMetrics(scaledFont(font(), scale, weight)).horizontalAdvance(text);
    };
    const int room = width() - 2 * kMargin;
    return advance(1, QFont::DemiBold, stageName(m_stage)) + 5 + advance(1, QFont::Normal, m_facts.subtitle) > room ||
           advance(kValueScale, QFont::DemiBold, m_facts.value) + 6 + advance(0.95, QFont::DemiBold, m_facts.unit) >
               room ||
           advance(kDetailScale, QFont::Normal, m_facts.detail) > room;
}

/// What can be read needs no tip.
bool StageCard::event(QEvent* event)
{
    return event->type() == QEvent::ToolTip && !isCut() ? true : QAbstractButton::event(event);
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
    const double width = isChecked() ? 2.0 : (hasFocus() ? colors.focusWidth : 1.0);
    painter.setPen(QPen(marked ? colors.accent : (underMouse() ? colors.idle : colors.border), width));
    painter.setBrush(colors.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), 5, 5);
    if (hasFocus() && isChecked()) {
        painter.setPen(QPen(colors.accent, colors.focusWidth, Qt::DotLine));
        painter.drawRoundedRect(QRectF(rect()).adjusted(5, 5, -5, -5), 3, 3);
    }

    QRect line(kMargin, kPadding, rect().width() - 2 * kMargin, lineHeight(1));
    drawRun(painter, line, scaledFont(font(), 1, QFont::DemiBold), colors.text, stageName(m_stage), 5);
    drawRun(painter, line, font(), colors.mutedText, m_facts.subtitle, 0);

    line = QRect(kMargin, kPadding + lineHeight(1) + 2, rect().width() - 2 * kMargin, lineHeight(kValueScale));
    drawMood(painter, line, m_facts.mood, colors);
    const QFontMetrics large(scaledFont(font(), kValueScale, QFont::DemiBold));
    const double scale = large.horizontalAdvance(m_facts.value) > line.width() ? kSmallValueScale : kValueScale;
    drawRun(painter, line, scaledFont(font(), scale, QFont::DemiBold), moodColor(m_facts.mood, colors), m_facts.value,
            6);
    line.adjust(0, 0, 0, -2);
    drawRun(painter, line, scaledFont(font(), 0.95, QFont::DemiBold), colors.mutedText, m_facts.unit, 0);

    line = QRect(kMargin, height() - kPadding - lineHeight(kDetailScale), rect().width() - 2 * kMargin,
                 lineHeight(kDetailScale));
    drawRun(painter, line, scaledFont(font(), kDetailScale), colors.mutedText, m_facts.detail, 0);
}

} // namespace headrace
