// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/async_task.h"
#include "widgets/bridge/engine_link.h"
#include "widgets/models/tables.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace headrace {

class PipelineDocument;

/// The proof that an export gives the same rows: runs both beside the UI and shows how they compare.
class ProofView : public QWidget {
    Q_OBJECT

public:
    ProofView(const PipelineDocument& document, const EngineLink& engine, QWidget* parent = nullptr);

    /// Which engine the proof is about; null: there is no export to prove.
    void setExporter(const Exporter* exporter);
    /// Uses this program instead of looking for one.
    void setProgram(const QString& path);
    void start();
    void cancel();

    [[nodiscard]] bool isRunning() const { return m_task.isRunning(); }
    [[nodiscard]] QString verdict() const;
    /// Rows that only one side has, or what the engine said when it failed.
    [[nodiscard]] QString examples() const;
    [[nodiscard]] const ProofModel& sides() const { return *m_sides; }

private:
    void createParts();
    void connectParts();
    void showProof(const Result<Proof>& proof);
    void showError(const Error& error);
    void showRunning(bool running);
    void showVerdict(const QString& sentence, const char* role);
    void clearResult();
    void chooseProgram();

    const PipelineDocument& m_document;
    const EngineLink& m_engine;
    const Exporter* m_exporter = nullptr;
    QString m_program;
    std::optional<Pipeline> m_proven; ///< what the shown result is about
    QLabel* m_help = nullptr;
    QLabel* m_verdict = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_choose = nullptr;
    QTableView* m_table = nullptr;
    QPlainTextEdit* m_detail = nullptr;
    ProofModel* m_sides;
    QElapsedTimer m_since;
    QTimer m_clock;
    AsyncTask<Result<Proof>> m_task;
};

} // namespace headrace
