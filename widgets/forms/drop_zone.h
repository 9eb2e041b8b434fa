// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

class QMimeData;

namespace headrace {

/// A dashed box that takes one local file by drag and drop, or by a click that opens the file dialog.
class DropZone : public QAbstractButton {
    Q_OBJECT

public:
    DropZone(const QString& title, const QString& note, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void dropped(const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QString m_note;
    bool m_isOver = false;
};

/// The first local file of a drag; empty when there is none.
[[nodiscard]] QString localFileOf(const QMimeData& mime);

} // namespace headrace
