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

Status checkColumns(const arrow::FieldVector& columns, const RegisteredSchema& schema, const std::string& subject)
{
    HEADRACE_TRY(const auto known, ndjson::columnsOfJsonSchema(schema.text, false, schema.named));
    for (const auto& column : columns)
        if (std::ranges::none_of(known, [&](const auto& own) { return own.name() == column->name(); }))
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}' is not in the newest JSON Schema of '{}'; register "
                                    "one that has it, or leave the column out in the shape.",
                                    column->name(), subject));
    return {};
}

} // namespace

Result<std::string> jsonSchemaFrame(const SchemaSettings& settings, const arrow::Schema& schema,
                                    const std::vector<int>& columns, bool isAlone, const std::stop_token& stop)
{
    arrow::FieldVector fields;
    for (const int index : columns)
        fields.push_back(schema.field(index));
    HEADRACE_TRY(const std::string subject, settings.subjectOf(false));
    SchemaRegistry registry(settings.registry);
    RegisteredSchema used;
    if (settings.isRegistered) {
        used.type = "JSON";
        used.text = isAlone ? ndjson::jsonSchemaOfValue(*fields.front(), settings.name)
                            : ndjson::jsonSchemaOf(fields, settings.name);
        HEADRACE_TRY(used.id, registry.add(subject, used, stop));
    } else {
        HEADRACE_TRY(used, registry.newest(subject, stop));
        if (used.type != "JSON")
            return fail(
                ErrorCode::Usage,
                fmt::format("The newest schema of '{}' in the registry is {}, not JSON Schema.", subject, used.type));
        if (!isAlone)
            HEADRACE_CHECK(checkColumns(fields, used, subject));
    }
    std::string frame;
    appendFrame(used.id, frame);
    return frame;
}

} // namespace headrace
