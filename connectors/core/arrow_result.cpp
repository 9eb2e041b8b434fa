// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/arrow_result.h"

#include <fmt/format.h>

namespace headrace {

namespace {

ErrorCode codeOf(const arrow::Status& status)
{
    if (status.IsCancelled())
        return ErrorCode::Cancelled;
    if (status.IsInvalid() || status.IsTypeError() || status.IsSerializationError())
        return ErrorCode::Data;
    return ErrorCode::Failed;
}

} // namespace

Status fromArrow(const arrow::Status& status, std::string_view what)
{
    if (status.ok())
        return {};
    return fail(codeOf(status), fmt::format("{}: {}.", what, status.message()), status.ToString());
}

} // namespace headrace
