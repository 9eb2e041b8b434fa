// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/exporters/exporter.h"
#include "widgets/models/tables.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTabWidget;
class QTableView;

namespace headrace {

class PipelineDocument;

/// The pipeline as a production engine's configuration: the files, and per setting whether that engine does exactly
/// the same.
class ExportPage : public QWidget {
    Q_OBJECT

public:
    explicit ExportPage(PipelineDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] const ExportNoteModel& notes() const { return *m_notes; }
    /// Writes the files and the report below `folder` and says so on the page.
    void saveTo(const QString& folder);
    [[nodiscard]] QString message() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createParts();
    void connectParts();
    void render();
    void showFiles();
    void showMessage(const QString& sentence, const char* role);

    PipelineDocument& m_document;
    const Exporter* m_exporter = nullptr;
    ExportResult m_result;
    QComboBox* m_targets = nullptr;
    QLabel* m_help = nullptr;
    QPushButton* m_save = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_message = nullptr;
    QTabWidget* m_tabs = nullptr;
    QTableView* m_report = nullptr;
    ExportNoteModel* m_notes;
};

} // namespace headrace
