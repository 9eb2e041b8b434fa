// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/tables.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace headrace {

/// The partitions or shards that a run reads: where each stands, how fast it comes and what is still ahead.
class PartitionsView : public QWidget {
    Q_OBJECT

public:
    explicit PartitionsView(QWidget* parent = nullptr);

    void showPartitions(const PartitionWatch& watch);

    [[nodiscard]] PartitionModel& model() { return *m_model; }
    [[nodiscard]] QString sentence() const;

private:
    QLabel* m_sentence;
    PartitionModel* m_model;
    QTableView* m_table;
};

} // namespace headrace
