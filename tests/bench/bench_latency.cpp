// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// bench_latency BROKERS TOPIC CONNINFO TABLE RATE SECONDS: sends {"id":1,"sent":microseconds since 1970} at a steady
// rate while a run moves the topic into a PostgreSQL table, and asks the table over and over for new rows. Prints how
// long after it was sent a record could be read there. The first five seconds, in which the run and the broker are
// getting warm, do not count.
#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::system_clock;

constexpr std::chrono::milliseconds kLookEvery{1};
constexpr int kWarmSeconds = 5;

[[noreturn]] void fail(const std::string& what)
{
    std::fprintf(stderr, "bench_latency: %s\n", what.c_str());
    std::exit(1);
}

std::int64_t microseconds(Clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

void produce(const char* brokers, const char* topic, int rate, std::int64_t records)
{
    char reason[512] = "";
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    for (const auto& [name, value] : {std::pair{"bootstrap.servers", brokers}, std::pair{"linger.ms", "0"}})
        if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) != RD_KAFKA_CONF_OK)
            fail(reason);
    rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (client == nullptr)
        fail(reason);
    rd_kafka_topic_t* handle = rd_kafka_topic_new(client, topic, nullptr);
    const auto start = std::chrono::steady_clock::now();
    for (std::int64_t id = 1; id <= records; ++id) {
        std::this_thread::sleep_until(start + std::chrono::microseconds{id * 1'000'000 / rate});
        std::string value =
            "{\"id\":" + std::to_string(id) + ",\"sent\":" + std::to_string(microseconds(Clock::now())) + "}";
        if (rd_kafka_produce(handle, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value.data(), value.size(), nullptr, 0,
                             nullptr) != 0)
            fail("a record was not taken");
        rd_kafka_poll(client, 0);
    }
    if (rd_kafka_flush(client, 60'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("not all records were delivered");
    rd_kafka_topic_destroy(handle);
    rd_kafka_destroy(client);
}

/// Milliseconds from sent to seen, by record.
std::vector<double> watch(const char* connection, const std::string& table, int rate, std::int64_t records)
{
    PGconn* client = PQconnectdb(connection);
    if (PQstatus(client) != CONNECTION_OK)
        fail(PQerrorMessage(client));
    std::vector<double> latencies;
    std::vector<bool> isSeen(static_cast<std::size_t>(records) + 1);
    // Partitions overtake each other: an id that is missing is asked for until it is there.
    std::int64_t complete = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{records / rate + 60};
    while (complete < records) {
        if (std::chrono::steady_clock::now() > deadline)
            fail("the records after " + std::to_string(complete) + " did not arrive");
        const std::string query = "SELECT id, sent FROM " + table + " WHERE id > " + std::to_string(complete);
        PGresult* result = PQexec(client, query.c_str());
        const std::int64_t now = microseconds(Clock::now());
        for (int row = 0; row < PQntuples(result); ++row) { // none as long as there is no table
            const std::int64_t id = std::atoll(PQgetvalue(result, row, 0));
            if (isSeen.at(static_cast<std::size_t>(id)))
                continue;
            isSeen[static_cast<std::size_t>(id)] = true;
            if (id > kWarmSeconds * rate)
                latencies.push_back(static_cast<double>(now - std::atoll(PQgetvalue(result, row, 1))) / 1000);
        }
        PQclear(result);
        std::this_thread::sleep_for(kLookEvery);
        while (complete < records && isSeen[static_cast<std::size_t>(complete) + 1])
            ++complete;
    }
    PQfinish(client);
    return latencies;
}

} // namespace

int main(int count, char** arguments)
{
    if (count != 7)
        fail("usage: bench_latency BROKERS TOPIC CONNINFO TABLE RATE SECONDS");
    const int rate = std::atoi(arguments[5]);
    const std::int64_t records = std::int64_t{rate} * std::atoi(arguments[6]);
    std::thread producer(produce, arguments[1], arguments[2], rate, records);
    std::vector<double> latencies = watch(arguments[3], arguments[4], rate, records);
    producer.join();
    std::ranges::sort(latencies);
    const auto percentile = [&](double percent) {
        return latencies.at(static_cast<std::size_t>(percent / 100 * static_cast<double>(latencies.size() - 1)));
    };
    std::printf("{\"records\":%zu,\"p50\":%.1f,\"p95\":%.1f,\"p99\":%.1f,\"max\":%.1f}\n", latencies.size(),
                percentile(50), percentile(95), percentile(99), latencies.back());
    return 0;
}
