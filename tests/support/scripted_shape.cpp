// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/compute/api.h>

#include "tests/support/scripted_shape.h"

#include <algorithm>
#include <vector>

namespace headrace::test {

namespace {

/// Positions of the rows that passed, by their number in the source's chunk.
class PassedPositions final : public RowPositions {
public:
    PassedPositions(std::shared_ptr<const RowPositions> source, std::vector<std::int64_t> after)
        : m_source(std::move(source))
        , m_after(std::move(after))
    {
    }
    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        return m_source->after(m_after.at(static_cast<std::size_t>(rows)));
    }

private:
    std::shared_ptr<const RowPositions> m_source;
    std::vector<std::int64_t> m_after;
};

} // namespace

Result<std::unique_ptr<Shape>> ScriptedShape::compile(const std::string&, const std::shared_ptr<arrow::Schema>& input)
{
    return std::make_unique<ScriptedShape>(input);
}

Result<Chunk> ScriptedShape::apply(const Chunk& chunk)
{
    const auto& ids = static_cast<const arrow::Int64Array&>(*chunk.rows->column(0));
    std::vector<std::shared_ptr<arrow::RecordBatch>> passed;
    std::vector<std::int64_t> after{0};
    Chunk shaped;
    shaped.rejected = chunk.rejected;
    auto rejected = shaped.rejected.begin();
    for (std::int64_t row = 0; row < chunk.rows->num_rows(); ++row) {
        for (; rejected != shaped.rejected.end() && rejected->beforeRow <= row; ++rejected)
            rejected->beforeRow = static_cast<std::int64_t>(passed.size());
        if (!passes(ids.Value(row)))
            continue;
        passed.push_back(chunk.rows->Slice(row, 1));
        after.push_back(row + 1);
    }
    for (; rejected != shaped.rejected.end(); ++rejected)
        rejected->beforeRow = static_cast<std::int64_t>(passed.size());
    after.back() = chunk.rows->num_rows();
    shaped.rows = passed.empty()
                      ? chunk.rows->Slice(0, 0)
                      : arrow::Table::FromRecordBatches(passed).ValueOrDie()->CombineChunksToBatch().ValueOrDie();
    shaped.at = std::make_shared<PassedPositions>(chunk.at, std::move(after));
    return shaped;
}

} // namespace headrace::test
