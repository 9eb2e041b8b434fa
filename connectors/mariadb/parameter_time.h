// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>

struct st_mysql_time;

namespace headrace::mariadb {

// A cell that is not null as the library's own form; false when the server cannot hold it exactly.

[[nodiscard]] bool dateParameter(const arrow::Array& array, std::int64_t row, st_mysql_time& value);
/// Of a timestamp, in UTC where it has a zone; the server's TIMESTAMP then reaches from 1970 to 2038.
[[nodiscard]] bool momentParameter(const arrow::Array& array, std::int64_t row, st_mysql_time& value);
/// Of a time or a duration, which reaches to 838 hours.
[[nodiscard]] bool timeParameter(const arrow::Array& array, std::int64_t row, st_mysql_time& value);

} // namespace headrace::mariadb
