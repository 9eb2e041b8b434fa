// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/shape.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

/// Reads the shaped rows of a source from its start for a look at them: nothing is acknowledged, no position or state
/// is kept. Closes the source when it goes. Blocks; one thread at a time.
class RowReader {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Opens the source and, when `shapeSql` is not empty, compiles the shape.
    [[nodiscard]] static Result<RowReader> open(const Registry& registry, const ConnectorSpec& source,
                                                const std::string& shapeSql, std::stop_token stop);

    RowReader(RowReader&&) noexcept = default;
    RowReader& operator=(RowReader&&) noexcept = default;
    ~RowReader();

    [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const { return m_schema; }
    [[nodiscard]] std::vector<Decision> decisions() const { return m_source->decisions(); }

    /// The next chunk that has rows or rejected records. nullopt: the source has ended, changed its columns, or gave
    /// nothing until `deadline`. About `maxRows` rows are asked for; a chunk may hold more.
    [[nodiscard]] Result<std::optional<Chunk>> read(std::int64_t maxRows, Deadline deadline, std::stop_token stop);

    /// From now on a source may change its columns: the chunks of read() then have these.
    void followColumns() { m_followsColumns = true; }

    /// Rows of the source so far, before the shape.
    [[nodiscard]] std::int64_t rowsRead() const { return m_rowsRead; }

    /// True when all rows of the source were read.
    [[nodiscard]] bool ended() const { return m_ended; }

private:
    RowReader() = default;
    Status adoptColumns(const std::shared_ptr<arrow::Schema>& schema);

    std::unique_ptr<Source> m_source;
    std::unique_ptr<Shape> m_shape;
    std::shared_ptr<arrow::Schema> m_sourceSchema;
    std::shared_ptr<arrow::Schema> m_schema;
    std::string m_shapeSql;
    bool m_followsColumns = false;
    std::int64_t m_rowsRead = 0;
    bool m_ended = false;
};

} // namespace headrace
