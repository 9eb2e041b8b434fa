// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/core/options.h"

#include <QWidget>

#include <optional>

namespace headrace {

/// Edits the value of one option. What it looks like follows from the OptionSpec alone.
class OptionEditor : public QWidget {
    Q_OBJECT

public:
    /// The editor for the spec's type.
    [[nodiscard]] static OptionEditor* create(const OptionSpec& spec, QWidget* parent);

    /// nullopt: nothing is set, the default applies.
    [[nodiscard]] virtual std::optional<OptionValue> value() const = 0;
    /// Shows `value` without emitting edited(); leaves the cursor alone when it is already shown.
    virtual void setValue(const std::optional<OptionValue>& value) = 0;
    virtual void setInvalid(bool invalid) = 0;

Q_SIGNALS:
    void edited();
    /// A secret was typed instead of a reference to one. value() is what it was before: secrets are kept elsewhere.
    void secretTyped(const QString& secret);

protected:
    using QWidget::QWidget;
};

/// A list or map as one line of text and back: "a; b" and "key: value; key: value".
[[nodiscard]] QString optionText(const OptionValue& value);
[[nodiscard]] OptionValue optionFromText(const QString& text, OptionType type);

} // namespace headrace
