// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/ndjson/column_tree.h"

#include "connectors/formats/ndjson/json_column.h"

#include <algorithm>
#include <set>

namespace headrace::ndjson {

namespace {

/// Where the path leads to in the tree; null when a column bars it.
ColumnNode* placeOf(ColumnNode& root, const std::vector<std::string>& path)
{
    ColumnNode* node = &root;
    for (const std::string& part : path) {
        if (node->column >= 0)
            return nullptr;
        auto found = std::ranges::find(node->members, part, &ColumnNode::name);
        if (found == node->members.end())
            found = node->members.insert(found, ColumnNode{part, -1, {}});
        node = &*found;
    }
    return node->column < 0 && node->members.empty() ? node : nullptr;
}

} // namespace

ColumnNode treeOf(const arrow::FieldVector& columns)
{
    ColumnNode root;
    std::set<std::string> plain;
    for (const auto& column : columns)
        if (pathOf(*column).size() == 1)
            plain.insert(column->name());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::vector<std::string> path = pathOf(*columns[i]);
        const bool isBarred = path.size() > 1 && plain.contains(path.front());
        ColumnNode* const node = isBarred ? nullptr : placeOf(root, path);
        if (node != nullptr)
            node->column = static_cast<int>(i);
        else
            root.members.push_back({columns[i]->name(), static_cast<int>(i), {}});
    }
    return root;
}

} // namespace headrace::ndjson
