// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/file_reader.h"
#include "connectors/formats/ndjson/block_parser.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace headrace::ndjson {

struct ReaderSettings {
    RecordBlocks::Settings file;
    bool detectTypes = true; ///< false: every value as it stands, as text
    bool flatten = false;
    ExtraKeys extra = ExtraKeys::Quarantine;
    std::map<std::string, std::string> columns; ///< types by column name, in the notation of setType()
    std::int64_t sampleRows = 20'000;
    std::int64_t sampleBytes = 8 << 20;
    unsigned threads = 1; ///< 0: parse on the reading thread
};

/// Opens a file of JSON records at `within` (a Place text; "" for the start). With `expected` it is read into these
/// columns; without, they are found from a sample.
[[nodiscard]] Result<std::unique_ptr<FileReader>> openReader(const ReaderSettings& settings, const std::string& within,
                                                             const std::shared_ptr<arrow::Schema>& expected);

} // namespace headrace::ndjson
