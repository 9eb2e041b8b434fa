// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/messages/json_schema_frame.h"

#include "connectors/formats/ndjson/json_schema.h"
#include "connectors/registry/schema_registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

Status checkColumns(const arrow::FieldVector& columns, const std::string& schema, const std::string& subject)
{
    HEADRACE_TRY(const auto known, ndjson::columnsOfJsonSchema(schema, false));
    for (const auto& column : columns)
        if (std::ranges::none_of(known, [&](const auto& own) { return own.name() == column->name(); }))
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}' is not in the newest JSON Schema of '{}'; register "
                                    "one that has it, or leave the column out in the shape.",
                                    column->name(), subject));
    return {};
}

} // namespace

Result<std::string> jsonSchemaFrame(const SchemaSettings& settings, const arrow::FieldVector& columns,
                                    const std::stop_token& stop)
{
    SchemaRegistry registry(settings.registry);
    RegisteredSchema used;
    if (settings.isRegistered) {
        used.type = "JSON";
        used.text = ndjson::jsonSchemaOf(columns, settings.name);
        HEADRACE_TRY(used.id, registry.add(settings.subject, used, stop));
    } else {
        HEADRACE_TRY(used, registry.newest(settings.subject, stop));
        if (used.type != "JSON")
            return fail(ErrorCode::Usage,
                        fmt::format("The newest schema of '{}' in the registry is {}, not JSON Schema.",
                                    settings.subject, used.type));
        HEADRACE_CHECK(checkColumns(columns, used.text, settings.subject));
    }
    std::string frame;
    appendFrame(used.id, frame);
    return frame;
}

} // namespace headrace
