// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"
#include "connectors/formats/csv/dialect.h"
#include "connectors/formats/csv/settings.h"

#include <string_view>
#include <vector>

namespace headrace::csv {

/// The dialect under which `text`, a file's padded front, falls into the most regular records. What `settings` fix is
/// taken as it is; the rest is added to `decisions`.
[[nodiscard]] Dialect detectDialect(std::string_view text, bool complete, const Settings& settings,
                                    std::vector<Decision>& decisions);

} // namespace headrace::csv
