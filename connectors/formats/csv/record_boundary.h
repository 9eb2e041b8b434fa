// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/dialect.h"

#include <cstddef>
#include <string_view>

namespace headrace::csv {

/// How many bytes at the front of `text`, which begins at a record and is padded, are whole records: what follows may
/// be the beginning of one. 0 when no record is known to end. With `atEnd` nothing follows the text, so that all of it
/// counts. Several times faster than finding cells, for it only looks at quotes and searches line ends from behind.
[[nodiscard]] std::size_t wholeRecords(std::string_view text, const Dialect& dialect, bool atEnd);

} // namespace headrace::csv
