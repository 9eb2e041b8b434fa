// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/firehose.h"
#include "connectors/formats/base64.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace headrace::aws {

namespace {

using Json = nlohmann::json;

} // namespace

Firehose::Firehose(std::shared_ptr<Connection> connection, std::string stream)
    : m_stream(std::move(stream))
    , m_about(fmt::format("The Firehose delivery stream '{}'", m_stream))
    , m_client(std::move(connection), "firehose", "Firehose_20150804")
{
}

Status Firehose::check(const std::stop_token& stop)
{
    auto answer = m_client.call("DescribeDeliveryStream", {{"DeliveryStreamName", m_stream}}, m_about, stop);
    if (answer) {
        const auto description = answer->value("DeliveryStreamDescription", Json::object());
        if (description.value("DeliveryStreamStatus", "ACTIVE") == "ACTIVE")
            return {};
        return fail(ErrorCode::Unavailable, fmt::format("{} is not active yet.", m_about));
    }
    Error error = std::move(answer.error().error);
    if (error.code != ErrorCode::NotFound)
        return fail(std::move(error));
    const auto listed = m_client.call("ListDeliveryStreams", {{"Limit", 100}}, m_about, stop);
    std::vector<std::string> names;
    if (listed)
        for (const Json& name : listed->value("DeliveryStreamNames", Json::array()))
            names.push_back(name.get<std::string>());
    const std::string near = nearest(m_stream, names);
    error.message =
        fmt::format("There is no Firehose delivery stream '{}' in the region '{}'{}", m_stream,
                    m_client.connection().region(), near.empty() ? "." : fmt::format("; did you mean '{}'?", near));
    return fail(std::move(error));
}

ServiceResult<std::vector<PutFailure>> Firehose::put(const std::vector<PutEntry>& entries, const std::stop_token& stop)
{
    Json wanted{{"DeliveryStreamName", m_stream}, {"Records", Json::array()}};
    for (const PutEntry& entry : entries)
        wanted["Records"].push_back({{"Data", base64Of(entry.data)}});
    auto answer = m_client.call("PutRecordBatch", wanted, m_about, stop);
    if (!answer)
        return tl::unexpected(std::move(answer.error()));
    return failuresIn(answer->value("RequestResponses", Json::array()), "RecordId", entries.size());
}

} // namespace headrace::aws
