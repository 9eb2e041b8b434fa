// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/ndjson/record_shape.h"

#include <algorithm>

namespace headrace::ndjson {

Status applyTypes(const std::map<std::string, std::string>& types, std::vector<Column>& columns)
{
    for (const auto& [name, type] : types) {
        auto column = std::ranges::find(columns, name, &Column::name);
        if (column == columns.end())
            column = columns.insert(columns.end(), Column{{name}});
        HEADRACE_CHECK(setType(*column, type));
    }
    return {};
}

Result<std::shared_ptr<RecordShape>> shapeOf(std::vector<Column> columns, ExtraKeys extra, const std::string& origin)
{
    auto shape = std::make_shared<RecordShape>();
    HEADRACE_TRY(shape->keys, KeyGroup::build(columns));
    shape->columns = std::move(columns);
    if (extra == ExtraKeys::Column)
        shape->columns.push_back(Column{{std::string(kExtraColumn)}, Kind::Json});
    arrow::FieldVector fields;
    for (const Column& column : shape->columns)
        fields.push_back(toField(column));
    shape->schema = arrow::schema(std::move(fields));
    shape->extra = extra;
    shape->origin = origin;
    return shape;
}

Result<std::vector<Column>> columnsOf(const arrow::Schema& schema, ExtraKeys extra)
{
    std::vector<Column> columns;
    const int count = schema.num_fields() - (extra == ExtraKeys::Column ? 1 : 0);
    for (int i = 0; i < count; ++i) {
        HEADRACE_TRY(Column column, toColumn(*schema.field(i)));
        columns.push_back(std::move(column));
    }
    return columns;
}

} // namespace headrace::ndjson
