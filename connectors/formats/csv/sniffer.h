// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/format.h"
#include "connectors/formats/csv/settings.h"

#include <memory>
#include <string>
#include <string_view>

namespace headrace::csv {

struct SnifferInput {
    std::string_view sample;                 ///< the file's first bytes, decompressed
    bool complete = false;                   ///< the sample is the whole file
    std::shared_ptr<arrow::Schema> expected; ///< columns the file must give; null: they are detected
    std::string expectedFrom;                ///< for messages: where these come from
    std::string name;                        ///< of the file, for messages
};

/// Finds out how a file is to be read: what `settings` leave open is detected, reported in the format's decisions, and
/// depends on the input alone. Errors: settings that name columns the file has not, columns other than expected.
[[nodiscard]] Result<Format> detectFormat(const SnifferInput& input, const Settings& settings);

} // namespace headrace::csv
