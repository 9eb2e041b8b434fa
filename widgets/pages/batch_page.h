// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

class QLabel;
class QToolButton;

namespace headrace {

class BatchDetails;
class ContinuumSlider;
class GatesPanel;
class LiveCharts;
class PipelineDocument;
class RunController;

/// Where the pipeline sits between batch and streaming: the gates, and live charts of what they do.
class BatchPage : public QWidget {
    Q_OBJECT

public:
    BatchPage(PipelineDocument& document, const RunController& run, QWidget* parent = nullptr);

    [[nodiscard]] GatesPanel& gates() { return *m_gates; }
    [[nodiscard]] ContinuumSlider& continuumSlider() { return *m_slider; }
    [[nodiscard]] LiveCharts& charts() { return *m_charts; }
    [[nodiscard]] const BatchDetails& details() const { return *m_details; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* createContinuum();
    QWidget* createCharts();
    void connectParts();
    void showPolicy();
    void showRun();
    void showCharts();
    void movePolicy(double place, int gesture);
    void savePicture();
    void pickMoment(double at);
    void stepBatch(int by);
    void showBatch(std::optional<std::size_t> index);
    void closeBatch();

    PipelineDocument& m_document;
    const RunController& m_run;
    ContinuumSlider* m_slider;
    QLabel* m_summary;
    GatesPanel* m_gates;
    LiveCharts* m_charts;
    BatchDetails* m_details;
    QLabel* m_empty = nullptr;
    QToolButton* m_pause = nullptr;
    double m_window = 0; ///< seconds that the charts show; 0: as the run needs
};

} // namespace headrace
