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

const QString kDialogName = QStringLiteral("help");

QString textOf(const QString& name)
{
    QFile file(QStringLiteral(":/help/") + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString topicOf(Page page)
{
    switch (page) {
    case Page::Connect:
        return QStringLiteral("02-connect.md");
    case Page::Preview:
        return QStringLiteral("03-preview.md");
    case Page::Shape:
        return QStringLiteral("04-shape.md");
    case Page::Batch:
        return QStringLiteral("05-batches.md");
    case Page::Destination:
        return QStringLiteral("06-delivery.md");
    case Page::Run:
        return QStringLiteral("07-run.md");
    case Page::Export:
        break;
    }
    return QStringLiteral("08-export.md");
}

QDialog* createDialog(QWidget* window)
{
    auto* dialog = new QDialog(window);
    dialog->setObjectName(kDialogName);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QCoreApplication::translate("Help", "Headrace help"));
    dialog->resize(860, 640);
    auto* list = new QListWidget(dialog);
    list->setFixedWidth(190);
    list->setAccessibleName(QCoreApplication::translate("Help", "Topics"));
    auto* text = new QTextBrowser(dialog);
    text->setOpenExternalLinks(true);
    text->document()->setDocumentMargin(18);
    for (const QString& name : QDir(QStringLiteral(":/help")).entryList(QDir::Files, QDir::Name)) {
        auto* item = new QListWidgetItem(textOf(name).section(QLatin1Char('\n'), 0, 0).mid(2), list);
        item->setData(Qt::UserRole, name);
    }
    QObject::connect(list, &QListWidget::currentItemChanged, text, [text](const QListWidgetItem* item) {
        text->setMarkdown(textOf(item->data(Qt::UserRole).toString()));
    });
    auto* layout = new QHBoxLayout(dialog);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(list);
    layout->addWidget(text, 1);
    return dialog;
}

} // namespace

void showHelp(QWidget* window, Page page)
{
    auto* dialog = window->findChild<QDialog*>(kDialogName, Qt::FindDirectChildrenOnly);
    if (!dialog)
        dialog = createDialog(window);
    auto* list = dialog->findChild<QListWidget*>();
    for (int row = 0; row < list->count(); ++row) {
        if (list->item(row)->data(Qt::UserRole).toString() == topicOf(page))
            list->setCurrentRow(row);
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

} // namespace headrace
