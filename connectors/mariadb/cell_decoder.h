// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/cell_decoder.h"
#include "connectors/mariadb/maria_column.h"

#include <arrow/type_fwd.h>

#include <memory>

namespace headrace::mariadb {

/// Of values of the binary protocol: append() takes the one at the pointer, which then stands behind it.
using CellDecoder = headrace::CellDecoder<const unsigned char*&>;

[[nodiscard]] std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column, const ReadOptions& options);

/// The value at `at` for the eyes of a user, cut after some hundred bytes: of a row that was refused.
[[nodiscard]] std::string wireText(const ReadColumn& column, const unsigned char* at);

} // namespace headrace::mariadb
