// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/http_client.h"

#include "connectors/core/outage.h"
#include "connectors/http/curl_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>

namespace headrace {

using namespace http; // libcurl's functions, loaded late

namespace {

constexpr std::chrono::milliseconds kConnectTimeout{10'000};

/// The value of a header line when it has that name (lower case), without blanks around it.
std::optional<std::string> headerValue(std::string_view line, std::string_view name)
{
    if (line.size() <= name.size() || line[name.size()] != ':')
        return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(line[i])) != name[i])
            return std::nullopt;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())))
        line.remove_prefix(1);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())))
        line.remove_suffix(1);
    return std::string(line);
}

/// Whole seconds, as AWS sends them.
std::optional<std::chrono::milliseconds> waitOf(const std::string& text)
{
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc{} && end == text.data() + text.size() && seconds >= 0 && seconds <= 86'400)
        return std::chrono::seconds{seconds};
    return std::nullopt;
}

std::size_t onHeader(const char* data, std::size_t size, std::size_t count, void* opaque)
{
    auto& response = *static_cast<HttpResponse*>(opaque);
    const std::string_view line(data, size * count);
    if (const auto type = headerValue(line, "x-amzn-errortype"))
        response.errorType = *type;
    else if (const auto wait = headerValue(line, "retry-after"))
        response.retryAfter = waitOf(*wait);
    else if (const auto date = headerValue(line, "date"))
        if (const auto time = curl_getdate(date->c_str(), nullptr); time >= 0)
            response.date = std::chrono::system_clock::from_time_t(time);
    return size * count;
}

std::size_t onBody(const char* data, std::size_t size, std::size_t count, void* opaque)
{
    static_cast<HttpResponse*>(opaque)->body.append(data, size * count);
    return size * count;
}

int onProgress(void* opaque, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return static_cast<const std::stop_token*>(opaque)->stop_requested() ? 1 : 0;
}

std::string hostOf(const std::string& url)
{
    const std::size_t begin = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
    return url.substr(begin, url.find('/', begin) - begin);
}

bool isAboutCertificates(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CONNECT_ERROR;
}

} // namespace

HttpClient::HttpClient(std::chrono::milliseconds timeout, std::string caFile, HttpAdvice advice)
    : m_timeout(timeout)
    , m_caFile(std::move(caFile))
    , m_advice(std::move(advice))
{
}

HttpClient::~HttpClient()
{
    if (m_curl != nullptr)
        curl_easy_cleanup(m_curl);
}

void HttpClient::setUp(const HttpRequest& request, HttpResponse& response)
{
    curl_easy_reset(m_curl);
    curl_easy_setopt(m_curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(m_curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(m_curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(m_curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(m_curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(m_curl, CURLOPT_USERAGENT, "headrace");
    curl_easy_setopt(m_curl, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(std::min(kConnectTimeout, m_timeout).count()));
    curl_easy_setopt(m_curl, CURLOPT_TIMEOUT_MS, static_cast<long>(m_timeout.count()));
    if (!m_caFile.empty())
        curl_easy_setopt(m_curl, CURLOPT_CAINFO, m_caFile.c_str());
    if (request.method == "POST" || !request.body.empty()) {
        curl_easy_setopt(m_curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(m_curl, CURLOPT_POSTFIELDS, request.body.c_str());
        // Large bodies do not wait for a go-ahead. An empty "Expect:" would do so too, but libcurl 7.88 signs it.
        curl_easy_setopt(m_curl, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L);
    }
    if (request.method != "POST" && request.method != "GET")
        curl_easy_setopt(m_curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.signature) {
        const auto& signature = *request.signature;
        curl_easy_setopt(m_curl, CURLOPT_AWS_SIGV4,
                         fmt::format("aws:amz:{}:{}", signature.region, signature.service).c_str());
        curl_easy_setopt(m_curl, CURLOPT_USERNAME, signature.accessKey.c_str());
        curl_easy_setopt(m_curl, CURLOPT_PASSWORD, signature.secretKey.c_str());
    }
    curl_easy_setopt(m_curl, CURLOPT_HEADERFUNCTION, onHeader);
    curl_easy_setopt(m_curl, CURLOPT_HEADERDATA, static_cast<void*>(&response));
    curl_easy_setopt(m_curl, CURLOPT_WRITEFUNCTION, onBody);
    curl_easy_setopt(m_curl, CURLOPT_WRITEDATA, static_cast<void*>(&response));
}

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const std::stop_token& stop)
{
    HEADRACE_CHECK(loadCurl());
    if (m_curl == nullptr)
        m_curl = curl_easy_init();
    if (m_curl == nullptr)
        return fail(ErrorCode::Failed, "libcurl could not prepare a connection.");
    HttpResponse response;
    setUp(request, response);
    m_errorText.assign(CURL_ERROR_SIZE, '\0');
    curl_easy_setopt(m_curl, CURLOPT_ERRORBUFFER, m_errorText.data());
    curl_easy_setopt(m_curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(m_curl, CURLOPT_XFERINFOFUNCTION, onProgress);
    curl_easy_setopt(m_curl, CURLOPT_XFERINFODATA, static_cast<const void*>(&stop));
    curl_slist* headers = nullptr;
    for (const std::string& header : request.headers)
        headers = curl_slist_append(headers, header.c_str());
    curl_easy_setopt(m_curl, CURLOPT_HTTPHEADER, headers);
    const CURLcode code = curl_easy_perform(m_curl);
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        return fail(failure(code, request.url));
    long status = 0;
    curl_easy_getinfo(m_curl, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
}

Error HttpClient::failure(int code, const std::string& url) const
{
    const auto kind = static_cast<CURLcode>(code);
    const std::string host = hostOf(url);
    const std::string detail = fmt::format("{}: {}", curl_easy_strerror(kind), m_errorText.c_str());
    if (kind == CURLE_ABORTED_BY_CALLBACK)
        return {ErrorCode::Cancelled, fmt::format("The request to '{}' was stopped.", host), detail, std::nullopt};
    if (kind == CURLE_COULDNT_RESOLVE_HOST)
        return {ErrorCode::Unavailable,
                fmt::format("The name '{}' could not be found; check {} and the network.", host, m_advice.address),
                detail, std::nullopt};
    if (isAboutCertificates(kind))
        return {ErrorCode::Permission,
                fmt::format("The TLS connection to '{}' could not be trusted; check {}, or name the authority's "
                            "certificate in '{}'.",
                            host, m_advice.address, m_advice.caOption),
                detail, std::nullopt};
    if (kind == CURLE_URL_MALFORMAT || kind == CURLE_UNSUPPORTED_PROTOCOL)
        return {ErrorCode::Usage, fmt::format("'{}' is no address of a server; write it like https://host:port.", url),
                detail, std::nullopt};
    const bool isLate = kind == CURLE_OPERATION_TIMEDOUT;
    if (isLate)
        return {ErrorCode::Unavailable, fmt::format("The server '{}' did not answer in time.", host), detail,
                std::nullopt};
    long system = 0;
    curl_easy_getinfo(m_curl, CURLINFO_OS_ERRNO, &system);
    const char* words = kind == CURLE_COULDNT_CONNECT && system != 0 ? std::strerror(static_cast<int>(system))
                                                                     : curl_easy_strerror(kind);
    return {ErrorCode::Unavailable, fmt::format("The server '{}' could not be reached: {}.", host, asCause(words)),
            detail, std::nullopt};
}

} // namespace headrace
