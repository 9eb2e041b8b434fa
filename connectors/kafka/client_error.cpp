// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/kafka/client_error.h"

#include <fmt/format.h>

namespace headrace::kafka {

namespace {

// Newer than the header. The connection by which the cluster was found has broken, and requests on it with it; a broker
// has not heard yet of a topic that was just made, or made anew.
constexpr int kBrokerDestroyed = -137;
constexpr int kUnknownTopicId = 100;
constexpr int kInconsistentTopicId = 103;

struct Meaning {
    ErrorCode code;
    std::string_view why; ///< follows the colon
};

Meaning meaningOf(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        return {ErrorCode::Permission, "the broker refuses the login; check 'mechanism', 'username' and 'password'"};
    case RD_KAFKA_RESP_ERR__SSL:
        return {ErrorCode::Permission, "the TLS connection failed; check 'ca_file' and the certificates"};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return {ErrorCode::Permission, "the broker does not allow this user to do it"};
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return {ErrorCode::NotFound, "the topic or partition does not exist"};
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
        return {ErrorCode::Data, "a message is larger than the topic allows; raise 'max.message.bytes' of the topic "
                                 "and 'message.max.bytes' under 'client'"};
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        return {ErrorCode::Data,
                "the topic does not take it; a compacted topic needs a key, which the option 'key' names"};
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
        return {ErrorCode::Conflict, "another run of this pipeline has taken over; stop one of the two"};
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
        return {ErrorCode::Usage, "the brokers let no transaction be open for so long; lower 'transaction.timeout.ms' "
                                  "under 'client' to their 'transaction.max.timeout.ms'"};
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
        return {ErrorCode::Unavailable, "its transaction cannot be completed"};
    case RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING:
    case RD_KAFKA_RESP_ERR_INVALID_TXN_STATE:
        return {ErrorCode::Unavailable, "the brokers have forgotten this writer, which begins anew"};
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
        return {ErrorCode::Unavailable, "the consumer group has gone on without this reader"};
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
        return {ErrorCode::Data, "a stored message is damaged"};
    case RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
        return {ErrorCode::Unavailable, "the brokers did not answer in time"};
    default:
        break;
    }
    if (isPassing(code))
        return {ErrorCode::Unavailable, "the brokers cannot be reached"};
    return {ErrorCode::Failed, {}};
}

} // namespace

Error clientError(rd_kafka_resp_err_t code, std::string_view what, std::string detail)
{
    const Meaning meaning = meaningOf(code);
    const std::string why = meaning.why.empty() ? std::string(rd_kafka_err2str(code)) : std::string(meaning.why);
    if (detail.empty())
        detail = fmt::format("{}: {}", rd_kafka_err2name(code), rd_kafka_err2str(code));
    return {meaning.code, fmt::format("{}: {}.", what, why), std::move(detail), std::nullopt};
}

Status clientStatus(rd_kafka_error_t* error, std::string_view what)
{
    if (error == nullptr)
        return {};
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    Error translated = clientError(code, what, rd_kafka_error_string(error));
    if (translated.code == ErrorCode::Failed &&
        (rd_kafka_error_is_retriable(error) != 0 || rd_kafka_error_txn_requires_abort(error) != 0))
        translated.code = ErrorCode::Unavailable;
    rd_kafka_error_destroy(error);
    return fail(std::move(translated));
}

bool isPassing(rd_kafka_resp_err_t code)
{
    const int number = code;
    if (number == kBrokerDestroyed || number == kUnknownTopicId || number == kInconsistentTopicId)
        return true;
    switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__NODE_UPDATE:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
        return true;
    default:
        return false;
    }
}

} // namespace headrace::kafka
