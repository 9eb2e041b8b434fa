// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/connection_test.h"

#include "connectors/core/secret.h"

#include <fmt/format.h>

namespace headrace {

Result<std::string> testConnection(const Registry& registry, const SavedConnection& connection,
                                   const std::stop_token& stop)
{
    const ConnectionType* type = connectionType(connection.type);
    HEADRACE_TRY(const SourceType* source, registry.source(connection.type));
    HEADRACE_TRY(const Options options, resolveReferences(connection.options));
    if (type != nullptr && type->reach)
        return type->reach(options, stop);
    if (!source->describe)
        return fail(ErrorCode::Usage,
                    fmt::format("The connection '{}' is of the type '{}', which can only be tested by "
                                "a pipeline: use headrace check.",
                                connection.name, connection.type));
    HEADRACE_TRY(const std::vector<Readable> readables, source->describe(options, stop));
    return fmt::format("Connected; {} can be read.",
                       readables.size() == 1 ? "1 thing" : fmt::format("{} things", readables.size()));
}

} // namespace headrace
