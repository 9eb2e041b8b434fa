// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/row_reader.h"

#include <arrow/api.h>

#include <algorithm>

namespace headrace {

namespace {

/// A filter may drop most rows, so a shape is given at least this many at once.
constexpr std::int64_t kShapeRows = 8192;

} // namespace

Result<RowReader> RowReader::open(const Registry& registry, const ConnectorSpec& source, const std::string& shapeSql,
                                  std::stop_token stop)
{
    RowReader reader;
    HEADRACE_TRY(const SourceType* type, registry.source(source.type));
    HEADRACE_TRY(reader.m_source, registry.createSource(source.type, type->forPreview ? type->forPreview(source.options)
                                                                                      : source.options));
    reader.m_shapeSql = shapeSql;
    HEADRACE_TRY(const auto schema, reader.m_source->open(std::nullopt, stop));
    HEADRACE_CHECK(reader.adoptColumns(schema));
    return reader;
}

Status RowReader::adoptColumns(const std::shared_ptr<arrow::Schema>& schema)
{
    m_schema = m_sourceSchema = schema;
    if (!m_shapeSql.empty()) {
        HEADRACE_TRY(m_shape, Shape::compile(m_shapeSql, schema));
        m_schema = m_shape->schema();
    }
    return {};
}

RowReader::~RowReader()
{
    if (m_source != nullptr)
        m_source->close();
}

Result<std::optional<Chunk>> RowReader::read(std::int64_t maxRows, Deadline deadline, std::stop_token stop)
{
    ReadHint hint;
    hint.maxRows = std::min(hint.maxRows, m_shape == nullptr ? maxRows : std::max(maxRows, kShapeRows));
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Reading was stopped.");
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return std::nullopt;
        hint.maxWait = std::min(ReadHint{}.maxWait, left);
        HEADRACE_TRY(std::optional<Chunk> chunk, m_source->read(hint, stop));
        m_ended = !chunk;
        if (!chunk)
            return std::nullopt;
        if (!chunk->rows->schema()->Equals(*m_sourceSchema)) {
            if (!m_followsColumns)
                return std::nullopt;
            HEADRACE_CHECK(adoptColumns(chunk->rows->schema()));
        }
        m_rowsRead += chunk->rows->num_rows();
        if (m_shape != nullptr) {
            HEADRACE_TRY(chunk, m_shape->apply(*chunk));
        }
        if (chunk->rows->num_rows() > 0 || !chunk->rejected.empty())
            return chunk;
    }
}

} // namespace headrace
