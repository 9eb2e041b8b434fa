// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::aws {

/// A record on its way into a stream.
struct PutEntry {
    std::string_view data;
    std::string_view partitionKey; ///< of Kinesis alone
};

/// One of several that was not stored, though the request as a whole was taken.
struct PutFailure {
    std::size_t entry = 0; ///< index in the request
    std::string type;      ///< "ProvisionedThroughputExceededException"
    std::string message;
};

/// What an answer's list says of the `count` entries of its request: each has `stored` or an ErrorCode. One that the
/// list does not speak of counts as not stored.
[[nodiscard]] std::vector<PutFailure> failuresIn(const nlohmann::json& results, const char* stored, std::size_t count);

} // namespace headrace::aws
