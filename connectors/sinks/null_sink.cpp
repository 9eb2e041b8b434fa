// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/sinks.h"

namespace headrace {

namespace {

class NullSink final : public Sink {
public:
    Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>&, const RunIdentity&,
                                                  std::stop_token) override
    {
        m_durable.reset();
        return std::nullopt;
    }
    Status append(const std::shared_ptr<arrow::RecordBatch>&, std::stop_token) override { return {}; }
    Status commit(const BatchSummary& batch, const Position& end, std::stop_token) override
    {
        m_durable = CommittedPosition{end, batch.sequence};
        return {};
    }
    Result<std::optional<CommittedPosition>> durable() override { return m_durable; }
    Status flush(std::stop_token) override { return {}; }
    void rollback() noexcept override {}
    void close() noexcept override {}

private:
    std::optional<CommittedPosition> m_durable;
};

} // namespace

SinkType nullSink()
{
    SinkType type;
    type.type = "null";
    type.label = "Nowhere";
    type.group = "Test data";
    type.help = "Counts the rows and drops them: for measuring a source or trying a batch policy.";
    type.probe = [](const Options&, std::stop_token) -> Result<std::string> { return "Rows will be dropped."; };
    type.guarantee = Guarantee::AtLeastOnce;
    type.repeatsShow = false;
    type.create = [](const Options&) -> Result<std::unique_ptr<Sink>> { return std::make_unique<NullSink>(); };
    return type;
}

} // namespace headrace
