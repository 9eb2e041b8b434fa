// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace headrace {

class DuckConnection;

/// A temporary view over Arrow rows held by the program: set the rows, then run a (prepared) statement that reads the
/// view. Nothing is copied before DuckDB reads it. One thread at a time.
class DuckArrowView {
public:
    /// Creates or replaces the view `name`. Statements on the view run on this connection only.
    [[nodiscard]] static Result<DuckArrowView> create(DuckConnection& connection, const std::string& name,
                                                      const std::shared_ptr<arrow::Schema>& schema);

    /// What the next run reads; a run consumes them. All must have the view's schema. Several batches may be scanned in
    /// parallel.
    void setRows(std::vector<std::shared_ptr<arrow::RecordBatch>> batches);

    /// Gives the next batch, null at the end. Called on DuckDB's threads, one at a time; must not use the connection.
    using Reader = std::function<Result<std::shared_ptr<arrow::RecordBatch>>()>;

    /// As setRows(), but the next run pulls its rows from `reader`, whose error ends that run.
    void setReader(Reader reader);

private:
    struct State;
    struct Function;
    explicit DuckArrowView(std::shared_ptr<State> state);

    std::shared_ptr<State> m_state;
};

} // namespace headrace
