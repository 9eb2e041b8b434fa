// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <map>
#include <string>

namespace headrace::kafka {

/// librdkafka's properties from a file that another client already has: kcat's configuration (librdkafka's own names)
/// or a Java client's properties, whose names and whose `sasl.jaas.config` are translated. What is about classes and
/// serializers is left out; a keystore that only Java can read is an error that says what to do.
[[nodiscard]] Result<std::map<std::string, std::string>> readPropertyFile(const std::string& path);

} // namespace headrace::kafka
