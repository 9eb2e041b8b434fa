// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/connection_answer.h"

#include "connectors/core/connection.h"
#include "connectors/pipeline/connection_test.h"

namespace headrace {
namespace {

/// The options of a connection, those of a saved one put in.
Result<SavedConnection> connectionOf(const ConnectorType& connector, const Options& options)
{
    HEADRACE_TRY(const Options whole, withConnection(connector, options));
    SavedConnection connection{{}, connector.type, {}};
    for (const auto& [key, value] : whole.values()) {
        if (isConnectionKey(connector.type, key))
            connection.options.set(key, value);
    }
    return connection;
}

} // namespace

Result<ConnectionAnswer> askConnection(const Registry& registry, const ConnectorType& connector,
                                       const ConnectorSpec& spec, bool saysPlace, const std::stop_token& stop)
{
    const ConnectionType* type = connectionType(connector.type);
    const auto checked = checkedOptions(connector, spec.options, spec.type);
    const auto answer = checked.and_then([&](const Options& options) { return connector.probe(options, stop); });
    if (!answer && type && answer.error().code == ErrorCode::Usage) {
        HEADRACE_TRY(const SavedConnection connection, connectionOf(connector, spec.options));
        HEADRACE_TRY(const std::string reached, testConnection(registry, connection, stop));
        return ConnectionAnswer{reached + " " + answer.error().message, false};
    }
    if (!answer)
        return tl::unexpected(answer.error());
    if (!saysPlace || !type || !type->reach)
        return ConnectionAnswer{*answer};
    HEADRACE_TRY(const std::string place, type->reach(*checked, stop));
    return ConnectionAnswer{*answer + "\n" + place};
}

} // namespace headrace
