// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/sink.h"
#include "connectors/sinks/aws/request_sender.h"
#include "connectors/sinks/messages/record_encoder.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// A destination that takes records and keeps neither transactions nor positions. The rows of a batch wait here until
/// it is closed, as long as they are few; those of a larger batch leave before, so that a batch which is rolled back or
/// dies with the program can arrive twice, in parts.
class RecordDestination final : public Sink {
public:
    struct Setup {
        RecordLayout layout;
        RequestLimits limits;
        std::string what;                                   ///< "The Kinesis stream 'orders'"
        std::string lineEnd;                                ///< behind each record
        bool needsKey = false;                              ///< records without a key get one that spreads them
        std::function<Status(const std::stop_token&)> open; ///< whether it is there
        RequestSender::Put put;
    };

    explicit RecordDestination(Setup setup);
    ~RecordDestination() override;

    Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>& schema,
                                                  const RunIdentity& identity, std::stop_token stop) override;
    Status append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop) override;
    Status commit(const BatchSummary& batch, const Position& end, std::stop_token stop) override;
    Result<std::optional<CommittedPosition>> durable() override { return m_durable; }
    Status flush(std::stop_token) override { return {}; }
    void rollback() noexcept override;
    void close() noexcept override;

private:
    Status send(const std::shared_ptr<arrow::RecordBatch>& rows, const std::stop_token& stop);
    Status sendHeld(const std::stop_token& stop);
    [[nodiscard]] Result<std::string> keyOf(const RecordEncoder::Record& record);

    Setup m_setup;
    RequestSender m_sender;
    std::unique_ptr<RecordEncoder> m_encoder;
    std::vector<std::shared_ptr<arrow::RecordBatch>> m_held; ///< rows of the open batch
    std::int64_t m_heldBytes = 0;
    std::uint64_t m_sent = 0; ///< records, to spread those without a key
    std::string m_data;
    std::optional<CommittedPosition> m_durable;
};

/// `value`, `value_column` and `non_finite` of destinations that take records, in these formats.
[[nodiscard]] std::vector<OptionSpec> recordOptions(std::vector<std::string> formats);

} // namespace headrace
