// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kinesis_lanes.h"

#include <QCryptographicHash>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace headrace::test {

namespace {

const std::string kInput = "kill-input";

std::string md5(const std::string& text)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Md5).toHex().toStdString();
}

void put(KinesisServer& server, std::int64_t first, std::int64_t last)
{
    std::vector<KinesisRecord> records;
    for (std::int64_t i = first; i < last; ++i)
        records.push_back(
            {fmt::format(R"({{"sequence":{},"payload":"{}"}})", i, md5(std::to_string(i))), std::to_string(i)});
    server.put(kInput, records);
}

void makeStream(KinesisServer& server, std::int64_t rows)
{
    server.createStream(kInput, 2);
    put(server, 0, rows / 2);
    server.split(kInput, "shardId-000000000000");
    put(server, rows / 2, rows * 3 / 4);
    server.merge(kInput, "shardId-000000000003", "shardId-000000000001");
    put(server, rows * 3 / 4, rows);
    server.awaitArrivals(kInput);
}

} // namespace

CrashLane kinesisToDuckdb(KinesisServer& server, std::int64_t rows)
{
    CrashLane lane;
    lane.name = QStringLiteral("kinesis-duckdb");
    lane.rows = rows;
    lane.makeInput = [&server, rows](const QString&) { makeStream(server, rows); };
    lane.source = [&server](const QString&) {
        return QStringLiteral("{type: kinesis, endpoint: \"%1\", stream: %2, until: now, metadata: none}")
            .arg(QString::fromStdString(server.endpoint()), QString::fromStdString(kInput));
    };
    toDuckdb(lane);
    return lane;
}

} // namespace headrace::test
