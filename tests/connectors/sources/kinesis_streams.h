// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/sources.h"
#include "tests/support/aws/kinesis_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QObject>
#include <QStringList>

#include <algorithm>

namespace headrace::test {

/// What the tests of the Kinesis source share: an emulator, and streams of numbers.
class KinesisStreams : public QObject {
protected:
    std::string newStream(int shards = 1)
    {
        const std::string stream = fmt::format("stream-{}", ++m_streams);
        m_server.createStream(stream, shards);
        return stream;
    }

    Options optionsFor(const std::string& stream, std::map<std::string, OptionValue> more = {})
    {
        Options options{{"endpoint", m_server.endpoint()}, {"stream", stream}, {"until", "now"}};
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        return options;
    }

    /// Only the texts, in the order of their shards.
    Options textsOf(const std::string& stream, std::map<std::string, OptionValue> more = {})
    {
        more.insert({{"value", "text"}, {"metadata", "none"}});
        return optionsFor(stream, std::move(more));
    }

    Result<ReadAll> readAll(const Options& options, const std::optional<Position>& from = {})
    {
        return test::readAll(kinesisSource(), options, {}, from);
    }

    static QStringList linesOf(const Result<ReadAll>& all)
    {
        if (!all)
            return {"! " + QString::fromStdString(all.error().message)};
        QStringList lines = all->chunks.empty() ? QStringList{} : QString::fromStdString(all->text()).split('\n');
        if (!lines.isEmpty())
            lines.removeFirst();
        lines.removeAll("");
        return lines;
    }

    /// Numbers from `first` on, spread over the shards by their keys.
    void putNumbers(const std::string& stream, int first, int count)
    {
        std::vector<KinesisRecord> records;
        for (int i = first; i < first + count; ++i)
            records.push_back({std::to_string(i), std::to_string(i)});
        m_server.put(stream, records);
    }

    static QStringList numbers(int count)
    {
        QStringList all;
        for (int i = 0; i < count; ++i)
            all << QString::number(i);
        return all;
    }

    static QStringList sorted(QStringList lines)
    {
        std::sort(lines.begin(), lines.end(), [](const QString& a, const QString& b) { return a.toInt() < b.toInt(); });
        return lines;
    }

    KinesisServer m_server;
    int m_streams = 0; ///< made so far
};

} // namespace headrace::test
