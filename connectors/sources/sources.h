// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

namespace headrace {

// One factory a connector; connectors/builtins.cpp lists them.

} // namespace headrace
