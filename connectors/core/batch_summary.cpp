// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/batch_summary.h"

#include <array>

namespace headrace {

std::string_view toString(CloseReason reason)
{
    static constexpr std::array<std::string_view, kCloseReasonCount> kNames{
        "rows", "bytes", "age", "grid", "end_of_input", "schema_change", "stop"};
    return kNames.at(static_cast<std::size_t>(reason));
}

} // namespace headrace
