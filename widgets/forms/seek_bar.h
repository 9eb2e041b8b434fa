// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;

namespace headrace {

/// From where a stream is looked at, apart from where the pipeline begins: for sources with an option `from`. Only the
/// places are offered of which that option names an example.
class SeekBar : public QWidget {
    Q_OBJECT

public:
    enum class Mode { Pipeline, Earliest, Latest, LastRows, Offset, Time, UntilTime, Live };

    explicit SeekBar(QWidget* parent = nullptr);

    /// Hides itself for a source of a type that has no such option.
    void setSource(const ConnectorSpec& source, const SourceType* type);
    /// `source` as it is to be looked at.
    [[nodiscard]] ConnectorSpec applied(ConnectorSpec source) const;
    /// The stream is to be followed as it comes.
    [[nodiscard]] bool isLive() const;

    void choose(Mode mode);
    [[nodiscard]] QComboBox& modes() { return *m_modes; }
    [[nodiscard]] QLineEdit& value() { return *m_value; }

Q_SIGNALS:
    void changed();

private:
    void fillModes(const SourceType& type);
    void showMode();
    [[nodiscard]] Mode mode() const;

    QComboBox* m_modes;
    QLineEdit* m_value;
    QLabel* m_unit;
    std::string m_type; ///< of which the modes are
};

} // namespace headrace
