// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/duck_database.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/duckdb/duck_library.h"

#include <fmt/format.h>

namespace headrace {

namespace {

constexpr std::string_view kAttached = "headrace_attached";

std::string notOpened(const std::string& path)
{
    return fmt::format("The DuckDB database '{}' could not be opened", path);
}

struct DestroyConfig {
    void operator()(_duckdb_config* config) const noexcept { duckdb_destroy_config(&config); }
};

} // namespace

void DuckDatabase::Close::operator()(_duckdb_database* handle) const noexcept
{
    duckdb_close(&handle);
}

Result<DuckDatabase> DuckDatabase::open(const std::string& path, const std::map<std::string, std::string>& settings)
{
    HEADRACE_CHECK(duckLibrary.load());
    const std::string what = notOpened(path.empty() ? ":memory:" : path);
    std::map<std::string, std::string> all{{"autoinstall_known_extensions", "false"},
                                           {"autoload_known_extensions", "false"}};
    for (const auto& [name, value] : settings)
        all.insert_or_assign(name, value);

    duckdb_config created = nullptr;
    if (duckdb_create_config(&created) != DuckDBSuccess)
        return fail(ErrorCode::Failed, what + ": its settings could not be created.");
    const std::unique_ptr<_duckdb_config, DestroyConfig> config(created);
    for (const auto& [name, value] : all)
        if (duckdb_set_config(config.get(), name.c_str(), value.c_str()) != DuckDBSuccess)
            return fail(ErrorCode::Usage,
                        fmt::format("{}: it has no setting '{}' that takes '{}'.", what, name, value));

    duckdb_database handle = nullptr;
    char* text = nullptr;
    if (duckdb_open_ext(path.empty() ? nullptr : path.c_str(), &handle, config.get(), &text) != DuckDBSuccess) {
        const std::string message = text == nullptr ? "" : text;
        duckdb_free(text);
        return fail(duckError(message, what));
    }
    return DuckDatabase(Handle(handle));
}

Status DuckDatabase::attach(const std::string& path)
{
    return attach(path, "READ_WRITE");
}

Status DuckDatabase::attachReadOnly(const std::string& path)
{
    return attach(path, "READ_ONLY");
}

Status DuckDatabase::attach(const std::string& path, std::string_view mode)
{
    HEADRACE_TRY(DuckConnection connection, connect());
    const Status attached = connection.execute(fmt::format("ATTACH {} AS {} ({})", sqlLiteral(path), kAttached, mode));
    if (!attached)
        return fail(duckError(attached.error().detail, notOpened(path)));
    m_isAttached = true;
    return {};
}

Status DuckDatabase::detach()
{
    m_isAttached = false;
    HEADRACE_TRY(DuckConnection connection, connect());
    return connection.execute(fmt::format("DETACH {}", kAttached));
}

Result<DuckConnection> DuckDatabase::connect() const
{
    duckdb_connection handle = nullptr;
    if (duckdb_connect(m_handle.get(), &handle) != DuckDBSuccess)
        return fail(ErrorCode::Failed, "A connection to the DuckDB database could not be opened.");
    DuckConnection connection(handle);
    if (m_isAttached)
        HEADRACE_CHECK(connection.execute(fmt::format("USE {}", kAttached)));
    return connection;
}

} // namespace headrace
