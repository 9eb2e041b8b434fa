// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct ConnectorType;

/// A column of a table, topic or file, as its server describes it.
struct ReadableColumn {
    std::string name;
    std::string type = {}; ///< in the server's own words: "numeric(10,2)"
    std::string note = {}; ///< "primary key", "not null"
    bool isKey = false;
};

/// One partition of a stream as it lies at its server.
struct PartitionFacts {
    std::string name;  ///< "orders/3"
    std::string first; ///< position of its oldest record
    std::string next;  ///< and of the one that comes next
    std::int64_t records = 0;
    std::optional<std::int64_t> bytes = {};      ///< of keys and values, estimated from its last records
    std::optional<double> recordsPerSecond = {}; ///< that came in the last minute
    std::optional<std::int64_t> lag = {};        ///< records behind those that were delivered
    std::optional<std::chrono::system_clock::time_point> oldest = {}; ///< its first record's own timestamp
    std::optional<std::chrono::system_clock::time_point> newest = {};
};

/// A stream as it lies at its server.
struct StreamFacts {
    std::vector<PartitionFacts> partitions;
    std::string retention; ///< how long and how much is kept, as a sentence; "" when the server does not say it
    std::string lagOf;     ///< behind whom the lag is: "the consumer group 'orders'"; "" without any
};

/// What saved connections of one type hold, and how their server is looked at. The functions take resolved options, may
/// be called from any thread and have no side effects.
struct ConnectionType {
    std::string type;                ///< of the source and the sink that use it: "postgres"
    std::vector<OptionSpec> options; ///< those of the connectors that say where to connect and as whom
    /// Connects with nothing else: who answers, as whom one is logged in, how the way there is protected. Empty
    /// function: what can be read tells.
    std::function<Result<std::string>(const Options&, std::stop_token)> reach = {};
    /// The columns of what a source with these options reads, without reading it. Empty function: its open() tells.
    std::function<Result<std::vector<ReadableColumn>>(const Options&, std::stop_token)> columns = {};
    /// How a stream lies in its partitions, and how far behind its end those are that were delivered up to a position
    /// of its source. Cheap, leaves no trace. Empty function: it cannot tell.
    std::function<Result<StreamFacts>(const Options&, const std::optional<Position>&, std::stop_token)> partitions = {};
    /// Descriptions of what lies in one folder of describe()'s names ("shop" of "shop.orders"), by these names, where
    /// they take a server so long that describe() leaves them out. Empty function: it does not.
    std::function<Result<std::map<std::string, std::string>>(const Options&, const std::string& folder,
                                                             std::stop_token)>
        descriptions = {};
};

/// How to reach a server, saved apart from the pipelines that use it. Secrets in it are references.
struct SavedConnection {
    std::string name;
    std::string type; ///< of a ConnectionType
    Options options;

    friend bool operator==(const SavedConnection&, const SavedConnection&) = default;
};

/// The option of a connector that names a saved connection.
inline constexpr const char* kConnectionKey = "connection";

/// Its spec, for connectors whose type has connections.
[[nodiscard]] OptionSpec connectionOption();

/// Looks up the saved connection of that name. Thread-safe.
using ConnectionLookup = std::function<Result<SavedConnection>(const std::string& name)>;

/// Sets which types there are. Called once at start, before any connector is created.
void setConnectionTypes(std::vector<ConnectionType> types);
[[nodiscard]] const std::vector<ConnectionType>& connectionTypes();
/// Null when connections of that type cannot be saved.
[[nodiscard]] const ConnectionType* connectionType(std::string_view type);
/// Whether saved connections of that type hold the option `key`.
[[nodiscard]] bool isConnectionKey(std::string_view type, std::string_view key);

/// Sets where saved connections are looked up. Called once at start, before any connector is created.
void setConnectionLookup(ConnectionLookup lookup);

/// Puts what the saved connection holds in place of the option `connection`, as far as the connector knows it; options
/// that are set already win. Options that name no connection come back as they are. References stay references.
[[nodiscard]] Result<Options> withConnection(const ConnectorType& type, const Options& options);

/// What a connector's functions take: the saved connection put in and references resolved. The result holds secrets:
/// never log, save or show it. It is not checked, so that describe() can have incomplete ones.
[[nodiscard]] Result<Options> resolvedOptions(const ConnectorType& type, const Options& options);

/// The same, checked. `owner` opens the sentences of errors: "csv source".
[[nodiscard]] Result<Options> checkedOptions(const ConnectorType& type, const Options& options, std::string_view owner);

} // namespace headrace
