// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/maria_target.h"

#include "connectors/core/environment.h"
#include "connectors/core/server_options.h"
#include "connectors/core/trusted_way.h"
#include "connectors/mariadb/option_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <pwd.h>
#include <unistd.h>

namespace headrace::mariadb {

namespace {

using Settings = std::map<std::string, std::string>; ///< by the names of the options

constexpr int kDefaultPort = 3306;
constexpr const char* kDefaultSocket = "/run/mysqld/mysqld.sock";

bool decodePercent(std::string_view text, std::string& decoded)
{
    decoded.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        unsigned value = 0;
        const auto end = text.substr(i).size() < 3 ? text.data() : text.data() + i + 3;
        const auto parsed = std::from_chars(text.data() + i + 1, end, value, 16);
        if (parsed.ptr != end)
            return false;
        decoded += static_cast<char>(value);
        i += 2;
    }
    return true;
}

/// mysql://user:password@host:port/database?sslmode=… into `settings`.
bool readUri(std::string_view uri, Settings& settings)
{
    const auto scheme = uri.find("://");
    if (scheme == std::string_view::npos || (uri.substr(0, scheme) != "mysql" && uri.substr(0, scheme) != "mariadb"))
        return false;
    uri.remove_prefix(scheme + 3);
    const auto query = uri.find('?');
    std::string_view rest = query == std::string_view::npos ? "" : uri.substr(query + 1);
    uri = uri.substr(0, query);
    const auto put = [&settings](const char* name, std::string_view text) {
        return text.empty() || decodePercent(text, settings[name]);
    };
    bool good = true;
    if (const auto slash = uri.find('/'); slash != std::string_view::npos) {
        good = put("database", uri.substr(slash + 1));
        uri = uri.substr(0, slash);
    }
    if (const auto at = uri.rfind('@'); at != std::string_view::npos) {
        const auto colon = uri.substr(0, at).find(':');
        good = good && put("user", uri.substr(0, std::min(colon, at)));
        good = good && (colon == std::string_view::npos || put("password", uri.substr(colon + 1, at - colon - 1)));
        uri.remove_prefix(at + 1);
    }
    const auto bracket = uri.rfind(']'); // [::1]:3306
    const auto colon = uri.find(':', bracket == std::string_view::npos ? 0 : bracket);
    std::string_view host = uri.substr(0, colon);
    if (bracket != std::string_view::npos && host.starts_with('['))
        host = host.substr(1, host.size() - 2);
    good = good && put("host", host) && (colon == std::string_view::npos || put("port", uri.substr(colon + 1)));
    while (good && !rest.empty()) {
        const auto ampersand = rest.find('&');
        const std::string_view pair = rest.substr(0, ampersand);
        const auto equals = pair.find('=');
        static const std::vector<std::string> kNames{"socket", "sslmode", "sslrootcert", "sslcert", "sslkey"};
        const std::string name(pair.substr(0, equals));
        good = equals != std::string_view::npos && std::ranges::find(kNames, name) != kNames.end() &&
               put(name.c_str(), pair.substr(equals + 1));
        rest = ampersand == std::string_view::npos ? "" : rest.substr(ampersand + 1);
    }
    return good;
}

bool isOff(const std::string& value)
{
    std::string lower = value;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return lower == "0" || lower == "off" || lower == "false" || lower == "disabled";
}

/// The option `sslmode` in an option file's own words, MySQL's among them; "" where it says nothing.
std::string tlsOf(const Settings& file)
{
    const auto value = [&file](const char* name) {
        const auto found = file.find(name);
        return found == file.end() ? std::string() : found->second;
    };
    if (file.contains("skip_ssl") || file.contains("disable_ssl") || isOff(value("ssl")) || isOff(value("ssl_mode")))
        return "disable";
    if (const std::string mode = value("ssl_mode"); !mode.empty())
        return mode == "PREFERRED" ? "prefer" : mode == "REQUIRED" ? "require" : "verify-full";
    if (file.contains("skip_ssl_verify_server_cert") || file.contains("disable_ssl_verify_server_cert"))
        return "prefer";
    if (!file.contains("ssl_verify_server_cert"))
        return {};
    return isOff(value("ssl_verify_server_cert")) ? "prefer" : "verify-full";
}

/// What an option file says, by the names of the options.
Result<Settings> fromOptionFile(const std::string& path)
{
    HEADRACE_TRY(const Settings file, readOptionFile(path));
    static const Settings kNames{{"host", "host"},          {"port", "port"},         {"socket", "socket"},
                                 {"user", "user"},          {"password", "password"}, {"database", "database"},
                                 {"ssl_ca", "sslrootcert"}, {"ssl_cert", "sslcert"},  {"ssl_key", "sslkey"},
                                 {"protocol", "protocol"}};
    Settings settings;
    for (const auto& [name, value] : file)
        if (const auto known = kNames.find(name); known != kNames.end())
            settings[known->second] = value;
    if (const std::string mode = tlsOf(file); !mode.empty())
        settings["sslmode"] = mode;
    if (settings.contains("protocol")) // in any case
        std::ranges::transform(settings["protocol"], settings["protocol"].begin(),
                               [](unsigned char c) { return std::tolower(c); });
    return settings;
}

std::string ownName()
{
    const passwd* user = ::getpwuid(::getuid());
    return user == nullptr ? "" : user->pw_name;
}

/// Like the command line client, no host or "localhost" without a port means the socket.
void chooseAddress(const Settings& settings, Target& target)
{
    const auto text = [&settings](const char* name) {
        const auto found = settings.find(name);
        return found == settings.end() ? std::string() : found->second;
    };
    target.host = text("host");
    target.socket = text("socket");
    const std::string port = text("port");
    target.port = port.empty() ? kDefaultPort : std::atoi(port.c_str());
    const bool isFar = !text("ssh").empty() || text("protocol") == "tcp"; // where localhost is no socket
    if (isFar)
        target.socket.clear();
    else if (target.socket.empty() && port.empty() && (target.host.empty() || target.host == "localhost"))
        target.socket = kDefaultSocket;
    if (!target.socket.empty())
        target.host.clear();
    else if (target.host.empty())
        target.host = "127.0.0.1";
    target.title = target.socket.empty() ? fmt::format("MariaDB at {}:{}", target.host, target.port)
                                         : fmt::format("MariaDB at {}", target.socket);
}

/// Encryption and a certificate that fits the host, unless the server is on this machine or the user chose.
Status chooseTls(const Settings& settings, Target& target)
{
    const auto mode = settings.find("sslmode");
    const std::string text = mode != settings.end()       ? mode->second
                             : isThisMachine(target.host) ? "prefer"
                                                          : "verify-full";
    target.tls = text == "disable"   ? Tls::Disable
                 : text == "prefer"  ? Tls::Prefer
                 : text == "require" ? Tls::Require
                                     : Tls::Verify;
    if (target.tls == Tls::Verify && target.tunnel && !isThisMachine(target.tunnel->host))
        return fail(
            ErrorCode::Usage,
            fmt::format("Through an SSH host MariaDB's library cannot tell whether the certificate is the one of "
                        "'{}'. Set sslmode to require, or to disable if the network behind '{}' can be trusted.",
                        target.tunnel->host, target.tunnel->sshHost));
    return {};
}

} // namespace

Result<Target> Target::from(const Options& options)
{
    const std::string file = options.text("defaults_file");
    const bool own = file.starts_with("~/");
    const std::string path = own ? homeFolder() + file.substr(1) : file;
    if (!own && !file.empty() && ::access(path.c_str(), R_OK) != 0)
        return fail(ErrorCode::Usage, fmt::format("The file '{}' of the option 'defaults_file' cannot be read.", file));
    HEADRACE_TRY(Settings settings, fromOptionFile(path));
    Settings given;
    if (const std::string uri = options.text("uri"); !uri.empty() && !readUri(uri, given))
        return fail(ErrorCode::Usage, "The option 'uri' is no address of a MariaDB or MySQL server; write "
                                      "mysql://user@host:3306/database.");
    for (const char* name : {"host", "port", "socket", "database", "user", "password", "sslmode", "sslrootcert",
                             "sslcert", "sslkey", "ssh"})
        if (const std::string value = options.text(name); !value.empty())
            given[name] = value;
    if (given.contains("host") && !given.contains("socket"))
        settings.erase("socket"); // the file's
    for (const auto& [name, value] : given)
        settings[name] = value;
    Target target;
    chooseAddress(settings, target);
    if (settings.contains("ssh")) {
        HEADRACE_TRY(target.tunnel, SshTunnel::Route::through(settings["ssh"], target.host, target.port));
        target.title += fmt::format(" through '{}'", target.tunnel->sshHost);
    }
    HEADRACE_CHECK(chooseTls(settings, target));
    target.user = settings.contains("user") ? settings["user"] : ownName();
    target.password = settings["password"];
    target.database = settings["database"];
    target.caFile = settings["sslrootcert"];
    target.certificateFile = settings["sslcert"];
    target.keyFile = settings["sslkey"];
    target.applicationName = options.text("application_name");
    const ServerTimeouts timeouts = timeoutsOf(options);
    target.connectTimeout = timeouts.connect;
    target.statementTimeout = timeouts.statement;
    return target;
}

} // namespace headrace::mariadb
