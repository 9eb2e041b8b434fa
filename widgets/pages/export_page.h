// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/async_task.h"
#include "widgets/bridge/engine_link.h"
#include "widgets/models/tables.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTabWidget;
class QTableView;

namespace headrace {

class PipelineDocument;
class ProofView;
class SubmitView;

/// The pipeline as a production engine's configuration: the files, per setting whether that engine does exactly the
/// same, the proof that it gives the same rows, and its submission to a running engine.
class ExportPage : public QWidget {
    Q_OBJECT

public:
    ExportPage(PipelineDocument& document, const EngineLink& engine, QWidget* parent = nullptr);

    [[nodiscard]] const ExportNoteModel& notes() const { return *m_notes; }
    /// Writes the files and the report below `folder` and says so on the page.
    void saveTo(const QString& folder);
    [[nodiscard]] QString message() const;
    [[nodiscard]] ProofView& proof() { return *m_proof; }
    [[nodiscard]] SubmitView& submission() { return *m_submission; }
    /// Shows the proof's tab and starts it unless it runs.
    void prove();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createParts();
    QWidget* createHead(QWidget* panel);
    void connectParts();
    void settle();
    void render();
    void showFiles();
    void showMessage(const QString& sentence, const char* role);

    PipelineDocument& m_document;
    const EngineLink& m_engine;
    const Exporter* m_exporter = nullptr;
    ExportResult m_result;
    Pipeline m_settled; ///< what is exported: the document's pipeline with what its source detects
    QComboBox* m_targets = nullptr;
    QLabel* m_help = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_prove = nullptr;
    QPushButton* m_submit = nullptr;
    ProofView* m_proof = nullptr;
    SubmitView* m_submission = nullptr;
    std::size_t m_fileTabs = 0;
    QLabel* m_summary = nullptr;
    QLabel* m_message = nullptr;
    QTabWidget* m_tabs = nullptr;
    QTableView* m_report = nullptr;
    ExportNoteModel* m_notes;
    AsyncTask<Pipeline> m_task; ///< last: it uses what stands above
};

} // namespace headrace
