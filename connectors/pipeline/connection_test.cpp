// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/connection_test.h"

#include "connectors/core/secret.h"

#include <fmt/format.h>

namespace headrace {

Result<std::string> testConnection(const Registry& registry, const SavedConnection& connection,
                                   const std::stop_token& stop)
{
    const std::string owner = fmt::format("{} connection", connection.type);
    const ConnectionType* type = connectionType(connection.type);
    HEADRACE_TRY(const Options resolved, resolveReferences(connection.options));
    HEADRACE_TRY(const Options checked, resolved.check(type ? type->options : std::vector<OptionSpec>{}, owner));
    if (type && type->reach)
        return type->reach(checked, stop);
    const auto source = registry.source(connection.type);
    if (source && (*source)->describe) {
        HEADRACE_TRY(const std::vector<Readable> readables, (*source)->describe(checked, stop));
        return readables.size() == 1 ? fmt::format("It answers: '{}' can be read.", readables.front().name)
                                     : fmt::format("It answers: {} things can be read.", readables.size());
    }
    const auto sink = registry.sink(connection.type);
    if (sink && (*sink)->probe)
        return (*sink)->probe(checked, stop);
    return fail(ErrorCode::Usage, fmt::format("A connection of the type '{}' cannot be tested by itself; test the "
                                              "pipeline that uses it.",
                                              connection.type));
}

} // namespace headrace
