// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/pg_error.h"

#include "connectors/core/row_advice.h"
#include "connectors/core/ssh_tunnel.h"
#include "connectors/postgres/password_file.h"
#include "connectors/postgres/pq_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace headrace::postgres {

namespace {

/// PostgreSQL's documentation, appendix A: classes and conditions of SQLSTATE.
ErrorCode codeOf(std::string_view state)
{
    constexpr std::array<std::pair<std::string_view, ErrorCode>, 17> kConditions{{
        {"42P01", ErrorCode::NotFound},    // undefined_table
        {"42703", ErrorCode::NotFound},    // undefined_column
        {"3F000", ErrorCode::NotFound},    // invalid_schema_name
        {"3D000", ErrorCode::NotFound},    // invalid_catalog_name
        {"42501", ErrorCode::Permission},  // insufficient_privilege
        {"28", ErrorCode::Permission},     // invalid authorization
        {"53100", ErrorCode::Full},        // disk_full
        {"55P03", ErrorCode::Unavailable}, // lock_not_available
        {"57014", ErrorCode::Failed},      // query_canceled: statement_timeout
        {"57", ErrorCode::Unavailable},    // operator intervention: shutdown, crash
        {"53", ErrorCode::Unavailable},    // insufficient resources
        {"40", ErrorCode::Unavailable},    // serialization failure, deadlock
        {"08", ErrorCode::Unavailable},    // connection exception
        {"25P03", ErrorCode::Unavailable}, // idle_in_transaction_session_timeout
        {"22", ErrorCode::Data},           // data exception
        {"23", ErrorCode::Data},           // integrity constraint violation
        {"42", ErrorCode::Usage},          // syntax error or access rule violation
    }};
    if (state.empty())
        return ErrorCode::Unavailable; // no answer: the connection broke
    const auto found =
        std::ranges::find_if(kConditions, [&](const auto& condition) { return state.starts_with(condition.first); });
    return found == kConditions.end() ? ErrorCode::Failed : found->second;
}

std::string trimmed(const char* text)
{
    std::string result = text == nullptr ? "" : text;
    while (!result.empty() && (result.back() == '\n' || result.back() == ' '))
        result.pop_back();
    return result;
}

std::string asSentence(std::string text)
{
    if (text.starts_with("ERROR:  ") || text.starts_with("FATAL:  "))
        text.erase(0, 8);
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 32);
    if (!text.empty() && text.back() != '.' && text.back() != '!')
        text += '.';
    return text;
}

std::string field(const pg_result* result, int code)
{
    return result == nullptr ? "" : trimmed(PQresultErrorField(result, code));
}

/// What the user can do, behind the server's words; "" where they say it.
std::string_view adviceFor(std::string_view state, std::string_view said)
{
    if (state == "23502")
        return kNullAdvice;
    if (state == "23505")
        return kDuplicateAdvice;
    if (state == "42602" || said.starts_with("cross-database references") || said.starts_with("improper "))
        return " Put each part of a name that holds blanks, quotes or dots in double quotes: \"schema\".\"table\".";
    return {};
}

} // namespace

std::string sqlState(const pg_result* result)
{
    return field(result, PG_DIAG_SQLSTATE);
}

Error statementError(std::string_view what, const pg_conn* connection, const pg_result* result)
{
    const std::string state = sqlState(result);
    std::string said = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (said.empty())
        said = trimmed(PQerrorMessage(connection));
    std::string detail = trimmed(result == nullptr ? nullptr : PQresultErrorMessage(result));
    if (detail.empty())
        detail = trimmed(PQerrorMessage(connection));
    std::string more = field(result, PG_DIAG_MESSAGE_DETAIL);
    // Of COPY: "COPY orders, line 2, column name: …" names the row.
    if (const std::string context = field(result, PG_DIAG_CONTEXT); more.empty() && context.starts_with("COPY "))
        more = context;
    if (state.empty()) // libpq's own text has several lines
        said = said.substr(0, said.find('\n'));
    const std::string_view advice = adviceFor(state, said);
    return {codeOf(state),
            fmt::format("{}: {}{}{}{}", what, asSentence(said), more.empty() ? "" : " ", asSentence(more), advice),
            std::move(detail), std::nullopt};
}

Error connectError(const std::string& title, const pg_conn* connection, const std::string& tunnelSaid)
{
    const std::string said = trimmed(PQerrorMessage(connection));
    if (auto behind = SshTunnel::failureBehind(tunnelSaid, title))
        return *std::move(behind);
    const auto has = [&](std::string_view part) { return said.find(part) != std::string::npos; };
    const std::string user = PQuser(connection) == nullptr ? "" : PQuser(connection);
    const std::string database = PQdb(connection) == nullptr ? "" : PQdb(connection);
    const auto error = [&](ErrorCode code, const std::string& cause) {
        return Error{code, fmt::format("{} cannot be reached: {}", title, cause), said, std::nullopt};
    };
    if (has("could not translate host name"))
        return error(ErrorCode::NotFound, "its name is not known. Check the host's spelling and the network.");
    if (has("service file ") || has("connection option") || has(" value: \""))
        return error(ErrorCode::Usage, asSentence(said.substr(0, said.find('\n'))));
    if (has("no password supplied")) {
        const std::string problem = whyPassedOver(passwordFile());
        return error(ErrorCode::Permission,
                     fmt::format("it wants a password for the user '{}'. {}", user,
                                 problem.empty() ? "Set one, or add a line to ~/.pgpass." : problem));
    }
    if (has("password authentication failed") || has("SASL authentication failed"))
        return error(ErrorCode::Permission, fmt::format("it refuses the user '{}' with this password.", user));
    if (has("does not exist") && has("role \""))
        return error(ErrorCode::NotFound, fmt::format("it has no user '{}'.", user));
    if (has("does not exist") && has("database \""))
        return error(ErrorCode::NotFound, fmt::format("it has no database '{}'. Check its name.", database));
    if (has("no encryption"))
        return error(
            ErrorCode::Permission,
            fmt::format("it wants an encrypted connection for the user '{}'. Set sslmode to verify-full.", user));
    if (has("no pg_hba.conf entry") || has("pg_hba.conf rejects"))
        return error(ErrorCode::Permission,
                     fmt::format("its pg_hba.conf does not let the user '{}' into the database '{}' from here.", user,
                                 database));
    if (has("invalid response to SSL negotiation") || has("expected authentication request"))
        return error(ErrorCode::NotFound, "what answers there is no PostgreSQL server. Check host and port.");
    if (has("root certificate file"))
        return error(ErrorCode::Usage, "the file of trusted certificates cannot be read. Check sslrootcert.");
    if (has("certificate verify failed") || has("server certificate for"))
        return error(ErrorCode::Permission,
                     "its TLS certificate is not trusted or is for another host. Set sslrootcert to "
                     "the authority that signed it.");
    if (has("does not support SSL"))
        return error(ErrorCode::Permission, "it offers no TLS. Set sslmode to disable if the network can be trusted.");
    if (has("SSL"))
        return error(ErrorCode::Permission, "TLS failed. " + asSentence(said.substr(said.rfind("SSL"))));
    if (has("Connection refused"))
        return error(ErrorCode::Unavailable,
                     "the connection was refused. Check that the server runs and listens there.");
    if (has("on socket") && has("No such file or directory"))
        return error(ErrorCode::Unavailable, "there is no such socket. Check that the server runs, or set a host.");
    if (has("timeout expired"))
        return error(ErrorCode::Unavailable, "it did not answer in time. Check the address and firewalls.");
    if (has("starting up") || has("shutting down") || has("recovery") || has("too many"))
        return error(ErrorCode::Unavailable,
                     asSentence(said.substr(said.rfind("FATAL:") == std::string::npos ? 0 : said.rfind("FATAL:"))));
    return error(ErrorCode::Unavailable, asSentence(said.substr(0, said.find('\n'))));
}

} // namespace headrace::postgres
