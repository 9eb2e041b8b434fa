// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connection_dialog.h"
#include "app/main_window.h"
#include "widgets/pages/connect_page.h"
#include "widgets/pages/readable_browser.h"
#include "widgets/shell/navigator.h"
#include "widgets/shell/run_bar.h"

#include <QMessageBox>
#include <QPointer>

namespace headrace {

void MainWindow::connectConnections()
{
    connect(m_navigator, &Navigator::connectionActivated, this, &MainWindow::openConnection);
    connect(m_navigator, &Navigator::connectionCreated, this, [this] { openConnection({}); });
    connect(m_navigator, &Navigator::connectionRemoved, this, &MainWindow::removeConnection);
    connect(m_navigator, &Navigator::sourceChosen, this,
            [this](const QString& name) { useConnection(Page::Connect, name); });
    connect(m_navigator, &Navigator::destinationChosen, this,
            [this](const QString& name) { useConnection(Page::Destination, name); });
    connect(m_pages, &PageArea::connectionEditRequested, this, &MainWindow::openConnection);
    connect(m_pages, &PageArea::connectionSaveRequested, this, [this](const SavedConnection& draft, ConnectPage* page) {
        connect(showConnection(draft, {}), &ConnectionDialog::saved, page, &ConnectPage::useConnection);
    });
    if (!m_connections.error().isEmpty())
        m_runBar->showError(m_connections.error());
}

ConnectionDialog* MainWindow::openConnection(const QString& name)
{
    const SavedConnection* saved = m_connections.find(name.toStdString());
    return showConnection(saved ? *saved : SavedConnection{}, saved ? saved->name : std::string());
}

ConnectionDialog* MainWindow::showConnection(const SavedConnection& draft, const std::string& edited)
{
    auto* dialog = new ConnectionDialog(m_connections, m_setup.services.keepSecret, draft, edited, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setModal(true);
    connect(dialog, &ConnectionDialog::saved, this, [this](const QString& name) {
        m_connections.test(name.toStdString());
        if (m_document.pipeline().source.options.text(kConnectionKey) == name.toStdString())
            m_pages->pageAs<ConnectPage>(Page::Connect).browser()->reload(); // the same name may lead elsewhere now
    });
    connect(dialog, &ConnectionDialog::deleteRequested, this, [this, dialog = QPointer(dialog)](const QString& name) {
        removeConnection(name);
        if (dialog && !m_connections.find(name.toStdString()))
            dialog->reject();
    });
    dialog->show();
    return dialog;
}

void MainWindow::removeConnection(const QString& name)
{
    const auto answer = QMessageBox::question(
        this, tr("Delete the connection"),
        tr("Delete the connection '%1'? Pipelines that use it stop working until another one has its name.").arg(name),
        QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel);
    if (answer != QMessageBox::Yes)
        return;
    if (const Status removed = m_connections.remove(name.toStdString()); !removed)
        m_runBar->showError(QString::fromStdString(removed.error().message));
}

void MainWindow::useConnection(Page page, const QString& name)
{
    m_pages->showPage(page);
    m_pages->pageAs<ConnectPage>(page).useConnection(name);
}

} // namespace headrace
