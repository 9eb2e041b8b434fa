// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/json.h"
#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace headrace {

/// That a saved position `place`, as in "in the database", is none; the detail says what is wrong with it.
[[nodiscard]] inline Error unreadablePosition(std::string_view place, std::string detail)
{
    return {ErrorCode::Conflict,
            fmt::format("The saved position {} cannot be read; reset the pipeline's state to start again.", place),
            std::move(detail), std::nullopt};
}

/// What `read(json)` returns, a Result, for a position that is a JSON document; unreadablePosition() where it is none,
/// or where `read` misses something in it.
template <typename Read>
[[nodiscard]] auto readPosition(const Position& position, std::string_view place, const Read& read)
    -> decltype(read(nlohmann::json()))
{
    try {
        return read(parseJson(position.text));
    } catch (const nlohmann::json::exception& exception) {
        return fail(unreadablePosition(place, exception.what()));
    }
}

} // namespace headrace
