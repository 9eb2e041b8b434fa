// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace headrace {

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

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* createContinuum();
    QWidget* createCharts();
    void connectParts();
    void showPolicy();
    void showRun();
    void movePolicy(double place, int gesture);
    void savePicture();

    PipelineDocument& m_document;
    const RunController& m_run;
    ContinuumSlider* m_slider;
    QLabel* m_summary;
    GatesPanel* m_gates;
    LiveCharts* m_charts;
    QLabel* m_empty = nullptr;
    QToolButton* m_pause = nullptr;
    int m_frame = 0;
};

} // namespace headrace
