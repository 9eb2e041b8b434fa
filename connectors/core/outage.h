// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace headrace {

/// A server that does not answer for now, while it is asked again and again.
struct Outage {
    std::chrono::system_clock::time_point since;
    std::string sentence; ///< "The broker 'x:9092' does not answer since 12:03:10: connection refused."
    std::string recovery; ///< opens what is said when it is over: "The broker 'x:9092' answers again"

    friend bool operator==(const Outage&, const Outage&) = default;
};

/// "12:03:10" on the user's clock.
[[nodiscard]] std::string clockTime(std::chrono::system_clock::time_point at);

/// What a library says of a failure, as it follows a colon: "Connection refused." → "connection refused".
[[nodiscard]] std::string asCause(std::string_view words);

/// "The broker 'x:9092' answers again, after 2 min 30 s."
[[nodiscard]] std::string recoverySentence(const Outage& outage, std::chrono::system_clock::time_point now);

} // namespace headrace
