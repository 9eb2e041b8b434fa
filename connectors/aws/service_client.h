// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/connection.h"
#include "connectors/http/http_client.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace headrace::aws {

/// Why a call failed: the service's own name of the error, and what it means for us.
struct ServiceError {
    std::string type; ///< "ExpiredIteratorException"; empty when no service answered
    Error error;

    /// The service asks to be asked less often.
    [[nodiscard]] bool isThrottling() const;
};

template <typename T>
using ServiceResult = tl::expected<T, ServiceError>;

/// What an answer that is no success means. `what` opens the sentence: "The stream 'orders'".
[[nodiscard]] ServiceError serviceError(const HttpResponse& response, const std::string& what);

/// Calls of one service that speaks JSON 1.1 (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), signed
/// by the connection's credentials; expired ones are renewed once. One thread at a time; the connection is shared.
class ServiceClient {
public:
    /// `name` is the service's in signatures: "kinesis"; `target` opens its operations: "Kinesis_20131202".
    ServiceClient(std::shared_ptr<Connection> connection, std::string name, std::string target);

    /// `about` opens the sentence of an error: "The stream 'orders'".
    [[nodiscard]] ServiceResult<nlohmann::json> call(std::string_view operation, const nlohmann::json& input,
                                                     const std::string& about, const std::stop_token& stop);

    [[nodiscard]] const Connection& connection() const { return *m_connection; }
    /// The server's clock at its last answer, in whole seconds.
    [[nodiscard]] std::chrono::system_clock::time_point serverTime() const { return m_serverTime; }

private:
    [[nodiscard]] Result<HttpResponse> send(std::string_view operation, const std::string& body,
                                            const std::stop_token& stop);

    std::shared_ptr<Connection> m_connection;
    std::string m_name;
    std::string m_target;
    HttpClient m_http;
    std::chrono::system_clock::time_point m_serverTime;
};

/// Unwraps the error of a call where its name does not matter.
template <typename T>
[[nodiscard]] Result<T> withoutType(ServiceResult<T> result)
{
    if (!result)
        return fail(std::move(result.error().error));
    return *std::move(result);
}

} // namespace headrace::aws
