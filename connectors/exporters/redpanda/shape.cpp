// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/bloblang.h"

#include "connectors/core/json.h"
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace headrace::redpanda {

namespace {

bool isIdentifier(const std::string& name)
{
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::string explain(const ShapeMapping& mapping, bool textValues)
{
    std::string text = "Column names must be written as they stand in the data: Bloblang minds upper and lower case, "
                       "SQL does not.";
    if (mapping.comparesNumbers)
        text += " Numbers are compared as 64-bit floating point.";
    if (mapping.comparesTexts && textValues)
        text += " Texts are compared as they stand in the file, also for dates and numbers.";
    if (mapping.casts)
        text += " A CAST to an integer refuses fractions instead of rounding them.";
    return text;
}

} // namespace

std::string textConstant(std::string_view text)
{
    return literal(jsonText(Json(text)));
}

std::string fieldPath(std::string_view root, const std::string& column)
{
    return isIdentifier(column) ? fmt::format("{}.{}", root, column) : fmt::format("{}.{}", root, textConstant(column));
}

void renderShape(const std::string& sql, Draft& draft)
{
    if (sql.empty())
        return;
    const Result<ShapeMapping> mapping = translateShape(sql);
    if (!mapping) {
        draft.notes.obstacle("shape.sql", sql,
                             fmt::format("It has no translation to Bloblang. {}", mapping.error().message));
        return;
    }
    for (const std::string& part : {mapping->filter, mapping->projection}) {
        if (!part.empty())
            draft.mappings.push_back(part);
    }
    draft.rawLines = draft.rawLines && mapping->projection.empty();
    draft.columns = mapping->columns;
    draft.notes.approximated("shape.sql", sql, "pipeline.processors[].mapping", explain(*mapping, draft.textValues));
}

} // namespace headrace::redpanda
