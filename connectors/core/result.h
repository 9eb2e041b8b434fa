// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/error.h"

#include <tl/expected.hpp>

#include <type_traits>
#include <utility>

namespace headrace {

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// `return fail(ErrorCode::NotFound, fmt::format("…", path));` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(detail), std::nullopt});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace headrace

#define HEADRACE_CONCAT_INNER(a, b) a##b
#define HEADRACE_CONCAT(a, b) HEADRACE_CONCAT_INNER(a, b)

/// Returns the error of a Status or Result expression to the caller.
#define HEADRACE_CHECK(expression)                                                                                     \
    do {                                                                                                               \
        if (auto checked = (expression); !checked)                                                                     \
            return ::headrace::fail(std::move(checked).error());                                                       \
    } while (false)

#define HEADRACE_TRY_INNER(temporary, declaration, expression)                                                         \
    auto temporary = (expression);                                                                                     \
    if (!temporary)                                                                                                    \
        return ::headrace::fail(std::move(temporary).error());                                                         \
    declaration = *std::move(temporary)

/// `HEADRACE_TRY(auto file, openFile(path));` unwraps a Result or returns its error.
#define HEADRACE_TRY(declaration, expression)                                                                          \
    HEADRACE_TRY_INNER(HEADRACE_CONCAT(tried, __LINE__), declaration, expression)
