// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

namespace headrace {

class DuckConnection;

/// Appends rows to a table inside the connection's transaction, columns by position; types are cast to the table's.
/// One thread at a time; must not outlive its connection.
class DuckAppender {
public:
    [[nodiscard]] static Result<DuckAppender> create(DuckConnection& connection, const std::string& schema,
                                                     const std::string& table,
                                                     const std::shared_ptr<arrow::Schema>& rows);

    DuckAppender(DuckAppender&&) noexcept;
    DuckAppender& operator=(DuckAppender&&) noexcept;
    ~DuckAppender(); ///< flushes what is left; roll the transaction back to drop it

    Status append(const arrow::RecordBatch& rows);

    /// Everything appended is in the table (of the open transaction) when it returns.
    Status flush();

private:
    struct State;
    explicit DuckAppender(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace headrace
