// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/token_services.h"

#include "connectors/aws/digest.h"
#include "connectors/core/environment.h"
#include "connectors/core/json.h"
#include "connectors/core/url_text.h"
#include "connectors/formats/iso_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sys/wait.h>

namespace headrace::aws {

namespace {

using Json = nlohmann::json;

/// For requests within the machine, which answer at once or not at all.
constexpr std::chrono::milliseconds kHostTimeout{1000};

/// The clock's own type ends in 2262.
std::chrono::system_clock::time_point timePoint(std::chrono::microseconds since1970)
{
    constexpr std::chrono::microseconds kLast{9'000'000'000'000'000};
    return std::chrono::system_clock::time_point(std::min(since1970, kLast));
}

Result<std::chrono::system_clock::time_point> timeOf(std::string text, const std::string& origin)
{
    if (text.ends_with("UTC"))
        text.replace(text.size() - 3, 3, "Z"); // as older versions of the AWS CLI wrote it
    IsoTime time;
    if (!parseIsoTime(text, time))
        return fail(ErrorCode::Permission,
                    fmt::format("The credentials of {} end at '{}', which is no time.", origin, text));
    return timePoint(std::chrono::microseconds{time.microseconds});
}

std::string textOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The text of the first element of that name; the values wanted here hold no entities but &amp;.
std::string elementOf(const std::string& xml, const std::string& name)
{
    const std::string open = fmt::format("<{}>", name);
    const std::size_t begin = xml.find(open);
    if (begin == std::string::npos)
        return {};
    std::string text = xml.substr(begin + open.size(), xml.find('<', begin + open.size()) - begin - open.size());
    for (std::size_t at = text.find("&amp;"); at != std::string::npos; at = text.find("&amp;", at + 1))
        text.replace(at, 5, "&");
    return text;
}

Result<Credentials> askSts(HttpClient& http, const RoleRequest& role, HttpRequest request, const std::stop_token& stop)
{
    if (role.arn.empty())
        return fail(ErrorCode::Usage, "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not; set both.");
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty())
            request.body += fmt::format("&{}={}", key, urlEncoded(value));
    };
    add("RoleArn", role.arn);
    add("RoleSessionName", role.sessionName.empty() ? "headrace" : role.sessionName);
    add("ExternalId", role.externalId);
    add("DurationSeconds", role.durationSeconds);
    request.url = endpointOf("sts", role.region) + "/";
    request.headers.emplace_back("Content-Type: application/x-www-form-urlencoded; charset=utf-8");
    HEADRACE_TRY(const HttpResponse response, http.send(request, stop));
    const std::string origin = fmt::format("the role '{}'", role.arn);
    if (response.status != 200)
        return fail(response.status >= 500 ? ErrorCode::Unavailable : ErrorCode::Permission,
                    fmt::format("The role '{}' could not be taken: {}", role.arn,
                                elementOf(response.body, "Message").empty() ? "the service gave no reason."
                                                                            : elementOf(response.body, "Message")),
                    fmt::format("{} {}", response.status, elementOf(response.body, "Code")));
    Credentials found{elementOf(response.body, "AccessKeyId"), elementOf(response.body, "SecretAccessKey"),
                      elementOf(response.body, "SessionToken"), std::nullopt, origin};
    if (found.accessKey.empty() || found.secretKey.empty())
        return fail(ErrorCode::Failed, fmt::format("The answer about {} holds no credentials.", origin), response.body);
    HEADRACE_TRY(found.expires, timeOf(elementOf(response.body, "Expiration"), origin));
    return found;
}

Error loginNeeded(const std::string& profile)
{
    return {ErrorCode::Permission,
            fmt::format("The single sign-on of the profile '{0}' has ended or never began; run "
                        "'aws sso login --profile {0}'.",
                        profile),
            {},
            std::nullopt};
}

/// The container's credentials as ECS and EKS offer them.
HttpRequest containerRequest()
{
    HttpRequest request;
    request.method = "GET";
    const std::string relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    request.url =
        relative.empty() ? environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") : "http://169.254.170.2" + relative;
    std::string token = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (const std::string file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); !file.empty())
        token = readSmallFile(file).value_or(token);
    if (!token.empty())
        request.headers.push_back("Authorization: " + token);
    return request;
}

Result<std::optional<Credentials>> machineCredentials(HttpClient& http, const std::stop_token& stop)
{
    if (environment("AWS_EC2_METADATA_DISABLED") == "true")
        return std::nullopt;
    std::string base = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    if (base.empty())
        base = "http://169.254.169.254";
    HttpRequest request;
    request.method = "PUT";
    request.url = base + "/latest/api/token";
    request.headers = {"X-aws-ec2-metadata-token-ttl-seconds: 21600"};
    const auto token = http.send(request, stop);
    if (!token || token->status != 200)
        return std::nullopt; // not on such a machine
    request.method = "GET";
    request.headers = {"X-aws-ec2-metadata-token: " + token->body};
    request.url = base + "/latest/meta-data/iam/security-credentials/";
    HEADRACE_TRY(const HttpResponse role, http.send(request, stop));
    if (role.status != 200 || role.body.empty())
        return std::nullopt;
    request.url += role.body.substr(0, role.body.find('\n'));
    HEADRACE_TRY(const HttpResponse answer, http.send(request, stop));
    HEADRACE_TRY(auto found, credentialsFromJson(answer.body, "this machine's role"));
    return found;
}

} // namespace

Result<Credentials> credentialsFromJson(const std::string& json, const std::string& origin)
{
    const auto parsed = tryParseJson(json);
    Credentials found;
    if (parsed.is_object()) {
        found.accessKey = textOf(parsed, "AccessKeyId");
        found.secretKey = textOf(parsed, "SecretAccessKey");
        found.sessionToken = parsed.contains("Token") ? textOf(parsed, "Token") : textOf(parsed, "SessionToken");
    }
    found.origin = origin;
    if (found.accessKey.empty() || found.secretKey.empty())
        return fail(ErrorCode::Permission,
                    fmt::format("What came from {} holds no AccessKeyId and SecretAccessKey.", origin));
    if (const std::string end = textOf(parsed, "Expiration"); !end.empty()) {
        HEADRACE_TRY(found.expires, timeOf(end, origin));
    }
    return found;
}

Result<Credentials> assumeRole(HttpClient& http, const RoleRequest& role, const Credentials& source,
                               const std::stop_token& stop)
{
    HttpRequest request;
    request.body = "Action=AssumeRole&Version=2011-06-15";
    request.signature = {role.region.empty() ? "us-east-1" : role.region, "sts", source.accessKey, source.secretKey};
    if (!source.sessionToken.empty())
        request.headers.push_back("X-Amz-Security-Token: " + source.sessionToken);
    return askSts(http, role, std::move(request), stop);
}

Result<Credentials> assumeRoleWithWebIdentity(HttpClient& http, const RoleRequest& role, const std::string& tokenFile,
                                              const std::stop_token& stop)
{
    const auto token = readSmallFile(tokenFile);
    if (!token)
        return fail(ErrorCode::Permission,
                    fmt::format("The file of the web identity token, '{}', cannot be read.", tokenFile));
    HttpRequest request;
    request.body = fmt::format("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken={}",
                               urlEncoded(token->substr(0, token->find_last_not_of(" \r\n") + 1)));
    return askSts(http, role, std::move(request), stop);
}

Result<Credentials> ssoCredentials(HttpClient& http, const std::map<std::string, std::string>& profile,
                                   const std::map<std::string, std::string>& session, const std::string& profileName,
                                   const std::stop_token& stop)
{
    const std::string sessionName = valueOf(profile, "sso_session");
    const auto& login = sessionName.empty() ? profile : session;
    const std::string cacheKey = sessionName.empty() ? valueOf(profile, "sso_start_url") : sessionName;
    const std::string region = valueOf(login, "sso_region");
    if (region.empty() || valueOf(login, "sso_start_url").empty() || valueOf(profile, "sso_role_name").empty())
        return fail(ErrorCode::Usage, fmt::format("The profile '{}' lacks sso_start_url, sso_region or sso_role_name; "
                                                  "run 'aws configure sso'.",
                                                  profileName));
    const auto text = readSmallFile(awsFolderPath(fmt::format("sso/cache/{}.json", sha1Hex(cacheKey))));
    const auto cached = text ? tryParseJson(*text) : Json();
    if (!cached.is_object() || textOf(cached, "accessToken").empty())
        return fail(loginNeeded(profileName));
    HEADRACE_TRY(const auto end, timeOf(textOf(cached, "expiresAt"), fmt::format("the profile '{}'", profileName)));
    if (end <= std::chrono::system_clock::now())
        return fail(loginNeeded(profileName));
    HttpRequest request;
    request.method = "GET";
    request.url =
        fmt::format("{}/federation/credentials?role_name={}&account_id={}", endpointOf("portal.sso", region),
                    urlEncoded(valueOf(profile, "sso_role_name")), urlEncoded(valueOf(profile, "sso_account_id")));
    request.headers = {"x-amz-sso_bearer_token: " + textOf(cached, "accessToken")};
    HEADRACE_TRY(const HttpResponse response, http.send(request, stop));
    if (response.status == 401)
        return fail(loginNeeded(profileName));
    const auto answer = tryParseJson(response.body);
    const auto role = answer.is_object() ? answer.value("roleCredentials", Json::object()) : Json::object();
    Credentials found{textOf(role, "accessKeyId"), textOf(role, "secretAccessKey"), textOf(role, "sessionToken"),
                      std::nullopt, fmt::format("the single sign-on of the profile '{}'", profileName)};
    if (response.status != 200 || found.accessKey.empty())
        return fail(ErrorCode::Permission,
                    fmt::format("Single sign-on gave no credentials for the role '{}' in the account '{}': {}",
                                valueOf(profile, "sso_role_name"), valueOf(profile, "sso_account_id"),
                                answer.is_object() ? textOf(answer, "message") : "no reason was given."),
                    response.body);
    if (const auto expires = role.find("expiration"); expires != role.end() && expires->is_number())
        found.expires = timePoint(std::chrono::milliseconds{expires->get<std::int64_t>()});
    return found;
}

Result<Credentials> processCredentials(const std::string& command)
{
    std::FILE* const pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr)
        return fail(ErrorCode::Failed, fmt::format("The credential_process '{}' could not be started.", command));
    std::string output;
    std::array<char, 4096> block{};
    for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
        output.append(block.data(), count);
    const int outcome = ::pclose(pipe);
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != 0)
        return fail(ErrorCode::Permission, fmt::format("The credential_process '{}' failed.", command));
    return credentialsFromJson(output, fmt::format("the process '{}'", command));
}

Result<std::optional<Credentials>> hostCredentials(const std::stop_token& stop)
{
    HttpClient http(kHostTimeout, {});
    const HttpRequest container = containerRequest();
    if (container.url.empty())
        return machineCredentials(http, stop);
    HEADRACE_TRY(const HttpResponse answer, http.send(container, stop));
    HEADRACE_TRY(auto found, credentialsFromJson(answer.body, "this container's role"));
    return found;
}

} // namespace headrace::aws
