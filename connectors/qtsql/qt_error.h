// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/error.h"

#include <string_view>

class QSqlError;

namespace headrace::qtsql {

/// What a server has refused, in its own words behind `what`, which opens the sentence.
[[nodiscard]] Error statementError(std::string_view what, const QSqlError& error);

/// Why there is no connection: Permission for a login that is refused, NotFound for a driver that cannot be loaded,
/// else Unavailable.
[[nodiscard]] Error connectionError(std::string_view title, const QSqlError& error);

} // namespace headrace::qtsql
