// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/shape_sql.h"

#include "connectors/core/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace headrace {

namespace {

using nlohmann::json;

constexpr std::string_view kInput = "input";

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Calls `visit` for every object inside `value`, from the outside in, until it fails.
template <typename Json, typename Visit>
Status walk(Json& value, const Visit& visit)
{
    if (value.is_object())
        HEADRACE_CHECK(visit(value));
    if (value.is_structured())
        for (auto& child : value)
            HEADRACE_CHECK(walk(child, visit));
    return {};
}

std::string textOf(const json& object, const char* key)
{
    return object.value(key, std::string());
}

bool isPresent(const json& node, const char* key)
{
    return node.contains(key) && !node[key].is_null() && !(node[key].is_array() && node[key].empty());
}

Status checkModifiers(const json& node)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kClauses{
        {{"DISTINCT_MODIFIER", "DISTINCT"},
         {"ORDER_MODIFIER", "ORDER BY"},
         {"LIMIT_MODIFIER", "LIMIT"},
         {"LIMIT_PERCENT_MODIFIER", "LIMIT"}}};
    for (const json& modifier : node.at("modifiers"))
        for (const auto& [type, clause] : kClauses)
            if (textOf(modifier, "type") == type)
                return refusedInShape(clause);
    return {};
}

Status checkFrom(const json& from)
{
    const std::string type = textOf(from, "type");
    if (type == "JOIN")
        return refusedInShape("a join");
    if (type == "SUBQUERY")
        return refusedInShape("a subquery");
    if (type != "BASE_TABLE" || lower(textOf(from, "table_name")) != kInput || !textOf(from, "schema_name").empty())
        return fail(ErrorCode::Usage,
                    fmt::format("The shape must read from 'input' and nothing else: "
                                "SELECT … FROM input{}.",
                                type == "BASE_TABLE" ? fmt::format(", not from '{}'", textOf(from, "table_name"))
                                                     : std::string()));
    if (isPresent(from, "sample"))
        return refusedInShape("a sample");
    return {};
}

Status checkClauses(const json& node)
{
    if (textOf(node, "type") == "SET_OPERATION_NODE")
        return refusedInShape(textOf(node, "setop_type"));
    if (textOf(node, "type") != "SELECT_NODE")
        return refusedInShape("a recursive query");
    if (!node.at("cte_map").at("map").empty())
        return refusedInShape("WITH");
    constexpr std::array<std::pair<const char*, std::string_view>, 5> kClauses{{{"group_expressions", "GROUP BY"},
                                                                                {"group_sets", "GROUP BY"},
                                                                                {"having", "HAVING"},
                                                                                {"qualify", "QUALIFY"},
                                                                                {"sample", "a sample"}}};
    for (const auto& [key, clause] : kClauses)
        if (isPresent(node, key))
            return refusedInShape(clause);
    HEADRACE_CHECK(checkModifiers(node));
    return checkFrom(node.at("from_table"));
}

Status checkExpressions(const json& node, const std::vector<std::string>& columns)
{
    std::vector<std::string> names;
    std::ranges::transform(columns, std::back_inserter(names), lower);
    const std::string alias = textOf(node.at("from_table"), "alias");
    const std::string table = lower(alias.empty() ? std::string(kInput) : alias);
    return walk(node, [&](const json& object) -> Status {
        const std::string kind = textOf(object, "class");
        if (kind == "WINDOW")
            return refusedInShape("a window function");
        if (kind == "SUBQUERY")
            return refusedInShape("a subquery");
        if (kind == "PARAMETER")
            return refusedInShape("a parameter ('?' or '')");
        if (kind == "FUNCTION" && lower(textOf(object, "function_name")) == "unnest")
            return refusedInShape("unnest, which makes several rows out of one,");
        if (kind == "COLUMN_REF" && object.at("column_names").size() == 1) {
            const std::string name = lower(object.at("column_names")[0].get<std::string>());
            if (name == table && std::ranges::find(names, name) == names.end())
                return fail(ErrorCode::Usage, fmt::format("The shape uses '{}' as a value; name its columns, or write "
                                                          "* for all of them.",
                                                          object.at("column_names")[0].get<std::string>()));
        }
        return {};
    });
}

void addHiddenColumn(json& node, std::string_view hiddenColumn)
{
    const auto hide = [&](json& object) -> Status {
        if (textOf(object, "class") == "STAR")
            object.at("exclude_list").push_back(hiddenColumn);
        return {};
    };
    static_cast<void>(walk(node, hide));
    node.at("select_list")
        .push_back({{"class", "COLUMN_REF"},
                    {"type", "COLUMN_REF"},
                    {"alias", ""},
                    {"query_location", 0},
                    {"column_names", json::array({hiddenColumn})}});
}

} // namespace

tl::unexpected<Error> refusedInShape(std::string_view clause)
{
    return fail(ErrorCode::Usage, fmt::format("The shape works row by row, so {} cannot stand in it; do that at the "
                                              "destination.",
                                              clause));
}

Result<std::string> rowWiseSelect(const std::string& serialized, const std::vector<std::string>& columns,
                                  std::string_view hiddenColumn)
{
    try {
        json document = parseJson(serialized);
        if (document.value("error", false)) {
            const std::string text = textOf(document, "error_message");
            if (textOf(document, "error_type") == "parser")
                return fail(ErrorCode::Usage, fmt::format("The shape is not valid SQL: {}.", text));
            return fail(ErrorCode::Usage, "The shape must be one SELECT from 'input'; other statements are refused.");
        }
        if (document.at("statements").size() != 1)
            return fail(ErrorCode::Usage, fmt::format("The shape must be one SELECT from 'input', not {} statements.",
                                                      document.at("statements").size()));
        json& node = document.at("statements")[0].at("node");
        HEADRACE_CHECK(checkClauses(node));
        HEADRACE_CHECK(checkExpressions(node, columns));
        addHiddenColumn(node, hiddenColumn);
        return jsonText(document);
    } catch (const json::exception& error) {
        return fail(ErrorCode::Failed, "DuckDB's form of the shape could not be read.", error.what());
    }
}

Status checkRowWisePlan(const std::string& plan)
{
    // A long IN list becomes a hash join with the list.
    constexpr auto kAllowed = std::to_array<std::string_view>(
        {"PROJECTION", "FILTER", "EMPTY_RESULT", "HASH_JOIN", "COLUMN_DATA_SCAN", "DUMMY_SCAN"});
    try {
        const json operators = parseJson(plan);
        return walk(operators, [&](const json& object) -> Status {
            if (!object.contains("name"))
                return {};
            std::string name = textOf(object, "name");
            name.erase(name.find_last_not_of(' ') + 1);
            if (std::ranges::find(kAllowed, name) != kAllowed.end() || lower(name).starts_with("headrace_rows_"))
                return {};
            if (name.find("AGGREGATE") != std::string::npos || name.find("GROUP_BY") != std::string::npos)
                return refusedInShape("an aggregate such as count or sum");
            return refusedInShape(fmt::format("what DuckDB runs as {}", name));
        });
    } catch (const json::exception& error) {
        return fail(ErrorCode::Failed, "DuckDB's plan of the shape could not be read.", error.what());
    }
}

} // namespace headrace
