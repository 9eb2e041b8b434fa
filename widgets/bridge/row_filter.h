// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <string>

namespace headrace {

/// Which rows of a preview are shown. An empty part lets all pass.
struct RowFilter {
    enum class Compare { Contains, Is, IsNot, Less, Greater, IsNull };

    QString keyColumn; ///< "_key"
    QString key;       ///< the key contains this, in any case
    QString path;      ///< a column, or a place within a column of JSON text: "user.tags.0"
    Compare compare = Compare::Contains;
    QString value;

    [[nodiscard]] bool isEmpty() const;

    friend bool operator==(const RowFilter&, const RowFilter&) = default;
};

/// The filter as the SQL of a shape; "" for an empty one. `columns` are those of the rows, as far as they are known.
[[nodiscard]] std::string filterSql(const RowFilter& filter, const QStringList& columns);

} // namespace headrace
