// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string_view>

namespace headrace {

/// DuckDB's error text ("Binder Error: …") as an Error: the code from its kind, the message "`what`: first paragraph",
/// the whole text as detail. `what` opens the user's sentence: "The table 'orders' could not be created".
[[nodiscard]] Error duckError(std::string_view text, std::string_view what);

/// The first paragraph of DuckDB's text without its kind and its source listing, ending with a full stop.
[[nodiscard]] std::string duckSentence(std::string_view text);

} // namespace headrace
