// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery/real_servers.h"

#include <fmt/format.h>

namespace headrace::test {
namespace {

constexpr int kWideColumns = 300;
constexpr int kDevices = 40;

std::string wideTable()
{
    std::string columns = "id int PRIMARY KEY";
    std::string values = "n";
    for (int column = 1; column < kWideColumns; ++column) {
        columns += fmt::format(", measure_{:03} double precision", column);
        values += fmt::format(", n * {} / 7.0", column);
    }
    return fmt::format("CREATE TABLE wide({}); INSERT INTO wide SELECT {} FROM generate_series(1, 300) n;", columns,
                       values);
}

constexpr const char* kPostgresTables =
    "CREATE TABLE orders(id bigint PRIMARY KEY, customer text NOT NULL, total numeric(10,2), paid boolean, "
    "updated_at timestamptz NOT NULL, note text);"
    "INSERT INTO orders SELECT n, 'customer ' || n % 300, n * 7 % 5000 / 10.0, n % 3 = 0, "
    "now() - (20000 - n) * interval '1 minute', CASE WHEN n % 5 = 0 THEN NULL WHEN n % 5 = 1 THEN '' ELSE 'Leave it at "
    "the door' END FROM generate_series(1, 20000) n;"
    "CREATE INDEX ON orders(updated_at, id);"
    "CREATE TABLE empty(id bigint PRIMARY KEY, name text);"
    "CREATE TABLE texts(id int PRIMARY KEY, body text);"
    "INSERT INTO texts SELECT n, repeat('A sentence that goes on and on. ', 400 * n) || E'\\nand a second line' FROM "
    "generate_series(1, 30) n;"
    "INSERT INTO texts VALUES (0, repeat('x', 1048576));"
    "CREATE TABLE nulls(id int, a text, b numeric, c timestamptz, d jsonb); INSERT INTO nulls(id) SELECT "
    "generate_series(1, 40);"
    "CREATE TABLE \"Größe & \"\"Söhne\"\" 😀 tab\"(\"Straße, 'Nr' 😀\" text, \" leading\" int, "
    "c63_abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvw int, \"a\"\"b\nc\" text); INSERT INTO "
    "\"Größe & \"\"Söhne\"\" 😀 tab\" SELECT 'Weg ' || n, n, n, E'one\\ntwo' FROM generate_series(1, 5) n;"
    "CREATE VIEW open_orders AS SELECT id, customer, updated_at FROM orders WHERE NOT paid;"
    "CREATE TABLE strict_copy(id bigint PRIMARY KEY, branch text NOT NULL);"
    "CREATE TABLE nested(id uuid PRIMARY KEY, tags text[], point jsonb, at date, pause interval, raw bytea);"
    "INSERT INTO nested SELECT gen_random_uuid(), ARRAY['new', NULL, 'sale, \"hot\"'], jsonb_build_object('x', n, "
    "'deep', "
    "jsonb_build_object('list', jsonb_build_array(1, 2, n))), date '2026-01-01' + n, n * interval '90 minutes', "
    "decode('00ff10', 'hex') FROM generate_series(1, 40) n;"
    "CREATE SCHEMA accounts; CREATE TABLE accounts.ledger(entry bigint, amount numeric); ANALYZE;";

constexpr const char* kMariaTables = "USE test; CREATE TABLE orders(id bigint PRIMARY KEY, customer varchar(40) NOT "
                                     "NULL, total decimal(10,2), updated_at "
                                     "datetime(3) NOT NULL, note text, KEY (updated_at, id));"
                                     "INSERT INTO orders SELECT seq, concat('customer ', seq % 300), seq * 7 % 5000 / "
                                     "10, now(3) - INTERVAL (5000 - seq) "
                                     "MINUTE, if(seq % 5 = 0, NULL, 'Leave it at the door') FROM seq_1_to_5000;"
                                     "CREATE TABLE empty(id bigint PRIMARY KEY); CREATE DATABASE archive";

} // namespace

PostgresServer& RealServers::postgres()
{
    if (!m_postgres) {
        m_postgres = std::make_unique<PostgresServer>(true);
        m_postgres->run(kPostgresTables);
        m_postgres->run(wideTable());
    }
    return *m_postgres;
}

MariaServer& RealServers::maria()
{
    if (!m_maria) {
        m_maria = std::make_unique<MariaServer>(true);
        m_maria->run(kMariaTables);
    }
    return *m_maria;
}

OdbcDatabases& RealServers::odbc()
{
    if (!m_odbc) {
        m_odbc = std::make_unique<OdbcDatabases>();
        m_odbc->run("pg", kPostgresTables);
        m_odbc->run("maria", kMariaTables);
        m_odbc->run("lite",
                    "CREATE TABLE invoice(id integer PRIMARY KEY, total real, issued text);"
                    "INSERT INTO invoice VALUES (1, 9.5, '2026-11-01'), (2, 20, '2026-11-02'), (3, NULL, NULL)");
    }
    return *m_odbc;
}

FirebirdServer& RealServers::firebird()
{
    if (!m_firebird) {
        m_firebird = std::make_unique<FirebirdServer>();
        m_firebird->run(
            "CREATE TABLE orders(id bigint NOT NULL PRIMARY KEY, customer varchar(40), total numeric(12,2), "
            "changed_at timestamp); CREATE VIEW open_orders AS SELECT id FROM orders WHERE total IS NULL; "
            "COMMIT; INSERT INTO orders VALUES (1, 'Größe & Söhne', 12.5, timestamp '2026-11-01 10:00:00.1234');"
            "INSERT INTO orders VALUES (2, 'Mühlbach', NULL, timestamp '2026-11-02 08:30:00')");
    }
    return *m_firebird;
}

std::vector<KafkaMessage> RealServers::events(int first, int count, int partitions)
{
    std::vector<KafkaMessage> messages;
    for (int number = first; number < first + count; ++number) {
        const int device = number % kDevices;
        messages.push_back({fmt::format(R"({{"device":"d-{:03}","seq":{},"reading":{{"celsius":{}.{},"ok":{}}},)"
                                        R"("tags":["floor {}","east"]}})",
                                        device, number, 18 + number % 9, number % 10, number % 11 != 0, device % 4),
                            fmt::format("d-{:03}", device), device % partitions});
    }
    return messages;
}

KafkaBroker& RealServers::kafka()
{
    if (!m_kafka) {
        m_kafka = std::make_unique<KafkaBroker>(true);
        m_kafka->start();
        fillKafka();
    }
    return *m_kafka;
}

void RealServers::fillKafka()
{
    m_kafka->createTopic("device-events", 6);
    m_kafka->produce("device-events", events(0, 20'000, 6));
    m_kafka->createTopic("empty", 3);
    m_kafka->createTopic("poison", 2);
    m_kafka->produce("poison", events(0, 60, 2));
    m_kafka->produce("poison", {{"{\"device\": \"d-001\", \"seq\": ", "d-001"},
                                {"not JSON at all", "d-002", 1},
                                {std::nullopt, "d-003"},
                                {"[1, 2, 3]", "d-004", 1}});
    m_kafka->produce("poison", {{R"({"device":"d-001","seq":"seven","reading":{"celsius":"warm"}})", "d-001"}});
    m_kafka->createTopic("many", kManyPartitions);
    m_kafka->produce("many", events(0, 40'000, kManyPartitions));
}

KinesisServer& RealServers::kinesis()
{
    if (m_kinesis)
        return *m_kinesis;
    m_kinesis = std::make_unique<KinesisServer>();
    m_kinesis->start();
    m_kinesis->createStream("device-events", 3);
    std::vector<KinesisRecord> records;
    for (const KafkaMessage& event : events(0, 400, 1))
        records.push_back({*event.value, *event.key});
    m_kinesis->put("device-events", records);
    m_kinesis->split("device-events", m_kinesis->shards("device-events").front().id);
    m_kinesis->put("device-events", records);
    m_kinesis->awaitArrivals("device-events");
    return *m_kinesis;
}

MqttBroker& RealServers::mqtt()
{
    if (!m_mqtt) {
        m_mqtt = std::make_unique<MqttBroker>();
        m_mqtt->start();
        for (int machine = 0; machine < 20; ++machine)
            m_mqtt->publish(fmt::format("plant/hall{}/machine{}", machine % 3, machine),
                            fmt::format(R"({{"celsius":{}.5,"rpm":{}}})", 20 + machine, 900 + machine), 1, true);
    }
    return *m_mqtt;
}

} // namespace headrace::test
