// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/service_client.h"

#include "connectors/core/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::aws {

namespace {

using Json = nlohmann::json;

constexpr std::array kThrottling{"ProvisionedThroughputExceededException",
                                 "LimitExceededException",
                                 "ThrottlingException",
                                 "Throttling",
                                 "RequestLimitExceeded",
                                 "TooManyRequestsException",
                                 "KMSThrottlingException",
                                 "ServiceUnavailableException"};
constexpr std::array kExpired{"ExpiredTokenException", "ExpiredToken"};
constexpr std::array kRefused{"AccessDeniedException",
                              "UnrecognizedClientException",
                              "InvalidClientTokenId",
                              "InvalidSignatureException",
                              "SignatureDoesNotMatch",
                              "IncompleteSignatureException",
                              "MissingAuthenticationToken",
                              "MissingAuthenticationTokenException",
                              "NotAuthorized",
                              "OptInRequired"};

template <std::size_t size>
bool isOneOf(const std::string& type, const std::array<const char*, size>& types)
{
    return std::ranges::find(types, type) != types.end();
}

/// "com.amazonaws.kinesis.v20131202#ResourceNotFoundException" and "ResourceNotFoundException:http://…" are one.
std::string typeName(std::string text)
{
    text.erase(0, text.find('#') + 1);
    return text.substr(0, text.find(':'));
}

/// Ends as a sentence does.
std::string sentence(std::string text)
{
    if (!text.empty() && text.back() != '.')
        text += '.';
    return text;
}

std::pair<ErrorCode, std::string> meaningOf(const std::string& type, int status, const std::string& what,
                                            const std::string& words)
{
    if (isOneOf(type, kThrottling) || status == 429)
        return {ErrorCode::Unavailable, fmt::format("{} is asked more often than AWS allows: {}", what, words)};
    if (isOneOf(type, kExpired))
        return {ErrorCode::Permission, "The AWS credentials have expired; renew them, for single sign-on with "
                                       "'aws sso login', then start again."};
    if (isOneOf(type, kRefused) || status == 403)
        return {ErrorCode::Permission, fmt::format("{}: AWS refused the request: {}", what, words)};
    if (type == "ResourceNotFoundException")
        return {ErrorCode::NotFound, fmt::format("{} does not exist: {}", what, words)};
    if (status >= 500 || type == "ResourceInUseException")
        return {ErrorCode::Unavailable,
                fmt::format("{} cannot be reached for now: AWS answered {} {}", what, status, words)};
    if (type == "InvalidArgumentException" || type == "ValidationException" || type == "SerializationException")
        return {ErrorCode::Usage, fmt::format("{}: AWS does not accept the request: {}", what, words)};
    return {ErrorCode::Failed, fmt::format("{}: AWS answered {} {}", what, status, words)};
}

} // namespace

bool ServiceError::isThrottling() const
{
    return isOneOf(type, kThrottling);
}

ServiceError serviceError(const HttpResponse& response, const std::string& what)
{
    const auto body = tryParseJson(response.body);
    ServiceError failure;
    std::string words;
    if (body.is_object()) {
        failure.type = body.value("__type", "");
        words = body.value("message", body.value("Message", ""));
    }
    failure.type = typeName(failure.type.empty() ? response.errorType : failure.type);
    if (words.empty())
        words = failure.type.empty() ? "without a reason" : failure.type;
    auto [code, message] = meaningOf(failure.type, response.status, what, sentence(words));
    failure.error = {code, std::move(message), fmt::format("{} {}: {}", response.status, failure.type, words),
                     response.retryAfter};
    return failure;
}

ServiceClient::ServiceClient(std::shared_ptr<Connection> connection, std::string name, std::string target)
    : m_connection(std::move(connection))
    , m_name(std::move(name))
    , m_target(std::move(target))
    , m_http(m_connection->timeout(), m_connection->caFile(), kHttpAdvice)
{
}

Result<HttpResponse> ServiceClient::send(std::string_view operation, const std::string& body,
                                         const std::stop_token& stop)
{
    HEADRACE_TRY(const Credentials credentials, m_connection->credentials().get(stop));
    HttpRequest request;
    request.url = m_connection->url() + "/";
    request.headers = {"Content-Type: application/x-amz-json-1.1",
                       fmt::format("X-Amz-Target: {}.{}", m_target, operation)};
    if (!credentials.sessionToken.empty())
        request.headers.push_back("X-Amz-Security-Token: " + credentials.sessionToken);
    request.body = body;
    request.signature = {m_connection->region(), m_name, credentials.accessKey, credentials.secretKey};
    return m_http.send(request, stop);
}

ServiceResult<Json> ServiceClient::call(std::string_view operation, const Json& input, const std::string& about,
                                        const std::stop_token& stop)
{
    const std::string body = lossyJsonText(input);
    for (bool isSecond = false;; isSecond = true) {
        auto response = send(operation, body, stop);
        if (!response)
            return tl::unexpected(ServiceError{{}, std::move(response.error())});
        m_serverTime = response->date.value_or(std::chrono::system_clock::now());
        if (response->status == 200) {
            auto answer = response->body.empty() ? Json::object() : tryParseJson(response->body);
            if (answer.is_object())
                return answer;
            return tl::unexpected(ServiceError{{},
                                               {ErrorCode::Unavailable,
                                                fmt::format("{}: the answer to {} is not JSON.", about, operation),
                                                response->body.substr(0, 200), std::nullopt}});
        }
        ServiceError failure = serviceError(*response, about);
        if (isSecond || !isOneOf(failure.type, kExpired))
            return tl::unexpected(std::move(failure));
        m_connection->credentials().forget();
    }
}

} // namespace headrace::aws
