// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

namespace headrace::kafka {

/// Translates librdkafka's code. `what` opens the user's sentence: "The topic 'orders' could not be read".
[[nodiscard]] Error clientError(rd_kafka_resp_err_t code, std::string_view what, std::string detail = {});

/// The same for an error object, which it takes; null is success.
[[nodiscard]] Status clientStatus(rd_kafka_error_t* error, std::string_view what);

/// True for codes that tell of a peer that is away for now; the client goes on trying by itself.
[[nodiscard]] bool isPassing(rd_kafka_resp_err_t code);

} // namespace headrace::kafka
