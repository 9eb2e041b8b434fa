// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/navigator_delegate.h"

#include "widgets/models/navigator_model.h"
#include "widgets/theme.h"

#include <QPainter>

namespace headrace {
namespace {

QColor stateColor(NavigatorEntry::State state, const ThemeColors& colors)
{
    switch (state) {
    case NavigatorEntry::State::Running:
        return colors.good;
    case NavigatorEntry::State::Failed:
        return colors.bad;
    case NavigatorEntry::State::Idle:
    case NavigatorEntry::State::None:
        break;
    }
    return colors.idle;
}

/// A pipeline that runs is a triangle, what answers a full dot, what is not known a ring, and what failed a cross.
void drawMark(QPainter& painter, const QPointF& at, NavigatorEntry::Kind kind, NavigatorEntry::State state,
              const ThemeColors& colors)
{
    const QColor color = stateColor(state, colors);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    if (kind == NavigatorEntry::Kind::NewConnection) {
        painter.setPen(QPen(colors.accent, 1.6));
        painter.drawLine(at - QPointF(4, 0), at + QPointF(4, 0));
        painter.drawLine(at - QPointF(0, 4), at + QPointF(0, 4));
    } else if (state == NavigatorEntry::State::Failed) {
        painter.setPen(QPen(color, 2.2, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(at - QPointF(3.2, 3.2), at + QPointF(3.2, 3.2));
        painter.drawLine(at - QPointF(3.2, -3.2), at + QPointF(3.2, -3.2));
    } else if (state != NavigatorEntry::State::Running) {
        painter.setPen(QPen(colors.mutedText, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(at, 3.5, 3.5);
    } else if (kind == NavigatorEntry::Kind::Pipeline) {
        painter.drawPolygon(QPolygonF{at + QPointF(-3.5, -4.5), at + QPointF(4.5, 0), at + QPointF(-3.5, 4.5)});
    } else {
        painter.drawEllipse(at, 4, 4);
    }
}

NavigatorEntry::Kind kindOf(const QModelIndex& index)
{
    return static_cast<NavigatorEntry::Kind>(index.data(NavigatorModel::KindRole).toInt());
}

bool isHeading(const QModelIndex& index)
{
    return kindOf(index) == NavigatorEntry::Kind::Heading;
}

} // namespace

void NavigatorDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const ThemeColors& colors = themeColors(option.palette);
    const QRect area = option.rect;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (isHeading(index)) {
        QFont font = scaledFont(option.font, 0.86, QFont::DemiBold);
        font.setCapitalization(QFont::AllUppercase);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.4);
        painter->setFont(font);
        painter->setPen(colors.mutedText);
        painter->drawText(area.adjusted(14, 0, -8, -4), Qt::AlignLeft | Qt::AlignBottom, index.data().toString());
        painter->restore();
        return;
    }
    const bool current = index.data(NavigatorModel::CurrentRole).toBool();
    if (current || option.state.testFlag(QStyle::State_MouseOver) || option.state.testFlag(QStyle::State_HasFocus))
        painter->fillRect(area, current ? colors.accentSoft : colors.window);
    if (current)
        painter->fillRect(QRect(area.left(), area.top(), 3, area.height()), colors.accent);
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        const double inset = colors.focusWidth / 2;
        painter->setPen(QPen(colors.accent, colors.focusWidth));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(area).adjusted(inset, inset, -inset, -inset));
    }
    const bool isNew = kindOf(index) == NavigatorEntry::Kind::NewConnection;
    const QPointF mark(area.left() + 18, area.center().y() + 0.5);
    drawMark(*painter, mark, kindOf(index),
             static_cast<NavigatorEntry::State>(index.data(NavigatorModel::StateRole).toInt()), colors);

    painter->setFont(option.font);
    const QFontMetrics metrics(option.font);
    const QString note = index.data(NavigatorModel::NoteRole).toString();
    const int noteWidth = std::min(metrics.horizontalAdvance(note) + 4, area.width() * 3 / 5);
    const QRect noteArea(area.right() - 12 - noteWidth, area.top(), noteWidth, area.height());
    painter->setPen(colors.mutedText);
    painter->drawText(noteArea, Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(note, Qt::ElideRight, noteWidth));
    const QRect nameArea(area.left() + 29, area.top(), noteArea.left() - area.left() - 29 - 8, area.height());
    painter->setPen(isNew ? colors.accent : colors.text);
    painter->drawText(nameArea, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(index.data().toString(), Qt::ElideMiddle, nameArea.width()));
    painter->restore();
}

QSize NavigatorDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {160, QFontMetrics(option.font).height() + (isHeading(index) && index.row() > 0 ? 14 : 10)};
}

} // namespace headrace
