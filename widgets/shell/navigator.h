// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/navigator_model.h"

#include <QFrame>
#include <QStringList>

class QListView;

namespace headrace {

class PipelineDocument;
class RunController;

/// The list at the left: the open pipeline and recent ones, and the files and databases that the open one uses.
class Navigator : public QFrame {
    Q_OBJECT

public:
    Navigator(const PipelineDocument& document, const RunController& run, QWidget* parent = nullptr);

    /// Paths of pipeline files, the newest first.
    void setRecentFiles(const QStringList& paths);
    [[nodiscard]] const NavigatorModel& model() const { return *m_model; }

    void refresh();

Q_SIGNALS:
    void pipelineActivated(const QString& path);
    void sourceActivated();
    void destinationActivated();
    void browseActivated(); ///< the user wants to pick a file

private:
    void activate(const QModelIndex& index);
    void addPipelines(std::vector<NavigatorEntry>& entries) const;
    void addPlaces(std::vector<NavigatorEntry>& entries) const;

    const PipelineDocument& m_document;
    const RunController& m_run;
    QStringList m_recent;
    NavigatorModel* m_model;
    QListView* m_view;
};

} // namespace headrace
