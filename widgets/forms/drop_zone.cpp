// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/drop_zone.h"

#include "widgets/theme.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>
#include <QPainter>
#include <QUrl>

namespace headrace {

QStringList localFilesOf(const QMimeData& mime)
{
    QStringList paths;
    for (const QUrl& url : mime.urls()) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    return paths;
}

DropZone::DropZone(const QString& title, const QString& note, QWidget* parent)
    : QAbstractButton(parent)
    , m_note(note)
{
    setText(title);
    setAccessibleName(title);
    setAccessibleDescription(note);
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, this, [this] {
        const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Choose the files to read"));
        if (!paths.isEmpty())
            Q_EMIT dropped(paths);
    });
}

QSize DropZone::sizeHint() const
{
    return {260, 3 * fontMetrics().lineSpacing() + 34};
}

void DropZone::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool marked = m_isOver || hasFocus();
    painter.setPen(QPen(marked ? colors.accent : colors.idle, marked ? colors.focusWidth : 1, Qt::DashLine));
    painter.setBrush(m_isOver ? colors.accentSoft : colors.window);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
    const int line = fontMetrics().lineSpacing();
    painter.setPen(colors.text);
    painter.setFont(scaledFont(font(), 1, QFont::DemiBold));
    painter.drawText(QRect(12, 14, width() - 24, line), Qt::AlignCenter, text());
    painter.setPen(colors.mutedText);
    painter.setFont(scaledFont(font(), 0.9));
    painter.drawText(QRect(16, 18 + line, width() - 32, height() - line - 22),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_note);
}

void DropZone::dragEnterEvent(QDragEnterEvent* event)
{
    if (localFilesOf(*event->mimeData()).isEmpty())
        return;
    m_isOver = true;
    event->acceptProposedAction();
    update();
}

void DropZone::dragLeaveEvent(QDragLeaveEvent*)
{
    m_isOver = false;
    update();
}

void DropZone::dropEvent(QDropEvent* event)
{
    m_isOver = false;
    update();
    event->acceptProposedAction();
    Q_EMIT dropped(localFilesOf(*event->mimeData()));
}

} // namespace headrace
