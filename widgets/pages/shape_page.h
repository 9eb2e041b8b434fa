// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/preview_loader.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace headrace {

class PipelineDocument;
class RowsView;
class SqlHighlighter;

/// Row-wise SQL over the source, with its result beside it and its errors below it while it is typed.
class ShapePage : public QWidget {
    Q_OBJECT

public:
    explicit ShapePage(PipelineDocument& document, QWidget* parent = nullptr);

    [[nodiscard]] QPlainTextEdit& editor() { return *m_editor; }
    [[nodiscard]] const RowsView& rows() const { return *m_rows; }
    [[nodiscard]] QString error() const;

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* createEditor();
    QWidget* createResult();
    void connectParts();
    void acceptText();
    void showDocument();
    void request();
    void requestResult();
    void showInput();
    void showNoInput(const QString& sentence, const QString& detail);
    void showResult();
    void showError(const QString& sentence);

    PipelineDocument& m_document;
    PreviewLoader m_input;  // what the SQL can select from
    PreviewLoader m_result; // what it gives
    QPlainTextEdit* m_editor = nullptr;
    SqlHighlighter* m_highlighter = nullptr;
    QListWidget* m_columns = nullptr;
    QLabel* m_error = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_remove = nullptr;
    QLabel* m_title = nullptr;
    RowsView* m_rows = nullptr;
};

} // namespace headrace
