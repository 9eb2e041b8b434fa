// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <stop_token>

namespace headrace {

/// Lets this much time pass; false when it was stopped before.
bool pause(std::chrono::milliseconds time, const std::stop_token& stop);

} // namespace headrace
