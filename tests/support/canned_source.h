// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

#include <arrow/api.h>

#include <string>
#include <vector>

namespace headrace::test {

/// Answers of a source, one a read: rows, with bad records among them.
struct CannedInput {
    std::shared_ptr<arrow::Schema> schema;
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    std::vector<std::vector<BadRecord>> rejected; ///< by batch; may be shorter
    std::vector<MadeAt> made;                     ///< of every batch
    SourceProgress progress;
    bool endless = false;           ///< after the batches come empty chunks instead of the end
    std::vector<std::string> calls; ///< what was called, for the tests
};

/// Reads a CannedInput, which must outlive it.
class CannedSource final : public Source {
public:
    explicit CannedSource(CannedInput& input)
        : m_input(input)
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom, std::stop_token) override
    {
        m_input.calls.push_back(resumeFrom ? "open at " + resumeFrom->text : "open");
        return m_input.schema;
    }
    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token) override
    {
        m_input.calls.push_back("read " + std::to_string(hint.maxRows));
        auto rows = arrow::RecordBatch::MakeEmpty(m_input.schema).ValueOrDie();
        const auto at = std::make_shared<Positions>();
        if (m_next == m_input.batches.size())
            return m_input.endless ? std::optional(Chunk{rows, at, {}}) : std::nullopt;
        const std::size_t index = m_next++;
        return Chunk{m_input.batches[index], at,
                     index < m_input.rejected.size() ? m_input.rejected[index] : std::vector<BadRecord>{},
                     m_input.made};
    }
    Status acknowledge(const Position&) override
    {
        m_input.calls.emplace_back("acknowledge");
        return {};
    }
    void close() noexcept override { m_input.calls.emplace_back("close"); }
    [[nodiscard]] SourceProgress progress() const override { return m_input.progress; }
    [[nodiscard]] std::vector<Decision> decisions() const override { return {{"delimiter", ";", "Most lines agree."}}; }

private:
    struct Positions : RowPositions {
        [[nodiscard]] Position after(std::int64_t rows) const override { return {std::to_string(rows)}; }
    };

    CannedInput& m_input;
    std::size_t m_next = 0;
};

/// A registry whose source type "canned" reads `input`.
inline Registry cannedRegistry(CannedInput& input)
{
    SourceType type;
    type.type = "canned";
    type.create = [&input](const Options&) -> Result<std::unique_ptr<Source>> {
        return std::make_unique<CannedSource>(input);
    };
    Registry registry;
    registry.add(type);
    return registry;
}

} // namespace headrace::test
