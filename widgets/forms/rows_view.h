// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/preview.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace headrace {

class RowsModel;
class ValueBox;

/// A grid of rows, or the sentence that says why there are none. Below the grid stands the whole value of a cell that
/// is too long for it; what is selected can be copied, and a click on a column's head sorts by it.
class RowsView : public QWidget {
    Q_OBJECT

public:
    explicit RowsView(QWidget* parent = nullptr);

    void showRows(const std::shared_ptr<arrow::RecordBatch>& rows);
    /// Rows that grow at their end: widths stay, and the last row stays in sight unless another place is looked at.
    void followRows(const std::shared_ptr<arrow::RecordBatch>& rows);
    /// `role` as for createLabel.
    void showSentence(const QString& sentence, const char* role, const QString& detail = {});
    [[nodiscard]] const RowsModel& model() const { return *m_model; }
    [[nodiscard]] QString sentence() const;
    /// The whole text of the current cell where the grid has no room for it; empty otherwise.
    [[nodiscard]] QString wholeValue() const;

private:
    void fitColumns();

    QStackedWidget* m_stack;
    QTableView* m_table;
    QLabel* m_sentence;
    RowsModel* m_model;
    ValueBox* m_value;
};

} // namespace headrace
