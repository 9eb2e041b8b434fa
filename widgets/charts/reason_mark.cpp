// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/reason_mark.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QPolygonF>

namespace headrace {
namespace {

constexpr int kPatternAlpha = 150;

Qt::BrushStyle patternOf(CloseReason reason)
{
    switch (reason) {
    case CloseReason::Rows:
        return Qt::NoBrush;
    case CloseReason::Bytes:
        return Qt::HorPattern;
    case CloseReason::Age:
        return Qt::BDiagPattern;
    case CloseReason::Grid:
        return Qt::CrossPattern;
    case CloseReason::EndOfInput:
        return Qt::Dense5Pattern;
    case CloseReason::SchemaChange:
        return Qt::DiagCrossPattern;
    case CloseReason::Stop:
        return Qt::FDiagPattern;
    }
    return Qt::NoBrush;
}

QPainterPath polygon(std::initializer_list<QPointF> corners)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(corners)));
    path.closeSubpath();
    return path;
}

} // namespace

QPainterPath reasonShape(CloseReason reason, double size)
{
    const double half = size / 2;
    const double thin = size / 6;
    QPainterPath path;
    switch (reason) {
    case CloseReason::Rows:
        path.addEllipse(QPointF(), half * 0.9, half * 0.9);
        break;
    case CloseReason::Bytes:
        path.addRect(QRectF(-half * 0.85, -half * 0.85, size * 0.85, size * 0.85));
        break;
    case CloseReason::Age:
        return polygon({{0, -half}, {half, half * 0.8}, {-half, half * 0.8}});
    case CloseReason::Grid:
        return polygon({{0, -half * 1.1}, {half * 1.1, 0}, {0, half * 1.1}, {-half * 1.1, 0}});
    case CloseReason::EndOfInput:
        path.addRect(QRectF(-thin, -half, 2 * thin, size));
        break;
    case CloseReason::SchemaChange:
        path.addRect(QRectF(-half, -thin, size, 2 * thin));
        path.addRect(QRectF(-thin, -half, 2 * thin, size));
        path.setFillRule(Qt::WindingFill);
        break;
    case CloseReason::Stop:
        path.addRect(QRectF(-half, -thin, size, 2 * thin));
        break;
    }
    return path;
}

void fillReason(QPainter& painter, const QRectF& area, CloseReason reason, const QPalette& palette)
{
    painter.fillRect(area, reasonColor(reason, palette));
    QColor pattern = themeColors(palette).surface;
    pattern.setAlpha(kPatternAlpha);
    painter.fillRect(area, QBrush(pattern, patternOf(reason)));
}

} // namespace headrace
