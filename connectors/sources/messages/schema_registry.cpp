// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/schema_registry.h"

#include "connectors/aws/http_client.h"
#include "connectors/core/url_text.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

namespace headrace {

namespace {

constexpr std::chrono::seconds kTimeout{15};
constexpr std::chrono::seconds kAskAgain{1}; ///< for what was not there: many messages may name it
constexpr int kDeepest = 20;                 ///< references of references

/// A registry's own answer for a schema, subject or version that it does not have, unlike that of a path it lacks.
bool isMissing(const std::string& body)
{
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const auto code = json.is_object() ? json.find("error_code") : json.end();
    return code != json.end() && code->is_number_integer() && code->get<std::int64_t>() / 100 == 404;
}

} // namespace

SchemaRegistry::SchemaRegistry(const AvroSettings& settings)
    : m_url(settings.registry)
    , m_http(std::make_unique<aws::HttpClient>(kTimeout, settings.caFile))
{
    while (m_url.ends_with('/'))
        m_url.pop_back();
    if (settings.user.empty() && settings.password.empty())
        return;
    m_authorization = "Authorization: Basic ";
    appendBase64(settings.user + ':' + settings.password, m_authorization);
}

SchemaRegistry::~SchemaRegistry() = default;

Result<std::shared_ptr<const avro::Schema>> SchemaRegistry::schema(std::uint32_t id)
{
    const auto known = m_schemas.find(id);
    if (known != m_schemas.end())
        return known->second;
    const auto missing = m_missing.find(id);
    if (missing != m_missing.end() && std::chrono::steady_clock::now() - missing->second.second < kAskAgain)
        return fail(missing->second.first);
    auto found = ask(id);
    if (!found && found.error().code == ErrorCode::NotFound)
        m_missing[id] = {found.error(), std::chrono::steady_clock::now()};
    if (found || found.error().code == ErrorCode::Data)
        m_schemas.emplace(id, found);
    return found;
}

Result<std::string> SchemaRegistry::get(const std::string& path)
{
    aws::HttpRequest request;
    request.url = m_url + path;
    request.method = "GET";
    request.headers = {"Accept: application/vnd.schemaregistry.v1+json, application/json"};
    if (!m_authorization.empty())
        request.headers.push_back(m_authorization);
    auto answer = m_http->send(request, {});
    if (!answer) {
        Error error = std::move(answer).error();
        error.message = fmt::format("The schema registry '{}' cannot be asked. {}", m_url, error.message);
        return fail(std::move(error));
    }
    if (answer->status == 200)
        return std::move(answer->body);
    const std::string detail = answer->body.substr(0, 500);
    if (answer->status == 404 && isMissing(answer->body))
        return fail(ErrorCode::NotFound, fmt::format("The schema registry '{}' does not have '{}'.", m_url, path),
                    detail);
    if (answer->status == 401 || answer->status == 403)
        return fail(ErrorCode::Permission,
                    fmt::format("The schema registry '{}' refuses access (HTTP {}); check 'registry_user' and "
                                "'registry_password'.",
                                m_url, answer->status),
                    detail);
    if (answer->status == 429 || answer->status >= 500)
        return fail(Error{ErrorCode::Unavailable,
                          fmt::format("The schema registry '{}' cannot answer now (HTTP {}).", m_url, answer->status),
                          detail, answer->retryAfter});
    return fail(ErrorCode::Usage,
                fmt::format("'{}' does not answer as a schema registry does (HTTP {} for '{}'); check 'registry'.",
                            m_url, answer->status, path),
                detail);
}

Result<std::shared_ptr<const avro::Schema>> SchemaRegistry::ask(std::uint32_t id)
{
    HEADRACE_TRY(const std::string answer, get(fmt::format("/schemas/ids/{}", id)));
    const auto unusable = [&](const std::string& why, const std::string& detail) {
        return fail(ErrorCode::Data, fmt::format("The schema {} of the registry cannot be used: {}", id, why), detail);
    };
    try {
        const auto json = nlohmann::json::parse(answer);
        if (const std::string type = json.value("schemaType", "AVRO"); type != "AVRO")
            return unusable(fmt::format("it is {}, not Avro.", type), {});
        std::map<std::string, std::string> known;
        std::vector<std::string> references;
        HEADRACE_CHECK(addReferences(answer, 0, known, references));
        auto schema = avro::Schema::parse(json.at("schema").get<std::string>(), references);
        if (!schema)
            return unusable(schema.error().message, {});
        return schema;
    } catch (const nlohmann::json::exception& exception) {
        return unusable("the registry's answer is not understood.", exception.what());
    }
}

/// The schemas that the answer's schema names, each behind those that it names itself.
Status SchemaRegistry::addReferences(const std::string& answer, int depth, std::map<std::string, std::string>& known,
                                     std::vector<std::string>& texts)
{
    const auto json = nlohmann::json::parse(answer);
    if (!json.contains("references") || json["references"].is_null())
        return {};
    if (depth > kDeepest)
        return fail(ErrorCode::Data, "Its references are nested too deep.");
    for (const auto& reference : json["references"]) {
        const std::string path =
            fmt::format("/subjects/{}/versions/{}", urlEncoded(reference.at("subject").get<std::string>()),
                        reference.at("version").get<int>());
        if (known.contains(path))
            continue;
        HEADRACE_TRY(const std::string inner, get(path));
        known.emplace(path, inner);
        HEADRACE_CHECK(addReferences(inner, depth + 1, known, texts));
        texts.push_back(nlohmann::json::parse(inner).at("schema").get<std::string>());
    }
    return {};
}

} // namespace headrace
