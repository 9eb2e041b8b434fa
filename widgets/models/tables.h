// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/connection.h"
#include "connectors/core/registry.h"
#include "connectors/exporters/exporter.h"
#include "connectors/pipeline/profile.h"
#include "widgets/bridge/partition_watch.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/models/table_model.h"

#include <QDateTime>

namespace headrace {

struct LogLine {
    QDateTime at;
    LogLevel level = LogLevel::Info;
    QString text;
};

/// One line of the comparison of a pipeline with its export.
struct ProofLine {
    QString what;
    QString here;
    QString engine;
    bool differs = false;
};

/// A value of a column and where it stands among the others.
struct SpreadLine {
    QString place; ///< "Smallest", "25 %"
    std::string value;
};

struct FrequentLine {
    TopValue top;
    double share = 0; ///< of all rows
};

using BadRecordModel = TableModel<BadRecord>;           ///< origin, line, byte, reason, raw
using LogModel = TableModel<LogLine>;                   ///< time, level, message
using ExportNoteModel = TableModel<ExportNote>;         ///< setting, value, fidelity, target, explanation
using ColumnProfileModel = TableModel<ColumnProfile>;   ///< column, type, nulls, distinct, mean, smallest, largest
using SpreadModel = TableModel<SpreadLine>;             ///< place, value
using FrequentModel = TableModel<FrequentLine>;         ///< value, rows, share
using ProofModel = TableModel<ProofLine>;               ///< what, here, on the engine, verdict
using BatchModel = TableModel<BatchRecord>;             ///< number, closed at, why, rows, bytes, open, write, wait
using PartitionFactsModel = TableModel<PartitionFacts>; ///< name, records, size, rate, lag, oldest, newest, places
using PartitionModel =
    TableModel<PartitionLine>; ///< name, lag, rates in and out, age of the last record, rows, position

[[nodiscard]] BadRecordModel* createBadRecordModel(QObject* parent);
[[nodiscard]] LogModel* createLogModel(QObject* parent);
[[nodiscard]] ExportNoteModel* createExportNoteModel(QObject* parent);
[[nodiscard]] ColumnProfileModel* createColumnProfileModel(QObject* parent);
[[nodiscard]] SpreadModel* createSpreadModel(QObject* parent);
[[nodiscard]] FrequentModel* createFrequentModel(QObject* parent);
[[nodiscard]] ProofModel* createProofModel(QObject* parent);
[[nodiscard]] BatchModel* createBatchModel(QObject* parent);
[[nodiscard]] PartitionModel* createPartitionModel(QObject* parent);
[[nodiscard]] PartitionFactsModel* createPartitionFactsModel(QObject* parent);

/// What a partition has that was not read yet, in records or as time; empty where nobody knows.
[[nodiscard]] QString lagText(const PartitionProgress& progress);

/// When a batch closed, on the clock of this computer.
[[nodiscard]] QDateTime closedAt(const BatchRecord& record);

/// How faithfully a target expresses a setting, translated: "exact", "approximated", "impossible".
[[nodiscard]] QString fidelityText(Fidelity fidelity);

} // namespace headrace
