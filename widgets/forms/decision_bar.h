// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/core/source.h"

#include <QWidget>

#include <optional>
#include <vector>

class QMenu;
class QVBoxLayout;

namespace headrace {

class PipelineDocument;

/// What the source found out by itself, a chip an option: why it decided so, and a menu that overrides it. Edits the
/// document's source options.
class DecisionBar : public QWidget {
    Q_OBJECT

public:
    explicit DecisionBar(PipelineDocument& document, QWidget* parent = nullptr);

    void setDecisions(const std::vector<Decision>& decisions);
    [[nodiscard]] int count() const;

Q_SIGNALS:
    /// The user wants to type another value for this option.
    void editRequested(const QString& key);

private:
    void addChip(const std::vector<Decision>& decisions);
    void fillMenu(QMenu* menu, const OptionSpec& spec, const std::vector<Decision>& decisions, bool overridden);
    void setOption(const std::string& key, const std::optional<std::string>& value);
    [[nodiscard]] const OptionSpec* specOf(const std::string& key) const;

    PipelineDocument& m_document;
    QWidget* m_chips = nullptr;
    QVBoxLayout* m_layout;
};

} // namespace headrace
