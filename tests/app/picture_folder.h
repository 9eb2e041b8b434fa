// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>

class QWidget;

namespace headrace::test {

/// Where the pictures of a window go. UI thread only.
class PictureFolder {
public:
    /// Made if it is not there.
    explicit PictureFolder(const QString& path);

    /// As NAME-1x.png or NAME-2x.png.
    void save(QWidget& widget, const QString& name) const;
    /// Both themes of what is shown now; the light one stays.
    void saveBoth(QWidget& widget, const QString& name) const;

private:
    QDir m_folder;
};

/// Lets the window live for a while.
void waitFor(int milliseconds);

constexpr int kSettle = 400; ///< milliseconds until a page has what it shows

} // namespace headrace::test
