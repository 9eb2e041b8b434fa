// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/navigator_model.h"

#include <QFrame>
#include <QStringList>

class QListView;
class QMenu;

namespace headrace {

class ConnectionBook;
class PipelineDocument;
class RunController;

/// The list at the left: the open pipeline and recent ones, and the saved connections.
class Navigator : public QFrame {
    Q_OBJECT

public:
    Navigator(const PipelineDocument& document, const RunController& run, ConnectionBook& connections,
              QWidget* parent = nullptr);

    /// Paths of pipeline files, the newest first.
    void setRecentFiles(const QStringList& paths);
    [[nodiscard]] const NavigatorModel& model() const { return *m_model; }

    void refresh();
    /// What can be done with the line at `index`, as its menu offers it; null for headings.
    [[nodiscard]] QMenu* createMenu(const QModelIndex& index);

Q_SIGNALS:
    void pipelineActivated(const QString& path);
    void pipelineForgotten(const QString& path); ///< it is to leave the list; its file stays
    void connectionActivated(const QString& name);
    void connectionCreated(); ///< the user wants a new one
    void connectionRemoved(const QString& name);
    void sourceChosen(const QString& connection);
    void destinationChosen(const QString& connection);
    void browseActivated(); ///< the user wants to pick a file

private:
    void activate(const QModelIndex& index);
    void openMenu(const QPoint& at);
    void fillConnectionMenu(QMenu* menu, const QString& name);
    void addPipelines(std::vector<NavigatorEntry>& entries) const;
    void addConnections(std::vector<NavigatorEntry>& entries) const;

    const PipelineDocument& m_document;
    const RunController& m_run;
    ConnectionBook& m_connections;
    QStringList m_recent;
    NavigatorModel* m_model;
    QListView* m_view;
};

} // namespace headrace
