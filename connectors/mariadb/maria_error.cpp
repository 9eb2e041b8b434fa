// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/maria_error.h"

#include "connectors/core/row_advice.h"

#include <fmt/format.h>

#include <errmsg.h>
#include <mysqld_error.h>

namespace headrace::mariadb {

namespace {

ErrorCode codeOf(const Failure& failure)
{
    switch (failure.number) {
    case ER_NO_SUCH_TABLE:
    case ER_BAD_TABLE_ERROR:
    case ER_BAD_DB_ERROR:
    case ER_BAD_FIELD_ERROR:
    case ER_SP_DOES_NOT_EXIST:
        return ErrorCode::NotFound;
    case ER_ACCESS_DENIED_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
    case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
    case ER_OPTION_PREVENTS_STATEMENT: // read_only
        return ErrorCode::Permission;
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
        return ErrorCode::Full;
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_LOCK_DEADLOCK:
    case ER_SERVER_SHUTDOWN:
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_CONNECTION_KILLED:
    case ER_NET_READ_ERROR:
    case ER_NET_READ_INTERRUPTED:
    case ER_NET_ERROR_ON_WRITE:
    case ER_NET_WRITE_INTERRUPTED:
        return ErrorCode::Unavailable;
    case WARN_DATA_TRUNCATED:
    case ER_TRUNCATED_WRONG_VALUE:
    case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
        return ErrorCode::Data;
    case ER_STATEMENT_TIMEOUT:
    case ER_QUERY_INTERRUPTED:
        return ErrorCode::Failed;
    default:
        break;
    }
    if ((failure.number >= CR_MIN_ERROR && failure.number <= CR_MAX_ERROR) ||
        (failure.number >= CR_ERR_NET_READ && failure.number <= CR_ERR_NET_WRITE))
        return ErrorCode::Unavailable; // no answer: the connection broke
    if (failure.state.starts_with("22") || failure.state.starts_with("23"))
        return ErrorCode::Data;
    if (failure.state.starts_with("42"))
        return ErrorCode::Usage;
    return failure.state.starts_with("08") ? ErrorCode::Unavailable : ErrorCode::Failed;
}

std::string asSentence(std::string text)
{
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 32);
    if (!text.empty() && text.back() != '.')
        text += '.';
    return text;
}

std::string detailOf(const Failure& failure)
{
    return fmt::format("{} ({}): {}", failure.number, failure.state, failure.text);
}

Error tlsError(const Target& target, const Failure& failure)
{
    const auto has = [&](std::string_view part) { return failure.text.find(part) != std::string::npos; };
    const auto error = [&](ErrorCode code, std::string_view cause) {
        return Error{code, fmt::format("{} cannot be reached: {}", target.title, cause), detailOf(failure),
                     std::nullopt};
    };
    if (has("does not support"))
        return error(ErrorCode::Permission, "it offers no TLS. Set sslmode to disable if the network can be trusted.");
    if (has("ertificate") || has("verif") || has("Validation"))
        return error(ErrorCode::Permission,
                     "its TLS certificate is not trusted or is for another host. Set sslrootcert to the authority that "
                     "signed it.");
    return error(ErrorCode::Permission, "TLS failed. " + asSentence(failure.text));
}

/// What the user can do, behind the server's words; "" where they say it.
std::string_view adviceFor(unsigned number)
{
    switch (number) {
    case ER_NO_DEFAULT_FOR_FIELD:
    case ER_BAD_NULL_ERROR:
        return kNullAdvice;
    case ER_DUP_ENTRY:
    case ER_DUP_ENTRY_WITH_KEY_NAME:
        return kDuplicateAdvice;
    default:
        return {};
    }
}

} // namespace

Error statementError(std::string_view what, const Failure& failure)
{
    return {codeOf(failure), fmt::format("{}: {}{}", what, asSentence(failure.text), adviceFor(failure.number)),
            detailOf(failure), std::nullopt};
}

Error connectError(const Target& target, const Failure& failure, const std::string& tunnelSaid)
{
    if (auto behind = SshTunnel::failureBehind(tunnelSaid, target.title))
        return *std::move(behind);
    const auto error = [&](ErrorCode code, const std::string& cause) {
        return Error{code, fmt::format("{} cannot be reached: {}", target.title, cause), detailOf(failure),
                     std::nullopt};
    };
    const auto has = [&](std::string_view part) { return failure.text.find(part) != std::string::npos; };
    switch (failure.number) {
    case CR_UNKNOWN_HOST:
        return error(ErrorCode::NotFound, "its name is not known. Check the host's spelling and the network.");
    case CR_SSL_CONNECTION_ERROR:
        return tlsError(target, failure);
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
        if (target.password.empty())
            return error(ErrorCode::Permission,
                         fmt::format("it wants a password for the user '{}', or TLS. Set a password, or write it into "
                                     "~/.my.cnf.",
                                     target.user));
        return error(ErrorCode::Permission,
                     fmt::format("it refuses the user '{}' with this password{}.", target.user,
                                 target.tls == Tls::Disable ? ", or wants TLS, which is disabled" : ""));
    case ER_DBACCESS_DENIED_ERROR:
        return error(ErrorCode::Permission, fmt::format("it does not let the user '{}' into the database '{}'.",
                                                        target.user, target.database));
    case ER_BAD_DB_ERROR:
        return error(ErrorCode::NotFound, fmt::format("it has no database '{}'. Check its name.", target.database));
    case ER_HOST_NOT_PRIVILEGED:
    case ER_HOST_IS_BLOCKED:
        return error(ErrorCode::Permission, "it lets no one in from this machine. " + asSentence(failure.text));
    case CR_AUTH_PLUGIN_CANNOT_LOAD:
        return error(ErrorCode::Failed,
                     "it wants a way to log in that is not installed here. " + asSentence(failure.text));
    default:
        break;
    }
    if (has("initial communication packet"))
        return error(ErrorCode::Unavailable, "it did not say who it is. Check host and port: it may be another kind of "
                                             "server, or one that has no time.");
    if (has("nknown server host") || has("name not known") || has("Unknown host"))
        return error(ErrorCode::NotFound, "its name is not known. Check the host's spelling and the network.");
    if (has("(111)") || has("refused"))
        return error(ErrorCode::Unavailable,
                     "the connection was refused. Check that the server runs and listens there.");
    if (has("(2)") && !target.socket.empty())
        return error(ErrorCode::Unavailable, "there is no such socket. Check that the server runs, or set a host.");
    if (has("(110)") || has("imed out"))
        return error(ErrorCode::Unavailable, "it did not answer in time. Check the address and firewalls.");
    return error(codeOf(failure), asSentence(failure.text));
}

} // namespace headrace::mariadb
