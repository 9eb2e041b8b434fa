// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/metrics.h"

#include <QFrame>

#include <array>
#include <optional>

class QLabel;
class QLineEdit;
class QToolButton;

namespace headrace {

/// One batch: why it closed, its rows and bytes, its times, and the position up to which the source was delivered.
class BatchDetails : public QFrame {
    Q_OBJECT

public:
    explicit BatchDetails(QWidget* parent = nullptr);

    void showBatch(const BatchRecord& record);
    /// Shows why there is no batch to look at.
    void showSentence(const QString& sentence);
    [[nodiscard]] const std::optional<BatchRecord>& record() const { return m_record; }
    /// Title and figures as one text, for tests and screen readers.
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void stepped(int by); ///< −1: the batch before, +1: the one behind
    void closed();

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum Figure { Rows, Bytes, OpenFor, Write, Waits, Opened, Closed, Durable, FigureCount };

    void createParts();
    QWidget* createHead();
    QToolButton* createStep(Qt::ArrowType arrow, const QString& name, int by);
    void showColor();

    std::optional<BatchRecord> m_record;
    QLabel* m_swatch = nullptr;
    QLabel* m_title = nullptr;
    QWidget* m_body = nullptr;
    std::array<QLabel*, FigureCount> m_figures{};
    QLineEdit* m_position = nullptr;
};

} // namespace headrace
