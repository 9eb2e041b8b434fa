// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/tables.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace headrace {

/// Records that could not become rows, a sentence above them and the whole of a long reason or record below.
class BadRecordTable : public QWidget {
    Q_OBJECT

public:
    /// `name` is what a screen reader says of the table.
    explicit BadRecordTable(const QString& name, QWidget* parent = nullptr);

    /// `role` as for createLabel.
    void showNote(const QString& sentence, const char* role = "muted");
    void setRecords(std::vector<BadRecord> records);
    [[nodiscard]] const BadRecordModel& model() const { return *m_model; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fit();

    QLabel* m_note;
    QTableView* m_table;
    BadRecordModel* m_model;
};

} // namespace headrace
