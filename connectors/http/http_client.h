// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

struct HttpRequest {
    struct Signature { ///< AWS Signature Version 4
        std::string region;
        std::string service;
        std::string accessKey;
        std::string secretKey;
    };

    std::string url;
    std::string method = "POST";
    std::vector<std::string> headers; ///< "Name: value"
    std::string body;
    std::optional<Signature> signature;
};

struct HttpResponse {
    int status = 0;
    std::string body;
    std::string errorType; ///< x-amzn-ErrorType
    std::optional<std::chrono::milliseconds> retryAfter;
    std::optional<std::chrono::system_clock::time_point> date; ///< the server's clock, in whole seconds
};

/// What the sentences of errors ask the user to check.
struct HttpAdvice {
    std::string address = "the address"; ///< the settings that lead to the server
    std::string caOption = "ca_file";    ///< the option that names certificate authorities
};

/// Requests over one connection that is kept open between them. Never follows a redirect. One thread at a time.
class HttpClient {
public:
    /// `timeout` is for a whole request. `caFile` replaces the system's certificate authorities; empty: it does not.
    HttpClient(std::chrono::milliseconds timeout, std::string caFile, HttpAdvice advice = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// An answer of any status is a success. Unavailable when there is none, Permission when the server's certificate
    /// is not good, Cancelled within about a second of a stop.
    [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop);

private:
    void setUp(const HttpRequest& request, HttpResponse& response);
    [[nodiscard]] Error failure(int code, const std::string& url) const;

    std::chrono::milliseconds m_timeout;
    std::string m_caFile;
    HttpAdvice m_advice;
    void* m_curl = nullptr;
    std::string m_errorText;
};

} // namespace headrace
