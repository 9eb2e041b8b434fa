// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace headrace::sqlite {

/// One table or view.
struct TableInfo {
    std::string name;
    bool isView = false;
    bool hasRowId = false;
    int columns = 0;
};

struct StatementCloser {
    void operator()(sqlite3_stmt* statement) const;
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

/// A read-only connection. One thread at a time.
class Database {
public:
    /// NotFound without such a file, Data when it is no SQLite database. Waits up to `busyTimeout` for a writer.
    [[nodiscard]] static Result<Database> open(const std::string& path, std::chrono::milliseconds busyTimeout);

    /// Tables and views by name, without SQLite's own.
    [[nodiscard]] Result<std::vector<TableInfo>> tables();

    /// The table of that name in any case; the error names the nearest one.
    [[nodiscard]] Result<TableInfo> table(const std::string& name);

    /// The highest row id, an upper estimate of the number of rows; nullopt for none.
    [[nodiscard]] Result<std::optional<std::int64_t>> highestRowId(const TableInfo& table);

    /// What is cheap to know of tables, by name: rows as ANALYZE counted them, and bytes with indexes, for which every
    /// page is looked at, in a file of up to 64 MiB. A fired token interrupts it.
    struct Estimate {
        std::optional<std::int64_t> rows;
        std::optional<std::int64_t> bytes;
    };
    [[nodiscard]] Result<std::map<std::string, Estimate>> estimates();

    /// From now on all statements see one state of the database.
    Status beginSnapshot();

    /// Compiles one statement that reads. `what` names it in messages: "The query".
    [[nodiscard]] Result<Statement> prepare(const std::string& sql, const std::string& what);

    /// True for a row, false at the end. A fired token interrupts it from any thread.
    [[nodiscard]] Result<bool> step(const Statement& statement);
    [[nodiscard]] sqlite3* handle() const { return m_handle.get(); }
    [[nodiscard]] const std::string& path() const { return m_path; }

    /// The last failure, as an Error whose sentence begins with `what`.
    [[nodiscard]] Error lastError(const std::string& what) const;

private:
    Status eachRow(const Statement& statement, const std::function<void()>& row);

    struct Closer {
        void operator()(sqlite3* handle) const;
    };

    std::string m_path;
    std::unique_ptr<sqlite3, Closer> m_handle;
};

} // namespace headrace::sqlite
