// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"
#include "widgets/bridge/row_filter.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace headrace {

/// Which messages of a stream are looked at: some partitions, keys, or values. For sources with an option `metadata`.
class FilterBar : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(QWidget* parent = nullptr);

    /// Hides itself for a source of a type that is no stream of messages, and the parts that the type does not know.
    void setSource(const ConnectorSpec& source, const SourceType* type);
    /// The columns to choose from.
    void setColumns(const QStringList& columns);

    /// `source` with the partitions that are wanted.
    [[nodiscard]] ConnectorSpec applied(ConnectorSpec source) const;
    /// The rest of the filter as the SQL of a shape; "" for none.
    [[nodiscard]] std::string sql() const;

    [[nodiscard]] QLineEdit& partitions() { return *m_partitions; }
    [[nodiscard]] QLineEdit& key() { return *m_key; }
    [[nodiscard]] QComboBox& path() { return *m_path; }
    [[nodiscard]] QComboBox& compare() { return *m_compare; }
    [[nodiscard]] QLineEdit& value() { return *m_value; }

    void clear();

Q_SIGNALS:
    void changed();

private:
    void createParts();
    void connectParts();
    void showParts();

    QLabel* m_partitionsName;
    QLineEdit* m_partitions;
    QLabel* m_keyName;
    QLineEdit* m_key;
    QComboBox* m_path;
    QComboBox* m_compare;
    QLineEdit* m_value;
    QPushButton* m_clear;
    QString m_keyColumn;
    QStringList m_columns;
};

} // namespace headrace
