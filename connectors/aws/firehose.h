// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/put_records.h"
#include "connectors/aws/service_client.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace::aws {

/// One Firehose delivery stream. One thread at a time; the connection is shared.
class Firehose {
public:
    Firehose(std::shared_ptr<Connection> connection, std::string stream);

    /// NotFound names the nearest delivery stream that there is, Unavailable one that is being made.
    [[nodiscard]] Status check(const std::stop_token& stop);

    /// PutRecordBatch: the entries that were not stored; an error when the whole request failed.
    [[nodiscard]] ServiceResult<std::vector<PutFailure>> put(const std::vector<PutEntry>& entries,
                                                             const std::stop_token& stop);

private:
    std::string m_stream;
    std::string m_about; ///< opens the sentences of errors
    ServiceClient m_client;
};

} // namespace headrace::aws
