// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace headrace::aws {

/// A record as its producer wrote it: one of those that an aggregated record holds.
struct UserRecord {
    std::string_view data;
    std::string_view partitionKey;
};

/// The records inside an aggregated one of the Kinesis Producer Library, whose layout is
/// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md; views into `data`. nullopt
/// when it is a plain record: without the magic bytes, with a wrong digest, or with contents that do not fit together.
[[nodiscard]] std::optional<std::vector<UserRecord>> disaggregate(std::string_view data);

} // namespace headrace::aws
