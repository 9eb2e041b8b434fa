// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/kafka/client_settings.h"
#include "connectors/sinks/messages/record_encoder.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headrace::kafka {

struct SinkSettings {
    ClientSettings client;
    std::string topic;
    RecordLayout layout;
    bool createTopic = true;
    std::int32_t partitions = -1;                  ///< of a topic that is created; −1: as many as the brokers give
    std::string acks = "all";                      ///< all, 1, 0
    std::string transactionalId;                   ///< empty: made of pipeline and topic
    std::map<std::string, std::string> properties; ///< of the producer
    std::string spool;                             ///< folder of rows whose batch is open for long
    std::int64_t spoolBytes = 0;                   ///< that they may take there

    [[nodiscard]] bool isTransactional() const { return acks == "all"; }
};

[[nodiscard]] std::vector<OptionSpec> sinkOptions();

/// `options` are checked against sinkOptions().
[[nodiscard]] Result<SinkSettings> sinkSettings(const Options& options);

/// What `acks` leaves of exactly once; options may be unchecked.
[[nodiscard]] std::optional<Weakening> weakening(const Options& options);

} // namespace headrace::kafka
