// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/odbc_error.h"

#include "connectors/odbc/driver_list.h"
#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/wide_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace headrace::odbc {

namespace {

constexpr SQLSMALLINT kMostCharacters = 2048;

/// "[unixODBC][Driver Manager]Data source name not found" from its end of brackets on.
std::string withoutBrackets(std::string text)
{
    while (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string::npos)
            break;
        text.erase(0, end + 1);
    }
    const auto first = text.find_first_not_of(" \n");
    text.erase(0, std::min(first, text.size()));
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    return text;
}

std::string asSentence(std::string text)
{
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 32);
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
    if (!text.empty() && text.back() != '.' && text.back() != '?' && text.back() != '!')
        text += '.';
    return text;
}

std::string detailOf(const std::vector<Diagnostic>& diagnostics)
{
    std::string text;
    for (const Diagnostic& one : diagnostics)
        text += fmt::format("{}{} ({}): {}", text.empty() ? "" : "; ", one.state, one.number, one.text);
    return text;
}

/// What drivers say and in which state; some know few states, so their words count too.
class Said {
public:
    explicit Said(const std::vector<Diagnostic>& diagnostics)
        : m_diagnostics(diagnostics)
    {
    }

    [[nodiscard]] bool state(std::string_view start) const
    {
        return std::ranges::any_of(m_diagnostics, [&](const auto& one) { return one.state.starts_with(start); });
    }
    [[nodiscard]] bool number(std::initializer_list<long> numbers) const
    {
        return std::ranges::any_of(
            m_diagnostics, [&](const auto& one) { return std::ranges::find(numbers, one.number) != numbers.end(); });
    }
    [[nodiscard]] bool text(std::initializer_list<const char*> parts) const
    {
        return std::ranges::any_of(m_diagnostics, [&](const Diagnostic& one) {
            return std::ranges::any_of(parts,
                                       [&](const char* part) { return one.text.find(part) != std::string::npos; });
        });
    }
    [[nodiscard]] std::string first() const
    {
        return m_diagnostics.empty() ? "" : asSentence(m_diagnostics.front().text);
    }

private:
    const std::vector<Diagnostic>& m_diagnostics;
};

ErrorCode codeOf(const std::vector<Diagnostic>& diagnostics)
{
    const Said said(diagnostics);
    // MariaDB's numbers: 1205 and 1213 locks, 1053 and 1927 the end of a session, 2002 to 2055 the network.
    if (isConnectionLost(diagnostics) || said.state("40") || said.number({1205, 1213, 1040, 1203}) ||
        said.state("57P") || said.state("53300") || said.text({"database is locked", "deadlock detected"}))
        return ErrorCode::Unavailable;
    if (said.state("HY008") || said.state("57014") || said.state("HYT0"))
        return ErrorCode::Failed;
    if (said.state("42S02") || said.state("42S22") || said.state("42P01") || said.state("42703") ||
        said.state("3F000") || said.state("3D000") || said.number({1049, 1051, 1054, 1146}) ||
        said.text({"no such table", "no such column", "does not exist"}))
        return ErrorCode::NotFound;
    if (said.state("42501") || said.state("25006") || said.state("28") ||
        said.number({1044, 1045, 1142, 1143, 1227, 1290, 1792}) ||
        said.text({"readonly database", "permission denied", "read-only transaction"}))
        return ErrorCode::Permission;
    if (said.state("53100") || said.number({1021, 1114}) || said.text({"disk is full"}))
        return ErrorCode::Full;
    if (said.state("22") || said.state("23") || said.number({1265, 1292, 1366, 1406, 1264, 1062, 1048}) ||
        said.text({"constraint failed", "out of range", "violates"}))
        return ErrorCode::Data;
    if (said.state("42") || said.state("37") || said.text({"syntax error"}))
        return ErrorCode::Usage;
    return ErrorCode::Failed;
}

std::string packageHint(const std::string& driver)
{
    const std::string package = packageOf(driver);
    return package.empty() ? "Install the driver and name it in /etc/odbcinst.ini."
                           : fmt::format("Install the package {}.", package);
}

std::string knownEntries(const char* what, const std::vector<Entry>& entries)
{
    return entries.empty() ? fmt::format("There are no {} on this machine.", what)
                           : fmt::format("Known {}: {}.", what, fmt::join(namesOf(entries), ", "));
}

/// What the driver manager says before any driver does; no message when it is about something else.
std::pair<ErrorCode, std::string> withoutDriver(const Target& target, const Said& said)
{
    const auto drivers = installedDrivers();
    const bool isKnown = std::ranges::find(drivers, target.driver, &Entry::name) != drivers.end();
    const bool isMissing = said.text({"Can't open lib"}) || said.state("IM003");
    if (isMissing && (isKnown || !target.source.empty() || target.driver.find('/') != std::string::npos))
        return {ErrorCode::NotFound, fmt::format("the library of the driver '{}' cannot be loaded. {}", target.driver,
                                                 packageHint(target.driver))};
    if (!isMissing && !said.state("IM002"))
        return {};
    if (target.source.empty())
        return {ErrorCode::NotFound, fmt::format("there is no ODBC driver '{}'. {} {}", target.driver,
                                                 packageHint(target.driver), knownEntries("drivers", drivers))};
    return {ErrorCode::NotFound, fmt::format("~/.odbc.ini and /etc/odbc.ini have no data source '{}'. {}",
                                             target.source, knownEntries("data sources", dataSources()))};
}

std::string tlsCause(const Said& said)
{
    if (said.text({"does not support SSL", "doesn't support", "but the server does not support it"}))
        return "it offers no TLS. Set sslmode to disable if the network can be trusted.";
    if (said.text({"root certificate file"}))
        return "the file of trusted certificates cannot be read. Check sslrootcert.";
    if (said.text({"verif", "server certificate for", "alidation", "self-signed", "self signed"}))
        return "its TLS certificate is not trusted or is for another host. Set sslrootcert to the authority that "
               "signed it.";
    return "TLS failed. " + said.first();
}

std::pair<ErrorCode, std::string> causeOf(const Target& target, const Said& said)
{
    if (auto missing = withoutDriver(target, said); !missing.second.empty())
        return missing;
    if (said.text({"could not translate host name", "nknown server host", "Unknown MySQL server host",
                   "Name or service not known"}))
        return {ErrorCode::NotFound, "its name is not known. Check the server's spelling and the network."};
    if (said.number({1049}) || (said.text({"database \""}) && said.text({"does not exist"})))
        return {ErrorCode::NotFound, fmt::format("it has no database '{}'. Check its name.", target.database)};
    if (said.text({"no password supplied", "using password: NO"}))
        return {ErrorCode::Permission,
                fmt::format("it wants a password for the user '{}'. Set the option 'password'.", target.user)};
    if (said.text({"socket"}) && said.text({"No such file or directory", "(2)"}))
        return {ErrorCode::Unavailable, "there is no such socket. Check that the server runs, or set a host."};
    if (said.text({"invalid response to SSL negotiation", "expected authentication request"}))
        return {ErrorCode::NotFound, "what answers there is no PostgreSQL server. Check host and port."};
    if (said.text({"initial communication packet"}))
        return {ErrorCode::Unavailable, "it did not say who it is. Check host and port: it may be another kind of "
                                        "server, or one that has no time."};
    if (said.text({"SSL", "certificate", "TLS"}) && !said.text({"password authentication failed", "using password"}))
        return {ErrorCode::Permission, tlsCause(said)};
    if (said.state("28") || said.number({1045, 1698}) || said.text({"password authentication failed", "Login failed"}))
        return {ErrorCode::Permission, fmt::format("it refuses the user '{}' with this password.", target.user)};
    if (said.text({"refused", "(111)"}) || said.number({2002, 2003}))
        return {ErrorCode::Unavailable, "the connection was refused. Check that the server runs and listens there."};
    if (said.text({"connect failed"}) && dialectOf(target.driver) == Dialect::Sqlite)
        return {ErrorCode::NotFound, fmt::format("the file '{}' is not there or cannot be opened.", target.database)};
    if (said.text({"imed out", "imeout", "(110)"}) || said.state("HYT0"))
        return {ErrorCode::Unavailable, "it did not answer in time. Check the address and firewalls."};
    return {said.state("08") ? ErrorCode::Unavailable : ErrorCode::Failed, said.first()};
}

} // namespace

std::vector<Diagnostic> diagnosticsOf(short kind, void* handle)
{
    std::vector<Diagnostic> diagnostics;
    std::array<SQLWCHAR, SQL_SQLSTATE_SIZE + 1> state{};
    std::array<SQLWCHAR, kMostCharacters> text{};
    SQLINTEGER number = 0;
    SQLSMALLINT length = 0;
    constexpr SQLSMALLINT kMost = 8;
    for (SQLSMALLINT i = 1; i <= kMost; ++i) {
        if (!SQL_SUCCEEDED(
                SQLGetDiagRecW(kind, handle, i, state.data(), &number, text.data(), kMostCharacters, &length)))
            break;
        const auto units =
            std::clamp<std::size_t>(static_cast<std::size_t>(std::max<SQLSMALLINT>(length, 0)), 0, text.size() - 1);
        diagnostics.push_back({narrowed({reinterpret_cast<const char16_t*>(state.data()), SQL_SQLSTATE_SIZE}), number,
                               withoutBrackets(narrowed({reinterpret_cast<const char16_t*>(text.data()), units}))});
    }
    return diagnostics;
}

bool isConnectionLost(const std::vector<Diagnostic>& diagnostics)
{
    const Said said(diagnostics);
    return said.state("08") || said.state("57P01") || said.number({1053, 1927, 2006, 2013, 2055}) ||
           said.text({"server closed the connection", "terminating connection", "no connection to the server",
                      "server has gone away", "Lost connection", "could not receive data", "could not send"});
}

Error unreachable(const Target& target, ErrorCode code, std::string_view cause)
{
    std::string message = fmt::format("{} cannot be reached: {}", target.title, cause);
    message.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(message.front())));
    return {code, std::move(message), {}, std::nullopt};
}

Error connectError(const Target& target, const std::vector<Diagnostic>& diagnostics)
{
    const auto [code, cause] = causeOf(target, Said(diagnostics));
    Error error = unreachable(target, code, cause);
    error.detail = detailOf(diagnostics);
    return error;
}

Error statementError(std::string_view what, const std::vector<Diagnostic>& diagnostics)
{
    return {codeOf(diagnostics), fmt::format("{}: {}", what, Said(diagnostics).first()), detailOf(diagnostics),
            std::nullopt};
}

} // namespace headrace::odbc
