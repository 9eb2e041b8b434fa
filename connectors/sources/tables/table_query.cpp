// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/table_query.h"

#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

Status TableQuery::startBehind(const std::vector<std::string>& above,
                               const std::function<std::string(std::size_t i, const std::string& text)>& literal)
{
    std::vector<std::string> values;
    for (std::size_t i = 0; i < above.size(); ++i) {
        values.push_back(literal(i, above[i]));
        if (values.back().empty())
            return fail(ErrorCode::Conflict,
                        fmt::format("The saved position '{}' is no value of the column {} of the {}; reset the "
                                    "pipeline's state to start again, or take another cursor.",
                                    above[i], order[i], title));
    }
    if (!values.empty())
        conditions.push_back('(' + behindCondition(order, values) + ')');
    return {};
}

Status TableQuery::excludeNulls(bool skips, const AskIntegers& ask)
{
    if (!mayBeNull)
        return {};
    if (skips) {
        leaveNullsOut();
        return {};
    }
    TableQuery rowsWithNulls = *this;
    rowsWithNulls.conditions = {fmt::format("({} IS NULL)", fmt::join(order, " IS NULL OR "))};
    HEADRACE_TRY(const auto found, ask(rowsWithNulls.countText(1),
                                       fmt::format("The {} could not be searched for rows without a cursor", title)));
    return found.front() > 0 ? fail(rowsWithoutCursor(title, fmt::format("{}", fmt::join(order, ", ")))) : Status();
}

void TableQuery::leaveNullsOut()
{
    for (const std::string& name : order)
        conditions.push_back(name + " IS NOT NULL");
}

std::string TableQuery::text() const
{
    std::string sql = fmt::format("SELECT {}{}", fmt::join(columns, ", "), fromText());
    if (!order.empty())
        sql += fmt::format(" ORDER BY {}", fmt::join(order, ", "));
    return sql;
}

Result<std::int64_t> TableQuery::count(std::int64_t enough, const AskIntegers& ask) const
{
    TableQuery query = *this;
    if (mayBeNull)
        query.leaveNullsOut();
    HEADRACE_TRY(const auto found,
                 ask(query.countText(enough), fmt::format("The new rows of the {} could not be counted", title)));
    return std::min(found.front(), enough);
}

std::string TableQuery::countText(std::int64_t enough) const
{
    if (!hasLimit)
        return "SELECT count(*)" + fromText();
    return fmt::format("SELECT count(*) FROM (SELECT 1 AS found{} LIMIT {}) AS counted", fromText(), enough);
}

std::string TableQuery::fromText() const
{
    return fmt::format(" FROM {}{}{}", from, conditions.empty() ? "" : " WHERE ", fmt::join(conditions, " AND "));
}

} // namespace headrace
