// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace headrace {

class PipelineDocument;
class PlanWatch;
class RunController;

/// The bar below the menu: run, drain, abort, what will happen or how the run goes, and the way to production.
class RunBar : public QFrame {
    Q_OBJECT

public:
    RunBar(const PipelineDocument& document, const RunController& run, QWidget* parent = nullptr);

    [[nodiscard]] QString status() const;
    /// The error sentence below the buttons; empty when there is none.
    [[nodiscard]] QString error() const;
    [[nodiscard]] bool canRun() const;
    [[nodiscard]] PlanWatch& plan() const { return *m_plan; }
    /// Shows `sentence` until the document changes or a run starts.
    void showError(const QString& sentence);

Q_SIGNALS:
    void runRequested();
    void drainRequested();
    void abortRequested();
    void exportRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void createParts();
    void refresh();
    void showStatus(const QString& text);
    void showIcon();
    [[nodiscard]] QString runText() const;

    const PipelineDocument& m_document;
    const RunController& m_run;
    PlanWatch* m_plan;
    QPushButton* m_start = nullptr;
    QPushButton* m_drain = nullptr;
    QPushButton* m_abort = nullptr;
    QPushButton* m_export = nullptr;
    QLabel* m_status = nullptr;
    QLabel* m_error = nullptr;
};

} // namespace headrace
