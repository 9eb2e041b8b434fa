// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/value_decoder.h"

namespace headrace {

/// Each value one CSV record without a header, with the columns of `settings.fields`. A value that is not exactly one
/// record is bad, so that none can take the next one's cells.
[[nodiscard]] Result<std::unique_ptr<ValueDecoder>> makeCsvValues(const CsvFields& settings);

} // namespace headrace
