// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::test {

/// Everything a source gives from `resumeFrom` to its end.
struct ReadAll {
    std::shared_ptr<arrow::Schema> schema;
    std::vector<Chunk> chunks;
    std::vector<Decision> decisions;

    [[nodiscard]] std::vector<std::shared_ptr<arrow::RecordBatch>> batches() const;
    [[nodiscard]] std::vector<BadRecord> rejected() const;
    /// print() of all rows as one table.
    [[nodiscard]] std::string text() const;
};

/// Opens, reads to the end and closes. The source must be finite.
[[nodiscard]] Result<ReadAll> readAll(Source& source, const ReadHint& hint = {},
                                      const std::optional<Position>& resumeFrom = {});

/// The same for a source made from unchecked options.
[[nodiscard]] Result<ReadAll> readAll(const SourceType& type, const Options& options, const ReadHint& hint = {},
                                      const std::optional<Position>& resumeFrom = {});

/// One pull from `position` on: the values of the first column, of `limit` rows at most, with `position` moved behind
/// them as a run does. An error ends the program.
[[nodiscard]] std::vector<std::string> pullFirstColumn(const SourceType& type, const Options& options,
                                                       std::optional<Position>& position, std::int64_t limit);

/// Checks the options and creates the source, as the Registry does.
[[nodiscard]] Result<std::unique_ptr<Source>> createSource(const SourceType& type, const Options& options);

} // namespace headrace::test
