// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/forms/gate_quantity.h"

#include <QFrame>

#include <array>

class QLabel;

namespace headrace {

class GateEditor;
class PipelineDocument;
struct RunFigures;

/// The gates of the Batch page and the figures they lead to. Edits the document's policy.
class GatesPanel : public QFrame {
    Q_OBJECT

public:
    explicit GatesPanel(PipelineDocument& document, QWidget* parent = nullptr);

    /// The figures of a run; an empty line where there are none.
    void showFigures(const RunFigures& figures, bool hasBatches);
    [[nodiscard]] GateEditor& gate(Gate gate) { return *m_gates.at(static_cast<std::size_t>(gate)); }

private:
    void createParts();
    void showPolicy();
    void changeGate(Gate gate, std::optional<double> quantity, int gesture);

    PipelineDocument& m_document;
    std::array<GateEditor*, 4> m_gates{};
    QLabel* m_waits = nullptr;
    QLabel* m_requests = nullptr;
    QLabel* m_rowsPerRequest = nullptr;
    QLabel* m_sinkTime = nullptr;
    QLabel* m_warning = nullptr;
};

} // namespace headrace
