// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/row_filter.h"

#include "connectors/core/sql_identifier.h"

namespace headrace {
namespace {

QString literal(const QString& text)
{
    return QString::fromStdString(sqlLiteral(text.toStdString()));
}

QString column(const QString& name)
{
    return QString::fromStdString(sqlIdentifier(name.toStdString()));
}

/// "tags.0" as a path of DuckDB's JSON functions: $."tags"[0]
QString jsonPath(const QString& path)
{
    QString text = QStringLiteral("$");
    for (const QString& part : path.split(QLatin1Char('.'))) {
        bool isIndex = false;
        part.toUInt(&isIndex);
        text += isIndex ? QStringLiteral("[%1]").arg(part) : QStringLiteral(".\"%1\"").arg(part);
    }
    return text;
}

/// The text at the path: of a column, or within the longest column whose name begins it.
QString textAt(const QString& path, const QStringList& columns)
{
    qsizetype end = path.size();
    while (end > 0 && !columns.contains(path.left(end)))
        end = path.lastIndexOf(QLatin1Char('.'), end - 1);
    if (end > 0 && end < path.size())
        return QStringLiteral("json_extract_string(CAST(%1 AS VARCHAR), %2)")
            .arg(column(path.left(end)), literal(jsonPath(path.mid(end + 1))));
    return QStringLiteral("CAST(%1 AS VARCHAR)").arg(column(path));
}

QString contains(const QString& text, const QString& part)
{
    return QStringLiteral("contains(lower(%1), lower(%2))").arg(text, literal(part));
}

/// Numbers by their size, all else as text.
QString ordered(const QString& text, const char* sign, const QString& value)
{
    return QStringLiteral("coalesce(TRY_CAST(%1 AS DOUBLE) %2 TRY_CAST(%3 AS DOUBLE), %1 %2 %3)")
        .arg(text, QLatin1String(sign), literal(value));
}

QString condition(const RowFilter& filter, const QString& text)
{
    switch (filter.compare) {
    case RowFilter::Compare::Contains:
        return contains(text, filter.value);
    case RowFilter::Compare::Is:
        return QStringLiteral("%1 = %2").arg(text, literal(filter.value));
    case RowFilter::Compare::IsNot:
        return QStringLiteral("%1 IS DISTINCT FROM %2").arg(text, literal(filter.value));
    case RowFilter::Compare::Less:
        return ordered(text, "<", filter.value);
    case RowFilter::Compare::Greater:
        return ordered(text, ">", filter.value);
    case RowFilter::Compare::IsNull:
        break;
    }
    return QStringLiteral("%1 IS NULL").arg(text);
}

bool asksValue(const RowFilter& filter)
{
    return !filter.path.isEmpty() && (filter.compare == RowFilter::Compare::IsNull || !filter.value.isEmpty());
}

} // namespace

bool RowFilter::isEmpty() const
{
    return key.isEmpty() && !asksValue(*this);
}

std::string filterSql(const RowFilter& filter, const QStringList& columns)
{
    if (filter.isEmpty())
        return {};
    QStringList conditions;
    if (!filter.key.isEmpty())
        conditions << contains(QStringLiteral("CAST(%1 AS VARCHAR)").arg(column(filter.keyColumn)), filter.key);
    if (asksValue(filter))
        conditions << condition(filter, textAt(filter.path, columns));
    return QStringLiteral("SELECT * FROM input WHERE %1").arg(conditions.join(QStringLiteral(" AND "))).toStdString();
}

} // namespace headrace
