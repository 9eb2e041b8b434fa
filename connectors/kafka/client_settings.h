// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/result.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace headrace::kafka {

using Conf = std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)>;

/// The options by which every Kafka connector reaches its cluster: brokers, security, login, files of other clients and
/// `client`, a map of any librdkafka property.
[[nodiscard]] std::vector<OptionSpec> connectionOptions();

/// How to reach a cluster: made of the options once, then given to as many clients as are needed. Immutable.
class ClientSettings {
public:
    /// Checks names and values; `defaults` are properties that hold where the options do not set them. The error names
    /// a property that does not exist together with the nearest right one, one that the connector sets itself, or a
    /// secret that stands in the open.
    [[nodiscard]] static Result<ClientSettings> from(const Options& options,
                                                     const std::map<std::string, std::string>& defaults = {});

    /// A copy for a client, which may set more.
    [[nodiscard]] Conf conf() const;

    [[nodiscard]] const std::string& brokers() const { return m_brokers; }
    [[nodiscard]] std::chrono::milliseconds timeout() const { return m_timeout; } ///< for an answer of the cluster
    /// Empty for one that this version of librdkafka does not have.
    [[nodiscard]] std::string property(const char* name) const;
    /// The value of a property that counts milliseconds: session.timeout.ms.
    [[nodiscard]] std::chrono::milliseconds milliseconds(const char* name) const;

private:
    std::shared_ptr<const rd_kafka_conf_t> m_conf;
    std::string m_brokers;
    std::chrono::milliseconds m_timeout{};
};

/// Sets a property that is known to exist with a value that is known to fit.
void set(rd_kafka_conf_t* conf, const char* name, const std::string& value);

} // namespace headrace::kafka
