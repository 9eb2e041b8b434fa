// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/page_scroller.h"

#include <QEvent>
#include <QLayout>

#include <algorithm>

namespace headrace {

PageScroller::PageScroller(QWidget* page, QWidget* parent)
    : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    viewport()->setAutoFillBackground(false);
    setWidget(page);
    page->setAutoFillBackground(false);
    page->installEventFilter(this);
    fit();
}

QSize PageScroller::minimumSizeHint() const
{
    return {};
}

QSize PageScroller::sizeHint() const
{
    return widget()->sizeHint();
}

bool PageScroller::eventFilter(QObject* watched, QEvent* event)
{
    const bool goesOn = QScrollArea::eventFilter(watched, event);
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        fit();
    return goesOn;
}

void PageScroller::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    fit();
}

void PageScroller::showEvent(QShowEvent* event)
{
    QScrollArea::showEvent(event);
    fit(); // its parts may have come and gone meanwhile
}

void PageScroller::fit()
{
    const QSize room = viewport()->size();
    const QSize least = widget()->minimumSizeHint();
    const int width = std::max(room.width(), least.width());
    const QLayout* layout = widget()->layout();
    const int height = layout && layout->hasHeightForWidth() ? layout->minimumHeightForWidth(width) : least.height();
    widget()->resize(width, std::max(room.height(), height));
}

} // namespace headrace
