// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/picture_folder.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QEventLoop>
#include <QTimer>
#include <QWidget>

#include <cstdio>

namespace headrace::test {

PictureFolder::PictureFolder(const QString& path)
    : m_folder(path)
{
    m_folder.mkpath(QStringLiteral("."));
}

void PictureFolder::save(QWidget& widget, const QString& name) const
{
    const QString file = QStringLiteral("%1-%2x.png").arg(name).arg(widget.devicePixelRatioF());
    if (!widget.grab().save(m_folder.filePath(file)))
        std::fprintf(stderr, "The picture '%s' could not be written.\n", qPrintable(m_folder.filePath(file)));
}

void PictureFolder::saveBoth(QWidget& widget, const QString& name) const
{
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, dark ? Theme::Dark : Theme::Light);
        waitFor(kSettle);
        save(widget, name + (dark ? QStringLiteral("-dark") : QStringLiteral("-light")));
    }
    applyTheme(*qApp, Theme::Light);
}

void waitFor(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

} // namespace headrace::test
