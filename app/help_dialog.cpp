// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/help_dialog.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QHBoxLayout>
#include <QListWidget>
#include <QTextBrowser>

namespace headrace {
namespace {

QString readPage(const QString& name)
{
    QFile file(QStringLiteral(":/help/") + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

void showHelp(QWidget* window)
{
    auto* dialog = new QDialog(window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QCoreApplication::translate("Help", "Headrace help"));
    dialog->resize(860, 640);
    auto* list = new QListWidget(dialog);
    list->setFixedWidth(190);
    auto* text = new QTextBrowser(dialog);
    text->setOpenExternalLinks(true);
    text->document()->setDocumentMargin(18);
    for (const QString& name : QDir(QStringLiteral(":/help")).entryList(QDir::Files, QDir::Name)) {
        auto* item = new QListWidgetItem(readPage(name).section(QLatin1Char('\n'), 0, 0).mid(2), list);
        item->setData(Qt::UserRole, name);
    }
    QObject::connect(list, &QListWidget::currentItemChanged, text, [text](const QListWidgetItem* item) {
        text->setMarkdown(readPage(item->data(Qt::UserRole).toString()));
    });
    list->setCurrentRow(0);
    auto* layout = new QHBoxLayout(dialog);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(list);
    layout->addWidget(text, 1);
    dialog->show();
}

} // namespace headrace
