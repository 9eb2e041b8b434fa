// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace::aws {

/// A figure of resources/limits.yaml, which the program carries: serviceLimit("kinesis", "put_records_count"). Ends the
/// program when the file has no such figure. Thread-safe.
[[nodiscard]] std::int64_t serviceLimit(std::string_view service, std::string_view name);

} // namespace headrace::aws
