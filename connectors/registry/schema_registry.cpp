// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/registry/schema_registry.h"

#include "connectors/core/url_text.h"
#include "connectors/formats/value_text.h"
#include "connectors/http/http_client.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

namespace headrace {

namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kTimeout{15};
constexpr std::chrono::seconds kAskAgain{1}; ///< for what was not there: many messages may name it
constexpr int kDeepest = 20;                 ///< references of references
constexpr std::size_t kMostReason = 1000;    ///< bytes of a registry's own words in a sentence

constexpr auto kMediaType = "application/vnd.schemaregistry.v1+json";

/// A registry's own answer for a schema, subject or version that it does not have, unlike that of a path it lacks.
bool isMissing(const std::string& body)
{
    const auto json = Json::parse(body, nullptr, false);
    const auto code = json.is_object() ? json.find("error_code") : json.end();
    return code != json.end() && code->is_number_integer() && code->get<std::int64_t>() / 100 == 404;
}

/// The registry's own words, without the name of a Java exception before them and the end of a sentence.
std::string wordsOf(const std::string& body)
{
    const auto json = Json::parse(body, nullptr, false);
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

} // namespace

SchemaRegistry::SchemaRegistry(const RegistrySettings& settings)
    : m_url(settings.url)
    , m_http(std::make_unique<HttpClient>(kTimeout, settings.caFile, HttpAdvice{"'registry'", "registry_ca_file"}))
{
    while (m_url.ends_with('/'))
        m_url.pop_back();
    if (settings.user.empty() && settings.password.empty())
        return;
    m_authorization = "Authorization: Basic ";
    appendBase64(settings.user + ':' + settings.password, m_authorization);
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
                    fmt::format("The schema registry '{}' has no schema for the subject '{}'.", m_url, subject),
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
    HEADRACE_TRY(const Answer answer, send("POST", path, body.dump(), stop));
    if (answer.status == 409)
        return fail(ErrorCode::Data,
                    fmt::format("The schema registry '{}' refuses the rows' schema for the subject '{}', because it is "
                                "not compatible with an earlier version: {}. Change the columns, or the subject's "
                                "compatibility.",
                                m_url, subject, whyIncompatible(subject, body.dump(), answer, stop)),
                    answer.body.substr(0, 4000));
    if (answer.status == 422)
        return fail(ErrorCode::Data,
                    fmt::format("The schema registry '{}' refuses the rows' schema for the subject '{}': {}.", m_url,
                                subject, wordsOf(answer.body)),
                    body.dump());
    if (answer.status != 200)
        return fail(refusal(answer, path));
    const auto json = Json::parse(answer.body, nullptr, false);
    if (!json.is_object() || !json.contains("id") || !json["id"].is_number_unsigned())
        return fail(ErrorCode::Failed, fmt::format("The answer of the schema registry '{}' is not understood.", m_url),
                    answer.body.substr(0, 500));
    return json["id"].get<std::uint32_t>();
}

/// The reasons that it gives when it is asked for them, else those of its refusal.
std::string SchemaRegistry::whyIncompatible(const std::string& subject, const std::string& body, const Answer& answer,
                                            const std::stop_token& stop)
{
    const auto asked =
        send("POST", fmt::format("/compatibility{}/latest?verbose=true", subjectPath(subject)), body, stop);
    const auto json = asked && asked->status == 200 ? Json::parse(asked->body, nullptr, false) : Json();
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
    const auto json = answer ? Json::parse(*answer, nullptr, false) : Json();
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
    HttpRequest request;
    request.url = m_url + path;
    request.method = method;
    request.body = body;
    request.headers = {fmt::format("Accept: {}, application/json", kMediaType)};
    if (method == "POST")
        request.headers.push_back(fmt::format("Content-Type: {}", kMediaType));
    if (!m_authorization.empty())
        request.headers.push_back(m_authorization);
    auto answer = m_http->send(request, stop);
    if (!answer) {
        Error error = std::move(answer).error();
        if (error.code != ErrorCode::Cancelled)
            error.message = fmt::format("The schema registry '{}' cannot be asked. {}", m_url, error.message);
        return fail(std::move(error));
    }
    if (answer->status == 429 || answer->status >= 500)
        return fail(Error{ErrorCode::Unavailable,
                          fmt::format("The schema registry '{}' cannot answer now (HTTP {}).", m_url, answer->status),
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
        return {ErrorCode::NotFound, fmt::format("The schema registry '{}' does not have '{}'.", m_url, path), detail,
                std::nullopt};
    if (answer.status == 401 || answer.status == 403)
        return {ErrorCode::Permission,
                fmt::format("The schema registry '{}' refuses access (HTTP {}); check 'registry_user' and "
                            "'registry_password'.",
                            m_url, answer.status),
                detail, std::nullopt};
    return {ErrorCode::Usage,
            fmt::format("'{}' does not answer as a schema registry does (HTTP {} for '{}'); check 'registry'.", m_url,
                        answer.status, path),
            detail, std::nullopt};
}

Result<RegisteredSchema> SchemaRegistry::parse(const std::string& answer, const std::stop_token& stop)
{
    try {
        const auto json = Json::parse(answer);
        RegisteredSchema schema;
        schema.id = json.value("id", 0U);
        schema.version = json.value("version", 0);
        schema.type = json.value("schemaType", "AVRO");
        schema.text = json.at("schema").get<std::string>();
        std::map<std::string, std::string> known;
        HEADRACE_CHECK(addReferences(answer, 0, known, schema.references, stop));
        return schema;
    } catch (const Json::exception& exception) {
        return fail(ErrorCode::Data, fmt::format("The answer of the schema registry '{}' is not understood.", m_url),
                    exception.what());
    }
}

/// The schemas that the answer's schema names, each behind those that it names itself.
Status SchemaRegistry::addReferences(const std::string& answer, int depth, std::map<std::string, std::string>& known,
                                     std::vector<std::string>& texts, const std::stop_token& stop)
{
    const auto json = Json::parse(answer);
    if (!json.contains("references") || json["references"].is_null())
        return {};
    if (depth > kDeepest)
        return fail(ErrorCode::Data, "The references of a schema in the registry are nested too deep.");
    for (const auto& reference : json["references"]) {
        const std::string path = fmt::format("{}/{}", subjectPath(reference.at("subject").get<std::string>()),
                                             reference.at("version").get<int>());
        if (known.contains(path))
            continue;
        HEADRACE_TRY(const std::string inner, get(path, stop));
        known.emplace(path, inner);
        HEADRACE_CHECK(addReferences(inner, depth + 1, known, texts, stop));
        texts.push_back(Json::parse(inner).at("schema").get<std::string>());
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
