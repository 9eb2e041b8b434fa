// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/put_records.h"
#include "connectors/aws/service_client.h"

#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// How much one request may hold.
struct RequestLimits {
    std::int64_t records = 0;
    std::int64_t bytes = 0;       ///< data and partition keys of all
    std::int64_t recordBytes = 0; ///< of one record
    bool eachKeyOnce = false;     ///< a request holds no two records of a key
};

/// Cuts records into requests within the limits and sends them one after another. Records that were not stored are sent
/// again alone, before any later one, so that a key's records stay in order from request to request. One thread at a
/// time.
class RequestSender {
public:
    using Put = std::function<aws::ServiceResult<std::vector<aws::PutFailure>>(const std::vector<aws::PutEntry>&,
                                                                               const std::stop_token&)>;

    /// `what` opens the sentences of errors: "The Kinesis stream 'orders'".
    RequestSender(RequestLimits limits, std::string what, Put put);

    /// Sends what is gathered when the record does not fit in any more. Data when it is too large for any request.
    Status add(std::string_view data, std::string_view partitionKey, const std::stop_token& stop);

    /// Returns when everything is stored. Unavailable when the service stored nothing of it for a minute.
    Status flush(const std::stop_token& stop);

    void drop();

private:
    struct Record {
        std::string data;
        std::string partitionKey;
    };

    [[nodiscard]] Status sendOnce(const std::stop_token& stop);

    RequestLimits m_limits;
    std::string m_what;
    Put m_put;
    std::vector<Record> m_records; ///< of the next request
    std::int64_t m_bytes = 0;
    std::set<std::string, std::less<>> m_keys; ///< of m_records, when each may come once
};

} // namespace headrace
