// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/sources/messages/metadata_cells.h"
#include "connectors/sources/messages/value_settings.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headrace::mqtt {

/// How to reach a broker.
struct BrokerSettings {
    std::string host;
    int port = 1883;
    bool isTls = false;
    std::string user;
    std::string password;
    std::string caFile;
    std::string certificate;
    std::string key;
    std::chrono::milliseconds timeout{};

    [[nodiscard]] std::string address() const; ///< "host:port"
};

struct SourceSettings : ValueSettings {
    BrokerSettings broker;
    std::vector<std::string> topics; ///< filters with + and #
    int qos = 1;
    bool isPersistent = true; ///< the broker keeps the session while nobody is connected
    std::string clientId;
    std::string spool; ///< folder; empty: a temporary one
    std::int64_t spoolBytes = 0;
    std::optional<std::chrono::milliseconds> idle; ///< ends when nothing has come for so long
    std::vector<std::string> levels;               ///< names of columns by level of the topic; "" and "_" are left out
};

enum class Metadata { Topic, Qos, Retained, ArrivalTime };

[[nodiscard]] std::vector<OptionSpec> sourceOptions();

/// In the order of Metadata.
[[nodiscard]] std::vector<MetadataColumn> metadataColumns();

/// `options` are checked against sourceOptions().
[[nodiscard]] Result<SourceSettings> sourceSettings(const Options& options);

/// Of options that need not be complete.
[[nodiscard]] Result<BrokerSettings> brokerSettings(const Options& options);
[[nodiscard]] std::vector<OptionSpec> brokerOptions();

/// What can be promised about each message, as a sentence for the user.
[[nodiscard]] std::string promiseOf(const SourceSettings& settings);

} // namespace headrace::mqtt
