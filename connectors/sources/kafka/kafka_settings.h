// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/kafka/client_settings.h"
#include "connectors/sources/messages/value_settings.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace headrace::kafka {

/// Where a partition without a saved position begins.
struct StartAt {
    enum class Kind { Earliest, Latest, Offset, Tail, Time };
    Kind kind = Kind::Earliest;
    std::int64_t value = 0; ///< the offset; messages before the end; milliseconds since 1970
};

/// Where reading ends.
struct Until {
    enum class Kind { Never, Now, Time };
    Kind kind = Kind::Never;
    std::int64_t time = 0; ///< milliseconds since 1970
};

struct SourceSettings : ValueSettings {
    ClientSettings client;
    std::vector<std::string> topics; ///< names, and patterns that begin with ^
    std::vector<std::int32_t> partitions;
    std::string group; ///< empty: all partitions are read, without a group
    StartAt from;
    Until until;
    bool keyAsBytes = false;
    std::optional<ValueSettings> key; ///< of keys that become columns; none: text or bytes
    std::string keyName;              ///< of their column, or before their columns' names
    std::chrono::milliseconds rebalanceWait{};

    [[nodiscard]] bool severalTopics() const { return topics.size() > 1 || topics.front().starts_with('^'); }
};

[[nodiscard]] std::vector<OptionSpec> sourceOptions();

/// `options` are checked against sourceOptions().
[[nodiscard]] Result<SourceSettings> sourceSettings(const Options& options);

} // namespace headrace::kafka
