// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace headrace::cli {

/// Answers GET /metrics on one address until it is destroyed, one request after another on a thread of its own.
/// Whoever asks slowly or at length is cut off; nothing else can be asked for.
class MetricsServer {
public:
    /// `address`: "127.0.0.1:9100", "[::1]:9100", "localhost:9100"; port 0 takes a free one. `page` makes the text on
    /// the server's thread, for as long as the server lives. The error is about the address.
    [[nodiscard]] static Result<std::unique_ptr<MetricsServer>> listen(const std::string& address,
                                                                       std::function<std::string()> page);
    ~MetricsServer();
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

    [[nodiscard]] std::string url() const; ///< "http://127.0.0.1:9100/metrics"

private:
    MetricsServer(int socket, std::string host, std::function<std::string()> page);
    void serve(const std::stop_token& stop);
    void answer(int connection) const;

    int m_socket;
    std::string m_host;
    std::uint16_t m_port = 0;
    std::function<std::string()> m_page;
    std::jthread m_thread;
};

} // namespace headrace::cli
