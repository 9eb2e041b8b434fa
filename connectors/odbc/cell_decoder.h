// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/cell_decoder.h"
#include "connectors/odbc/odbc_column.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>

namespace headrace::odbc {

/// Of cells as they lie in the buffers of their Wire.
using CellDecoder = headrace::CellDecoder<std::string_view>;

[[nodiscard]] std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column);

/// A cell for the eyes of a user, cut after some hundred bytes: of a row that was refused.
[[nodiscard]] std::string shownCell(const ReadColumn& column, std::string_view cell);

} // namespace headrace::odbc
