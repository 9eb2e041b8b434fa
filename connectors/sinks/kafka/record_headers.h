// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <librdkafka/rdkafka.h>

#include <string_view>

namespace headrace::kafka {

/// Headers from the JSON text that the kafka source gives: [["name","value"],["raw",{"base64":"…"}],["none",null]], or
/// a plain object of texts. The caller owns the result.
[[nodiscard]] Result<rd_kafka_headers_t*> toHeaders(std::string_view json);

} // namespace headrace::kafka
