// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/cell_decoder.h"
#include "connectors/qtsql/qt_column.h"

#include <memory>
#include <string>

class QVariant;

namespace headrace::qtsql {

/// Fills one column from the values of a query, which are not NULL.
using CellDecoder = headrace::CellDecoder<const QVariant&>;

[[nodiscard]] std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column);

/// For messages, cut after some hundred bytes.
[[nodiscard]] std::string shownCell(const QVariant& cell);

} // namespace headrace::qtsql
