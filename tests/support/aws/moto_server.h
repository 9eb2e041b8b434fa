// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/aws/aws_server.h"

#include <string>
#include <vector>

namespace headrace::test {

/// An emulator of Firehose, S3 and STS. Delivery streams write into one bucket, an object a request.
class MotoServer : public AwsServer {
public:
    MotoServer();

    void createDeliveryStream(const std::string& stream);

    /// What the stream has delivered, an element a request, oldest first.
    [[nodiscard]] std::vector<std::string> delivered(const std::string& stream);
};

} // namespace headrace::test
