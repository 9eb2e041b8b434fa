// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/sinks/aws/record_destination.h"

#include "connectors/core/kill_point.h"
#include "connectors/core/stable_hash.h"
#include "connectors/core/value_bytes.h"

#include <fmt/format.h>

namespace headrace {

namespace {

constexpr std::int64_t kHeldBytes = 8 << 20;
constexpr std::size_t kMostKeyCharacters = 256; // as AWS counts them; bytes are never fewer

} // namespace

RecordDestination::RecordDestination(Setup setup)
    : m_setup(std::move(setup))
    , m_sender(m_setup.limits, m_setup.what, m_setup.put)
{
}

RecordDestination::~RecordDestination()
{
    close();
}

Result<std::optional<CommittedPosition>> RecordDestination::open(const std::shared_ptr<arrow::Schema>& schema,
                                                                 const RunIdentity&, std::stop_token stop)
{
    close();
    HEADRACE_TRY(m_encoder, RecordEncoder::create(m_setup.layout, schema, stop));
    HEADRACE_CHECK(m_setup.open(stop));
    return std::nullopt;
}

Status RecordDestination::append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop)
{
    m_held.push_back(rows);
    m_heldBytes += valueBytes(*rows);
    return m_heldBytes < kHeldBytes ? Status{} : sendHeld(stop);
}

Status RecordDestination::sendHeld(const std::stop_token& stop)
{
    for (const auto& rows : m_held)
        HEADRACE_CHECK(send(rows, stop));
    m_held.clear();
    m_heldBytes = 0;
    return {};
}

Status RecordDestination::send(const std::shared_ptr<arrow::RecordBatch>& rows, const std::stop_token& stop)
{
    HEADRACE_CHECK(m_encoder->encode(rows));
    for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
        HEADRACE_TRY(const auto record, m_encoder->record(row));
        if (!record.value)
            return fail(ErrorCode::Data, fmt::format("{} takes no record without a value, but row {} of a batch's part "
                                                     "has NULL there.",
                                                     m_setup.what, row + 1));
        m_data.assign(*record.value);
        m_data += m_setup.lineEnd;
        HEADRACE_TRY(const std::string key, keyOf(record));
        killPoint("mid-write");
        HEADRACE_CHECK(m_sender.add(m_data, key, stop));
        ++m_sent;
    }
    return {};
}

Result<std::string> RecordDestination::keyOf(const RecordEncoder::Record& record)
{
    if (!m_setup.needsKey)
        return std::string();
    if (!record.key)
        return fmt::format("{:016x}", stableHash(std::to_string(m_sent)));
    if (record.key->empty() || record.key->size() > 4 * kMostKeyCharacters)
        return fail(ErrorCode::Data, fmt::format("{} takes partition keys of 1 to {} characters, not '{}'.",
                                                 m_setup.what, kMostKeyCharacters, record.key->substr(0, 50)));
    return std::string(*record.key);
}

Status RecordDestination::commit(const BatchSummary& batch, const Position& end, std::stop_token stop)
{
    killPoint("before-write");
    HEADRACE_CHECK(sendHeld(stop));
    HEADRACE_CHECK(m_sender.flush(stop));
    killPoint("after-write");
    m_durable = CommittedPosition{end, batch.sequence};
    return {};
}

void RecordDestination::rollback() noexcept
{
    m_held.clear();
    m_heldBytes = 0;
    m_sender.drop();
}

void RecordDestination::close() noexcept
{
    rollback();
    m_encoder.reset();
    m_durable.reset();
}

std::vector<OptionSpec> recordOptions(std::vector<std::string> formats)
{
    return {
        {.key = "value",
         .type = OptionType::Choice,
         .label = "Value",
         .help = "What the records hold: the row in one of these formats, or one column as text or bytes.",
         .defaultText = "json",
         .choices = std::move(formats)},
        {.key = "value_column",
         .label = "Value column",
         .help = "The column that is the value as text or bytes; by default 'value', or the only one."},
        nonFiniteOption(),
    };
}

} // namespace headrace
