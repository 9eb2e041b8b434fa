// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <algorithm>

namespace headrace::test {

std::vector<std::shared_ptr<arrow::RecordBatch>> ReadAll::batches() const
{
    std::vector<std::shared_ptr<arrow::RecordBatch>> result;
    for (const Chunk& chunk : chunks)
        result.push_back(chunk.rows);
    return result;
}

std::vector<BadRecord> ReadAll::rejected() const
{
    std::vector<BadRecord> result;
    for (const Chunk& chunk : chunks)
        result.insert(result.end(), chunk.rejected.begin(), chunk.rejected.end());
    return result;
}

std::string ReadAll::text() const
{
    if (chunks.empty())
        return print(*arrow::RecordBatch::MakeEmpty(schema).ValueOrDie());
    return print(*concatenate(batches()));
}

std::vector<std::string> pullFirstColumn(const SourceType& type, const Options& options,
                                         std::optional<Position>& position, std::int64_t limit)
{
    const auto all = readAll(type, options, {}, position);
    if (!all)
        qFatal("%s | %s", all.error().message.c_str(), all.error().detail.c_str());
    std::vector<std::string> values;
    for (const Chunk& chunk : all->chunks) {
        const std::int64_t taken = std::min(chunk.rows->num_rows(), limit - static_cast<std::int64_t>(values.size()));
        for (std::int64_t row = 0; row < taken; ++row)
            values.push_back(chunk.rows->column(0)->GetScalar(row).ValueOrDie()->ToString());
        if (taken > 0)
            position = chunk.at->after(taken);
    }
    return values;
}

Result<std::unique_ptr<Source>> createSource(const SourceType& type, const Options& options)
{
    HEADRACE_TRY(const Options checked, options.check(type.options, type.type + " source"));
    return type.create(checked);
}

Result<ReadAll> readAll(Source& source, const ReadHint& hint, const std::optional<Position>& resumeFrom)
{
    ReadAll all;
    HEADRACE_TRY(all.schema, source.open(resumeFrom, {}));
    all.decisions = source.decisions();
    while (true) {
        HEADRACE_TRY(auto chunk, source.read(hint, {}));
        if (!chunk)
            break;
        all.chunks.push_back(*std::move(chunk));
    }
    source.close();
    return all;
}

Result<ReadAll> readAll(const SourceType& type, const Options& options, const ReadHint& hint,
                        const std::optional<Position>& resumeFrom)
{
    HEADRACE_TRY(const auto source, createSource(type, options));
    return readAll(*source, hint, resumeFrom);
}

} // namespace headrace::test
