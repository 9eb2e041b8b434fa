// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/pipeline/readable_columns.h"

#include "connectors/core/column_listing.h"
#include "connectors/core/type_name.h"
#include "connectors/pipeline/row_reader.h"

namespace headrace {

Result<std::vector<ReadableColumn>> readableColumns(const Registry& registry, const ConnectorSpec& source,
                                                    std::stop_token stop)
{
    HEADRACE_TRY(const SourceType* type, registry.source(source.type));
    if (const ColumnListing list = columnListing(source.type)) {
        HEADRACE_TRY(const Options resolved, resolvedOptions(*type, source.options));
        return list(resolved, stop);
    }
    HEADRACE_TRY(const RowReader reader, RowReader::open(registry, source, {}, std::move(stop)));
    std::vector<ReadableColumn> columns;
    for (const auto& field : reader.schema()->fields())
        columns.push_back({field->name(), typeName(*field->type()), {}, false});
    return columns;
}

} // namespace headrace
