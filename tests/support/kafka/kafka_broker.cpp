// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/kafka/kafka_broker.h"

#include "tests/support/free_ports.h"

#include <QElapsedTimer>
#include <QFile>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <unistd.h>

namespace headrace::test {

namespace {

constexpr int kPorts = 6;
constexpr int kWaitMs = 60'000;

void check(rd_kafka_resp_err_t code, const char* what)
{
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        qFatal("test broker: %s: %s", what, rd_kafka_err2str(code));
}

void check(rd_kafka_error_t* error, const char* what)
{
    if (error != nullptr)
        qFatal("test broker: %s: %s", what, rd_kafka_error_string(error));
}

/// Sends an admin request and waits for its answer; `resultOf` gets the event.
template <typename Send>
std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)> request(rd_kafka_t* client, const char* what,
                                                                             Send&& send)
{
    rd_kafka_queue_t* queue = rd_kafka_queue_new(client);
    send(queue);
    std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)> event(rd_kafka_queue_poll(queue, kWaitMs),
                                                                               rd_kafka_event_destroy);
    rd_kafka_queue_destroy(queue);
    if (event == nullptr)
        qFatal("test broker: %s: no answer", what);
    check(rd_kafka_event_error(event.get()), what);
    return event;
}

} // namespace

KafkaBroker::KafkaBroker(bool secure)
    : m_secure(secure)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_folder.filePath("broker.log"));
}

KafkaBroker::~KafkaBroker()
{
    kill();
}

std::string KafkaBroker::address() const
{
    return address(0);
}

std::string KafkaBroker::address(int listener) const
{
    return "127.0.0.1:" + std::to_string(m_port + listener);
}

std::string KafkaBroker::file(const char* name) const
{
    return m_folder.filePath(name).toStdString();
}

int KafkaBroker::port()
{
    if (m_port == 0)
        m_port = freePorts(kPorts);
    return m_port;
}

void KafkaBroker::start()
{
    QStringList arguments{m_folder.path(), QString::number(port())};
    if (m_secure)
        arguments << "--secure";
    if (m_link != 0)
        arguments << "--behind" << QString::number(m_link);
    m_process.start(QStringLiteral(HEADRACE_RUN_BROKER), arguments);
    QElapsedTimer clock;
    clock.start();
    const rd_kafka_metadata_t* metadata = nullptr;
    while (rd_kafka_metadata(admin(), 0, nullptr, &metadata, 200) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (m_process.waitForFinished(1) || m_process.state() == QProcess::NotRunning || clock.elapsed() > kWaitMs) {
            QFile log(m_folder.filePath("broker.log"));
            (void)log.open(QIODevice::ReadOnly);
            qFatal("test broker: it did not start: %s", log.readAll().right(4000).constData());
        }
    }
    rd_kafka_metadata_destroy(metadata);
}

void KafkaBroker::stop()
{
    m_process.terminate();
    if (!m_process.waitForFinished(kWaitMs))
        qFatal("test broker: it does not stop");
}

void KafkaBroker::kill()
{
    if (m_admin != nullptr)
        rd_kafka_destroy(std::exchange(m_admin, nullptr));
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(kWaitMs);
}

void KafkaBroker::freeze()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGSTOP);
}

void KafkaBroker::thaw()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGCONT);
}

rd_kafka_t* KafkaBroker::newClient(rd_kafka_type_t type, const std::map<std::string, std::string>& settings)
{
    std::array<char, 512> reason{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    const auto apply = [&](const std::string& name, const std::string& value) {
        if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size()) != RD_KAFKA_CONF_OK)
            qFatal("test broker: %s", reason.data());
    };
    apply("bootstrap.servers", address());
    apply("reconnect.backoff.max.ms", "200");
    for (const auto& [name, value] : settings)
        apply(name, value);
    rd_kafka_t* client = rd_kafka_new(type, conf, reason.data(), reason.size());
    if (client == nullptr)
        qFatal("test broker: %s", reason.data());
    return client;
}

rd_kafka_t* KafkaBroker::admin()
{
    if (m_admin == nullptr)
        m_admin = newClient(RD_KAFKA_PRODUCER, {{"linger.ms", "0"}});
    return m_admin;
}

void KafkaBroker::createTopic(const std::string& topic, int partitions,
                              const std::map<std::string, std::string>& config)
{
    rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, nullptr, 0);
    for (const auto& [name, value] : config)
        rd_kafka_NewTopic_set_config(wanted, name.c_str(), value.c_str());
    const auto event = request(admin(), "createTopic", [&](rd_kafka_queue_t* queue) {
        rd_kafka_CreateTopics(admin(), &wanted, 1, nullptr, queue);
    });
    std::size_t count = 0;
    const auto** results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
    check(rd_kafka_topic_result_error(results[0]), topic.c_str());
    rd_kafka_NewTopic_destroy(wanted);
    // Its partitions can be asked for only a moment later, when the client has heard of their leaders.
    QElapsedTimer clock;
    clock.start();
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (int partition = 0; partition < partitions;) {
        if (rd_kafka_query_watermark_offsets(admin(), topic.c_str(), partition, &low, &high, kWaitMs) ==
            RD_KAFKA_RESP_ERR_NO_ERROR) {
            ++partition;
            continue;
        }
        if (clock.elapsed() > kWaitMs)
            qFatal("test broker: the topic '%s' has no leader", topic.c_str());
        const rd_kafka_metadata_t* metadata = nullptr;
        if (rd_kafka_metadata(admin(), 1, nullptr, &metadata, kWaitMs) == RD_KAFKA_RESP_ERR_NO_ERROR)
            rd_kafka_metadata_destroy(metadata);
    }
}

void KafkaBroker::deleteTopic(const std::string& topic)
{
    rd_kafka_DeleteTopic_t* wanted = rd_kafka_DeleteTopic_new(topic.c_str());
    request(admin(), "deleteTopic",
            [&](rd_kafka_queue_t* queue) { rd_kafka_DeleteTopics(admin(), &wanted, 1, nullptr, queue); });
    rd_kafka_DeleteTopic_destroy(wanted);
}

void KafkaBroker::deleteBefore(const std::string& topic, std::int32_t partition, std::int64_t offset)
{
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = offset;
    rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(list);
    request(admin(), "deleteBefore",
            [&](rd_kafka_queue_t* queue) { rd_kafka_DeleteRecords(admin(), &wanted, 1, nullptr, queue); });
    rd_kafka_DeleteRecords_destroy(wanted);
    rd_kafka_topic_partition_list_destroy(list);
}

std::vector<std::string> KafkaBroker::groups()
{
    const rd_kafka_group_list* list = nullptr;
    check(rd_kafka_list_groups(admin(), nullptr, &list, kWaitMs), "groups");
    std::vector<std::string> names;
    for (int i = 0; i < list->group_cnt; ++i)
        names.emplace_back(list->groups[i].group);
    rd_kafka_group_list_destroy(list);
    return names;
}

void KafkaBroker::deleteGroup(const std::string& group)
{
    QElapsedTimer clock;
    clock.start();
    while (true) {
        rd_kafka_DeleteGroup_t* wanted = rd_kafka_DeleteGroup_new(group.c_str());
        const auto event = request(admin(), "deleteGroup", [&](rd_kafka_queue_t* queue) {
            rd_kafka_DeleteGroups(admin(), &wanted, 1, nullptr, queue);
        });
        rd_kafka_DeleteGroup_destroy(wanted);
        std::size_t count = 0;
        const auto** results =
            rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event.get()), &count);
        const rd_kafka_error_t* error = rd_kafka_group_result_error(results[0]);
        if (error == nullptr || rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
            return;
        if (clock.elapsed() > kWaitMs)
            qFatal("test broker: deleteGroup: %s", rd_kafka_error_string(error));
    }
}

int KafkaBroker::members(const std::string& group)
{
    const rd_kafka_group_list* list = nullptr;
    check(rd_kafka_list_groups(admin(), group.c_str(), &list, kWaitMs), "members");
    const int count = list->group_cnt == 1 ? list->groups[0].member_cnt : 0;
    rd_kafka_group_list_destroy(list);
    return count;
}

void KafkaBroker::send(rd_kafka_t* producer, const std::string& topic, const std::vector<KafkaMessage>& messages)
{
    for (const KafkaMessage& message : messages) {
        rd_kafka_headers_t* headers = message.headers.empty() ? nullptr : rd_kafka_headers_new(message.headers.size());
        for (const auto& [name, value] : message.headers)
            rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()),
                                value ? value->data() : nullptr, value ? static_cast<ssize_t>(value->size()) : 0);
        std::string value = message.value.value_or("");
        const std::string key = message.key.value_or("");
        void* const valueData = message.value ? value.data() : nullptr;
        const void* const keyData = message.key ? key.data() : nullptr;
        rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
        do {
            code =
                rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(message.partition),
                                  RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(valueData, value.size()),
                                  RD_KAFKA_V_KEY(keyData, key.size()), RD_KAFKA_V_TIMESTAMP(message.timestamp),
                                  RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
            rd_kafka_poll(producer, code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 50 : 0);
        } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
        check(code, "produce");
    }
}

void KafkaBroker::produce(const std::string& topic, const std::vector<KafkaMessage>& messages)
{
    send(admin(), topic, messages);
    check(rd_kafka_flush(admin(), kWaitMs), "produce");
}

void KafkaBroker::produceInTransaction(const std::string& topic, const std::vector<KafkaMessage>& messages,
                                       bool isCommitted)
{
    rd_kafka_t* producer = newClient(RD_KAFKA_PRODUCER, {{"transactional.id", "test-" + topic}, {"linger.ms", "0"}});
    check(rd_kafka_init_transactions(producer, kWaitMs), "init_transactions");
    check(rd_kafka_begin_transaction(producer), "begin_transaction");
    send(producer, topic, messages);
    check(rd_kafka_flush(producer, kWaitMs), "flush");
    check(isCommitted ? rd_kafka_commit_transaction(producer, kWaitMs) : rd_kafka_abort_transaction(producer, kWaitMs),
          "end of transaction");
    rd_kafka_destroy(producer);
}

} // namespace headrace::test
