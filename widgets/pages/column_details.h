// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/tables.h"

#include <QWidget>

class QLabel;

namespace headrace {

/// One column's profile, for whose long values a line of the table has no room: how its values are spread, and which
/// are most frequent.
class ColumnDetails : public QWidget {
    Q_OBJECT

public:
    explicit ColumnDetails(QWidget* parent = nullptr);

    /// `rows` is how many the profile looked at.
    void showColumn(const ColumnProfile& column, std::int64_t rows);

    [[nodiscard]] QString title() const;
    [[nodiscard]] const SpreadModel& spread() const { return *m_spread; }
    [[nodiscard]] const FrequentModel& frequent() const { return *m_frequent; }

private:
    QLabel* m_title;
    SpreadModel* m_spread;
    FrequentModel* m_frequent;
};

} // namespace headrace
