// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/async_task.h"
#include "widgets/bridge/engine_link.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace headrace {

class PipelineDocument;

/// Hands the exported pipeline to an engine that is running somewhere, and says what it answered.
class SubmitView : public QWidget {
    Q_OBJECT

public:
    SubmitView(const PipelineDocument& document, const EngineLink& engine, QWidget* parent = nullptr);

    /// Which engine it goes to; null: there is nothing to submit.
    void setExporter(const Exporter* exporter);
    void submit();

    [[nodiscard]] QString answer() const;
    [[nodiscard]] QLineEdit& address() { return *m_address; }

private:
    void createParts();
    void showAnswer(const QString& sentence, const char* role, const QString& detail = {});

    const PipelineDocument& m_document;
    const EngineLink& m_engine;
    const Exporter* m_exporter = nullptr;
    QLabel* m_help = nullptr;
    QLineEdit* m_address = nullptr;
    QPushButton* m_submit = nullptr;
    QLabel* m_answer = nullptr;
    AsyncTask<Result<std::string>> m_task;
};

} // namespace headrace
