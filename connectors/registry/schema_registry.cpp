// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/registry/schema_registry.h"

#include "connectors/core/json.h"
#include "connectors/core/url_text.h"
#include "connectors/formats/base64.h"
#include "connectors/http/http_client.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kAskAgain{1}; ///< for what was not there: many messages may name it
constexpr int kDeepest = 20;                 ///< references of references
constexpr std::size_t kMostReason = 1000;    ///< bytes of a registry's own words in a sentence

constexpr auto kMediaType = "application/vnd.schemaregistry.v1+json";

/// A registry's own answer for a schema, subject or version that it does not have, unlike that of a path it lacks.
bool isMissing(const std::string& body)
{
    const auto json = tryParseJson(body);
    const auto code = json.is_object() ? json.find("error_code") : json.end();
    return code != json.end() && code->is_number_integer() && code->get<std::int64_t>() / 100 == 404;
}

/// The registry's own words, without the name of a Java exception before them and the end of a sentence.
std::string wordsOf(const std::string& body)
{
    const auto json = tryParseJson(body);
    const auto message = json.is_object() ? json.find("message") : json.end();
    std::string text = message != json.end() && message->is_string() ? message->get<std::string>() : body;
    if (const std::size_t colon = text.find(": "); text.substr(0, colon).ends_with("Exception"))
        text.erase(0, colon == std::string::npos ? 0 : colon + 2);
    if (text.size() > kMostReason)
        text = text.substr(0, kMostReason) + "…";
    while (!text.empty() && (text.back() == '.' || text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    return text;
}

std::string subjectPath(const std::string& subject)
{
    return fmt::format("/subjects/{}/versions", urlEncoded(subject));
}

/// The address of one server, without blanks and slashes at its ends; a login that it holds becomes `login`.
std::string addressOf(std::string url, std::string& login)
{
    constexpr std::string_view kBlanks = " \t\n";
    url.erase(0, std::min(url.find_first_not_of(kBlanks), url.size()));
    url.erase(url.find_last_not_of(" \t\n/") + 1);
    const std::size_t scheme = url.find("://");
    const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
    const std::size_t end = std::min(url.find('/', host), url.size());
    const std::size_t at = url.rfind('@', end);
    if (at == std::string::npos || at < host)
        return url;
    login = urlDecoded(std::string_view(url).substr(host, at - host));
    return url.erase(host, at + 1 - host);
}

} // namespace

SchemaRegistry::SchemaRegistry(const RegistrySettings& settings)
    : m_http(
          std::make_unique<HttpClient>(settings.timeout, settings.caFile, HttpAdvice{"'registry'", "registry_ca_file"}))
{
    for (std::size_t begin = 0; begin <= settings.url.size();) {
        const std::size_t end = std::min(settings.url.find(',', begin), settings.url.size());
        std::string login = settings.user.empty() && settings.password.empty()
                                ? std::string()
                                : settings.user + ':' + settings.password;
        std::string url = addressOf(settings.url.substr(begin, end - begin), login);
        begin = end + 1;
        if (url.empty() && (end < settings.url.size() || !m_servers.empty()))
            continue;
        Server server{std::move(url), {}};
        if (!settings.token.empty()) {
            server.authorization = "Authorization: Bearer " + settings.token;
        } else if (!login.empty()) {
            server.authorization = "Authorization: Basic ";
            appendBase64(login, server.authorization);
        }
        m_servers.push_back(std::move(server));
    }
}

SchemaRegistry::~SchemaRegistry() = default;

Result<const RegisteredSchema*> SchemaRegistry::schema(std::uint32_t id, const std::stop_token& stop)
{
    const auto known = m_schemas.find(id);
    if (known != m_schemas.end())
        return &known->second;
    const auto missing = m_missing.find(id);
    if (missing != m_missing.end() && std::chrono::steady_clock::now() - missing->second.second < kAskAgain)
        return fail(missing->second.first);
    const auto answer = get(fmt::format("/schemas/ids/{}", id), stop);
    if (!answer) {
        if (answer.error().code == ErrorCode::NotFound)
            m_missing[id] = {answer.error(), std::chrono::steady_clock::now()};
        return fail(answer.error());
    }
    HEADRACE_TRY(RegisteredSchema found, parse(*answer, stop));
    found.id = id;
    return &m_schemas.emplace(id, std::move(found)).first->second;
}

Result<RegisteredSchema> SchemaRegistry::newest(const std::string& subject, const std::stop_token& stop)
{
    auto answer = get(subjectPath(subject) + "/latest", stop);
    if (!answer && answer.error().code == ErrorCode::NotFound)
        return fail(ErrorCode::NotFound,
                    fmt::format("The schema registry '{}' has no schema for the subject '{}'.", url(), subject),
                    answer.error().detail);
    if (!answer)
        return fail(std::move(answer).error());
    return parse(*answer, stop);
}

Result<std::uint32_t> SchemaRegistry::add(const std::string& subject, const RegisteredSchema& schema,
                                          const std::stop_token& stop)
{
    Json body{{"schema", schema.text}};
    if (schema.type != "AVRO") // which is the default, and the only one that old registries know
        body["schemaType"] = schema.type;
    const std::string path = subjectPath(subject);
    HEADRACE_TRY(const Answer answer, send("POST", path, jsonText(body), stop));
    if (answer.status == 409)
        return fail(ErrorCode::Data,
                    fmt::format("The schema registry '{}' refuses the rows' schema for the subject '{}', because it is "
                                "not compatible with an earlier version: {}. Change the columns, or the subject's "
                                "compatibility.",
                                url(), subject, whyIncompatible(subject, jsonText(body), answer, stop)),
                    answer.body.substr(0, 4000));
    if (answer.status == 422)
        return fail(ErrorCode::Data,
                    fmt::format("The schema registry '{}' refuses the rows' schema for the subject '{}': {}.", url(),
                                subject, wordsOf(answer.body)),
                    jsonText(body));
    if (answer.status != 200)
        return fail(refusal(answer, path));
    const auto json = tryParseJson(answer.body);
    if (!json.is_object() || !json.contains("id") || !json["id"].is_number_unsigned())
        return fail(ErrorCode::Failed, fmt::format("The answer of the schema registry '{}' is not understood.", url()),
                    answer.body.substr(0, 500));
    return json["id"].get<std::uint32_t>();
}

/// The reasons that it gives when it is asked for them, else those of its refusal.
std::string SchemaRegistry::whyIncompatible(const std::string& subject, const std::string& body, const Answer& answer,
                                            const std::stop_token& stop)
{
    const auto asked =
        send("POST", fmt::format("/compatibility{}/latest?verbose=true", subjectPath(subject)), body, stop);
    const auto json = asked && asked->status == 200 ? tryParseJson(asked->body) : Json();
    std::vector<std::string> reasons;
    if (json.is_object() && json.contains("messages") && json["messages"].is_array())
        for (const Json& reason : json["messages"])
            if (reason.is_string())
                reasons.push_back(reason.get<std::string>());
    return reasons.empty() ? wordsOf(answer.body) : wordsOf(fmt::format("{}", fmt::join(reasons, "; ")));
}

std::vector<std::string> SchemaRegistry::placesOf(std::uint32_t id, const std::stop_token& stop)
{
    std::vector<std::string> places;
    const auto answer = get(fmt::format("/schemas/ids/{}/versions", id), stop);
    const auto json = answer ? tryParseJson(*answer) : Json();
    if (json.is_array())
        for (const Json& place : json)
            if (place.is_object() && place.value("subject", Json()).is_string() &&
                place.value("version", Json()).is_number_integer())
                places.push_back(fmt::format("{}, version {}", place["subject"].get<std::string>(),
                                             place["version"].get<std::int64_t>()));
    return places;
}

Result<SchemaRegistry::Answer> SchemaRegistry::send(const std::string& method, const std::string& path,
                                                    const std::string& body, const std::stop_token& stop)
{
    auto answer = ask(method, path, body, stop);
    for (std::size_t tried = 1; tried < m_servers.size(); ++tried) {
        if (answer || answer.error().code != ErrorCode::Unavailable)
            break;
        m_server = (m_server + 1) % m_servers.size();
        answer = ask(method, path, body, stop);
    }
    return answer;
}

Result<SchemaRegistry::Answer> SchemaRegistry::ask(const std::string& method, const std::string& path,
                                                   const std::string& body, const std::stop_token& stop)
{
    HttpRequest request;
    request.url = url() + path;
    request.method = method;
    request.body = body;
    request.headers = {fmt::format("Accept: {}, application/json", kMediaType)};
    if (method == "POST")
        request.headers.push_back(fmt::format("Content-Type: {}", kMediaType));
    if (const std::string& authorization = m_servers[m_server].authorization; !authorization.empty())
        request.headers.push_back(authorization);
    auto answer = m_http->send(request, stop);
    if (!answer) {
        Error error = std::move(answer).error();
        if (error.code != ErrorCode::Cancelled)
            error.message = fmt::format("The schema registry '{}' cannot be asked. {}", url(), error.message);
        return fail(std::move(error));
    }
    if (answer->status == 429 || answer->status >= 500)
        return fail(Error{ErrorCode::Unavailable,
                          fmt::format("The schema registry '{}' cannot answer now (HTTP {}).", url(), answer->status),
                          answer->body.substr(0, 500), answer->retryAfter});
    return Answer{answer->status, std::move(answer->body)};
}

Result<std::string> SchemaRegistry::get(const std::string& path, const std::stop_token& stop)
{
    HEADRACE_TRY(Answer answer, send("GET", path, {}, stop));
    if (answer.status != 200)
        return fail(refusal(answer, path));
    return std::move(answer.body);
}

Error SchemaRegistry::refusal(const Answer& answer, const std::string& path) const
{
    const std::string detail = answer.body.substr(0, 500);
    if (answer.status == 404 && isMissing(answer.body))
        return {ErrorCode::NotFound, fmt::format("The schema registry '{}' does not have '{}'.", url(), path), detail,
                std::nullopt};
    if (answer.status == 401 || answer.status == 403)
        return {ErrorCode::Permission,
                fmt::format("The schema registry '{}' refuses access (HTTP {}); check 'registry_user' and "
                            "'registry_password', or 'registry_token'.",
                            url(), answer.status),
                detail, std::nullopt};
    return {ErrorCode::Usage,
            fmt::format("'{}' does not answer as a schema registry does (HTTP {} for '{}'); check 'registry'.", url(),
                        answer.status, path),
            detail, std::nullopt};
}

Result<RegisteredSchema> SchemaRegistry::parse(const std::string& answer, const std::stop_token& stop)
{
    try {
        const auto json = parseJson(answer);
        RegisteredSchema schema;
        schema.id = json.value("id", 0U);
        schema.version = json.value("version", 0);
        schema.type = json.value("schemaType", "AVRO");
        schema.text = json.at("schema").get<std::string>();
        std::map<std::string, std::string> known;
        HEADRACE_CHECK(addReferences(answer, 0, known, schema, stop));
        return schema;
    } catch (const Json::exception& exception) {
        return fail(ErrorCode::Data, fmt::format("The answer of the schema registry '{}' is not understood.", url()),
                    exception.what());
    }
}

/// The schemas that the answer's schema names, each behind those that it names itself.
Status SchemaRegistry::addReferences(const std::string& answer, int depth, std::map<std::string, std::string>& known,
                                     RegisteredSchema& schema, const std::stop_token& stop)
{
    const auto json = parseJson(answer);
    if (!json.contains("references") || json["references"].is_null())
        return {};
    if (depth > kDeepest)
        return fail(ErrorCode::Data, "The references of a schema in the registry are nested too deep.");
    for (const auto& reference : json["references"]) {
        const std::string path = fmt::format("{}/{}", subjectPath(reference.at("subject").get<std::string>()),
                                             reference.at("version").get<int>());
        const std::string name = reference.value("name", std::string());
        if (const auto same = known.find(path); same != known.end()) {
            schema.named.emplace(name, same->second);
            continue;
        }
        HEADRACE_TRY(const std::string inner, get(path, stop));
        const auto text = parseJson(inner).at("schema").get<std::string>();
        known.emplace(path, text);
        HEADRACE_CHECK(addReferences(inner, depth + 1, known, schema, stop));
        schema.references.push_back(text);
        schema.named.emplace(name, text);
    }
    return {};
}

std::optional<std::uint32_t> framedSchema(std::string_view value)
{
    if (value.size() < kFrameBytes || value[0] != '\0')
        return std::nullopt;
    std::uint32_t id = 0;
    for (std::size_t i = 1; i < kFrameBytes; ++i)
        id = id << 8U | static_cast<std::uint8_t>(value[i]);
    return id;
}

std::set<std::uint32_t, std::greater<>> framedSchemas(std::span<const std::string_view> values)
{
    std::set<std::uint32_t, std::greater<>> ids;
    for (const std::string_view value : values)
        if (const auto id = framedSchema(value))
            ids.insert(*id);
    return ids;
}

void appendFrame(std::uint32_t schema, std::string& out)
{
    out += '\0';
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(schema >> static_cast<unsigned>(shift));
}

} // namespace headrace
