// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/pg_target.h"

#include "connectors/core/environment.h"
#include "connectors/core/server_options.h"
#include "connectors/core/ssh_hosts.h"
#include "connectors/core/trusted_way.h"
#include "connectors/postgres/password_file.h"
#include "connectors/postgres/pq_library.h"
#include "connectors/postgres/service_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace headrace::postgres {

namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using Parsed = std::unique_ptr<PQconninfoOption, FreeOptions>;

Status readUri(const std::string& uri, std::map<std::string, std::string>& parameters)
{
    char* message = nullptr;
    const Parsed parsed(PQconninfoParse(uri.c_str(), &message));
    if (parsed == nullptr) {
        PQfreemem(message); // it may quote the password
        return fail(ErrorCode::Usage, "The option 'uri' is no connection string of PostgreSQL; write "
                                      "postgresql://user@host:5432/database or keywords like host=… dbname=….");
    }
    for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            parameters[option->keyword] = option->val;
    return {};
}

/// The value that libpq would use, also from the environment and the service file.
std::string effective(const std::map<std::string, std::string>& parameters, const std::string& keyword)
{
    if (const auto found = parameters.find(keyword); found != parameters.end())
        return found->second;
    const Parsed defaults(PQconndefaults());
    for (const PQconninfoOption* option = defaults.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (keyword == option->keyword && option->val != nullptr)
            return option->val;
    return {};
}

/// Encryption and a certificate that fits the host, unless the server is on this machine or the user chose.
void chooseTls(std::map<std::string, std::string>& parameters)
{
    if (parameters.contains("sslmode") || std::getenv("PGSSLMODE") != nullptr)
        return;
    const std::string host = effective(parameters, "host");
    if (isThisMachine(host) && isThisMachine(effective(parameters, "hostaddr")))
        return;
    parameters["sslmode"] = "verify-full";
    const std::string own = homeFolder() + "/.postgresql/root.crt";
    // Without a file of their own, the authorities that the system trusts decide; libpq 15 has no word for them.
    if (!parameters.contains("sslrootcert") && std::getenv("PGSSLROOTCERT") == nullptr && !std::filesystem::exists(own))
        parameters["sslrootcert"] = kSystemCertificates;
}

/// Through which host the server is reached, as it is seen from there.
Result<SshTunnel::Route> routeThrough(const std::string& sshHost, const std::map<std::string, std::string>& parameters)
{
    const std::string address = effective(parameters, "hostaddr");
    const std::string port = effective(parameters, "port");
    return SshTunnel::Route::through(sshHost, address.empty() ? effective(parameters, "host") : address,
                                     port.empty() ? 5432 : std::atoi(port.c_str()));
}

/// What the service in pg_service.conf says and the options do not. libpq reads it again, but which host it means must
/// be known before.
Status addService(std::map<std::string, std::string>& parameters)
{
    const std::string name = parameters.contains("service") ? parameters["service"] : environment("PGSERVICE");
    if (name.empty())
        return {};
    if (const auto service = readService(name)) {
        for (const auto& [keyword, value] : *service)
            parameters.try_emplace(keyword, value);
        return {};
    }
    const auto known = serviceNames();
    const std::string near = nearest(name, known);
    return fail(ErrorCode::NotFound,
                fmt::format("pg_service.conf has no service '{}'{}", name,
                            !near.empty()   ? fmt::format("; did you mean '{}'?", near)
                            : known.empty() ? ". There are no services in ~/.pg_service.conf, nor in "
                                              "/etc/postgresql-common."
                                            : fmt::format(". Known services: {}.", fmt::join(known, ", "))));
}

/// Behind a tunnel.
void addPassword(std::map<std::string, std::string>& parameters)
{
    const auto value = [&parameters](const char* keyword, const std::string& without) {
        const std::string text = effective(parameters, keyword);
        return text.empty() ? without : text;
    };
    if (!value("password", "").empty())
        return;
    const std::string user = value("user", "");
    const std::string password =
        passwordFrom(value("passfile", passwordFile()),
                     {value("host", "localhost"), value("port", "5432"), value("dbname", user), user});
    if (!password.empty())
        parameters["password"] = password;
}

} // namespace

Result<Target> Target::from(const Options& options)
{
    HEADRACE_CHECK(pqLibrary.load());
    Target target;
    auto& parameters = target.parameters;
    if (const std::string uri = options.text("uri"); !uri.empty())
        HEADRACE_CHECK(readUri(uri, parameters));
    static const std::map<std::string, std::string> keywords{{"host", "host"},
                                                             {"port", "port"},
                                                             {"database", "dbname"},
                                                             {"user", "user"},
                                                             {"password", "password"},
                                                             {"service", "service"},
                                                             {"sslmode", "sslmode"},
                                                             {"sslrootcert", "sslrootcert"},
                                                             {"sslcert", "sslcert"},
                                                             {"sslkey", "sslkey"},
                                                             {"connect_timeout", "connect_timeout"},
                                                             {"application_name", "application_name"}};
    for (const auto& [option, keyword] : keywords)
        if (const std::string value = options.text(option); !value.empty())
            parameters[keyword] = value;
    if (options.has("connect_timeout"))
        parameters["connect_timeout"] = std::to_string(std::max<std::int64_t>(
            2, std::chrono::duration_cast<std::chrono::seconds>(options.duration("connect_timeout")).count()));
    HEADRACE_CHECK(addService(parameters));
    if (const std::string sshHost = options.text("ssh"); !sshHost.empty()) {
        HEADRACE_TRY(target.tunnel, routeThrough(sshHost, parameters));
        parameters.try_emplace("host", "localhost");
        addPassword(parameters);
    }
    chooseTls(parameters);
    parameters["client_encoding"] = "UTF8";
    // A peer that is gone without a word is noticed within about a minute.
    for (const auto& [keyword, value] : {std::pair{"keepalives_idle", "30"}, std::pair{"keepalives_interval", "10"},
                                         std::pair{"keepalives_count", "3"}, std::pair{"tcp_user_timeout", "60000"}})
        parameters.try_emplace(keyword, value);
    target.statementTimeout =
        std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("statement_timeout"));
    const std::string host = effective(parameters, "host");
    const std::string port = effective(parameters, "port");
    target.title = fmt::format("PostgreSQL at {}:{}", host.empty() ? "localhost" : host, port.empty() ? "5432" : port);
    if (target.tunnel)
        target.title += fmt::format(" through '{}'", target.tunnel->sshHost);
    return target;
}

std::vector<OptionSpec> connectionOptions()
{
    std::vector<OptionSpec> options{
        {.key = "host", .label = "Host", .help = "Name or address of the server, or the folder of its socket."},
        {.key = "port",
         .type = OptionType::Integer,
         .label = "Port",
         .help = "TCP port of the server; 5432 without one.",
         .minimum = 1,
         .maximum = 65'535},
        {.key = "database", .label = "Database", .help = "Name of the database; that of the user without one."},
        {.key = "user", .label = "User", .help = "Name to log in with; that of the operating system without one."},
        {.key = "password",
         .label = "Password",
         .help = "Better left to ~/.pgpass, which is read when this is empty.",
         .secret = true},
        {.key = "uri",
         .label = "URI",
         .help = "postgresql://user@host/database?sslmode=… or libpq's keywords, instead of the fields above or before "
                 "them.",
         .advanced = true,
         .secret = true},
        {.key = "service",
         .label = "Service",
         .help = "Name of a section of ~/.pg_service.conf or the system's that holds the connection; the fields go "
                 "before it.",
         .advanced = true,
         .findChoices = serviceNames},
        sshHostOption("Its line in ~/.pgpass is the one of that host and port."),
    };
    const auto tls = tlsOptions({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"},
                                "~/.postgresql/root.crt or the system's");
    const auto session = sessionOptions("pg_stat_activity");
    options.insert(options.end(), tls.begin(), tls.end());
    options.insert(options.end(), session.begin(), session.end());
    return options;
}

} // namespace headrace::postgres
