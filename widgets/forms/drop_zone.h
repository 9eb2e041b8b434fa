// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

class QMimeData;

namespace headrace {

/// A dashed box that takes local files by drag and drop, or by a click that opens the file dialog.
class DropZone : public QAbstractButton {
    Q_OBJECT

public:
    DropZone(const QString& title, const QString& note, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void dropped(const QStringList& paths);

protected:
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QString m_note;
    bool m_isOver = false;
};

/// The local files of a drag.
[[nodiscard]] QStringList localFilesOf(const QMimeData& mime);

} // namespace headrace
