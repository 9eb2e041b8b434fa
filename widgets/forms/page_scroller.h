// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace headrace {

/// Gives a page all the room there is, and scrolls it only where that is less than its smallest size: in a large font
/// or a small window nothing is squeezed. (A resizable QScrollArea scrolls pages with wrapped sentences already when
/// they get less than they would like.)
class PageScroller : public QScrollArea {
    Q_OBJECT

public:
    /// `page` becomes the scroller's own.
    explicit PageScroller(QWidget* page, QWidget* parent = nullptr);

    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;
    bool eventFilter(QObject* watched, QEvent* event) override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fit();
};

} // namespace headrace
