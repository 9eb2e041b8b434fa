// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/async_task.h"
#include "widgets/bridge/partition_watch.h"
#include "widgets/models/tables.h"

#include <QWidget>

#include <array>

class QLabel;
class QProgressBar;
class QTabWidget;
class QTableView;

namespace headrace {

class BadRecordTable;
class BatchDetails;
class LaneChart;
class PartitionsView;
class PipelineDocument;
class RunController;

/// How a run goes: its figures, progress, throughput, wait and queue over time, the log and the quarantine.
class RunPage : public QWidget {
    Q_OBJECT

public:
    RunPage(const PipelineDocument& document, const RunController& run, QWidget* parent = nullptr);

    [[nodiscard]] const LogModel& log() const { return *m_log; }
    [[nodiscard]] const BadRecordModel& quarantine() const;
    [[nodiscard]] QTableView& batchView() { return *m_batchView; }
    [[nodiscard]] PartitionsView& partitions() { return *m_partitionsView; }
    /// Of records that have a time of their own.
    [[nodiscard]] bool showsLatency() const;
    [[nodiscard]] const BatchDetails& batchDetails() const { return *m_batchDetails; }
    /// Reads the quarantine file of the open pipeline.
    void loadQuarantine();

protected:
    void showEvent(QShowEvent* event) override;

private:
    enum Figure { Rows, Rate, Latency, Bytes, Batches, Quarantined, Elapsed, FigureCount };

    QWidget* createFigures();
    QWidget* createCharts();
    QWidget* createTables();
    void connectParts();
    void addLog(LogLevel level, const QString& text);
    void fitLog();
    void fitLogLine(int row);
    void showRun();
    void showProgress();
    void showCharts();
    void showBatches();
    void showLatency();
    void showPartitions();
    QWidget* createBatches(QWidget* parent);

    const PipelineDocument& m_document;
    const RunController& m_run;
    std::array<QLabel*, FigureCount> m_figures{};
    QProgressBar* m_progress = nullptr;
    QLabel* m_state = nullptr;
    QLabel* m_window = nullptr;
    LaneChart* m_rate = nullptr;
    LaneChart* m_latency = nullptr; ///< hidden where records have no time of their own
    LaneChart* m_wait = nullptr;
    LaneChart* m_queue = nullptr;
    QTabWidget* m_tabs = nullptr;
    QTableView* m_logView = nullptr;
    BadRecordTable* m_quarantine = nullptr;
    QTableView* m_batchView = nullptr;
    BatchDetails* m_batchDetails = nullptr;
    PartitionWatch m_partitions;
    PartitionsView* m_partitionsView = nullptr;
    LogModel* m_log;
    BatchModel* m_batches;
    std::int64_t m_lastBatch = 0; // the newest sequence in m_batches
    AsyncTask<Result<std::vector<BadRecord>>> m_reader;
    int m_sample = 0;
};

} // namespace headrace
