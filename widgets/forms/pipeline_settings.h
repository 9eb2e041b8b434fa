// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/core/options.h"

#include <QWidget>

#include <vector>

class QLabel;

namespace headrace {

class OptionForm;
class PipelineDocument;
class PlanWatch;
struct Pipeline;

/// What belongs to the pipeline as a whole: its name, when it starts, its delivery, bad records and retries. Edits the
/// document; a value that does not fit is answered below its field and not taken.
class PipelineSettings : public QWidget {
    Q_OBJECT

public:
    /// `plan` tells in a sentence what the settings lead to; without one that is not shown.
    explicit PipelineSettings(PipelineDocument& document, const PlanWatch* plan = nullptr, QWidget* parent = nullptr);

    [[nodiscard]] OptionForm& form() { return *m_form; }
    /// What the next run will do; empty when nobody knows.
    [[nodiscard]] QString planSentence() const;

    [[nodiscard]] static const std::vector<OptionSpec>& specs();
    /// The settings of a pipeline as options; what equals its default is left out.
    [[nodiscard]] static Options optionsOf(const Pipeline& pipeline);
    /// `pipeline` with these settings; ones that do not fit stay as they were.
    [[nodiscard]] static Pipeline applied(Pipeline pipeline, const Options& options);

private:
    QWidget* createPlan();
    void showDocument();
    void showPlan();
    void accept(const QString& key);

    PipelineDocument& m_document;
    const PlanWatch* m_plan;
    OptionForm* m_form;
    QLabel* m_planSentence = nullptr;
};

} // namespace headrace
