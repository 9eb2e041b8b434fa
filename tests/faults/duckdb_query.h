// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace headrace::test {

/// DuckDB as an independent reader of destinations. Every failure ends the test program with DuckDB's message.
class DuckdbQuery {
public:
    explicit DuckdbQuery(const std::string& path = {});
    ~DuckdbQuery();
    DuckdbQuery(const DuckdbQuery&) = delete;
    DuckdbQuery& operator=(const DuckdbQuery&) = delete;

    void run(const std::string& sql);
    /// The single number that `sql` selects.
    [[nodiscard]] std::int64_t number(const std::string& sql);
    /// Calls `visit(row, text)` for each row of a one-column query of texts without nulls.
    void forEachText(const std::string& sql, const std::function<void(std::int64_t, std::string_view)>& visit);

private:
    struct Handles;
    Handles* m_handles;
};

} // namespace headrace::test
