// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/durable_file.h"
#include "tests/connectors/sinks/read_back.h"
#include "tests/support/sink_bench.h"
#include "tests/support/sink_contract.h"
#include "tests/support/sink_writing.h"

#include <fmt/format.h>

#include <QTest>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace headrace::test {

/// What the tests of destinations share that write a message a row into a topic or stream of a server.
class MessageSinks : public QObject {
protected:
    explicit MessageSinks(SinkType type)
        : m_type(std::move(type))
    {
    }

    /// How the stream of that name is reached, which a test has made where the sink itself does not.
    [[nodiscard]] virtual Options optionsOf(const std::string& stream) = 0;

    /// What readers of the stream see: a JSON text a line, in the order written.
    [[nodiscard]] virtual std::string linesIn(const std::string& stream) = 0;

    [[nodiscard]] Options optionsFor(const std::string& stream, std::map<std::string, OptionValue> more = {})
    {
        Options options = optionsOf(stream);
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        return options;
    }

    [[nodiscard]] Result<std::unique_ptr<Sink>> newSink(const Options& options) const
    {
        HEADRACE_TRY(const Options checked, options.check(m_type.options, m_type.type + " destination"));
        return m_type.create(checked);
    }

    /// Opens, writes the rows as one batch and closes.
    Status write(const Options& options, const std::shared_ptr<arrow::RecordBatch>& rows) const
    {
        HEADRACE_TRY(const auto sink, newSink(options));
        return writeAll(*sink, kMine, 1, rows);
    }

    /// The contract's case of JSON values. A folder's name stands for a stream of its own; `make` makes it.
    [[nodiscard]] SinkCase jsonCase(std::function<void(const std::string& stream)> make = [](const std::string&) {})
    {
        const auto streamOf = [make = std::move(make)](const std::string& folder) {
            std::string stream = folder.substr(folder.rfind('/') + 1);
            make(stream);
            return stream;
        };
        SinkCase json;
        json.name = m_type.type;
        json.type = m_type;
        json.keepsPosition = m_type.guarantee == Guarantee::ExactlyOnce;
        json.options = [this, streamOf](const std::string& folder) { return optionsOf(streamOf(folder)); };
        json.readBack = [this, streamOf](const std::string& folder, const std::vector<std::string>&) {
            const Status written = writeFileDurably(folder + "/messages.ndjson", linesIn(streamOf(folder)));
            if (!written)
                qFatal("%s", written.error().message.c_str());
            return readNdjsonFolder(folder);
        };
        json.types = {
            "-9223372036854775808|9223372036854775807|-2147483648|true",
            "18446744073709551615",
            "0.1|5e-324|-1.7976931348623157e+308",
            "",
            "",
            "-1234567890123456789012345678.0123456789|12.30",
            "9999-12-31|0001-01-01|23:59:59.999999",
            "2024-02-29T12:34:56.000001|1969-12-31T23:59:59.999999|2024-03-31T01:30:00.500Z",
            "a,\"b\"\tü😀",
            "Af8sJw==",
        };
        json.refusals.resize(json.types.size());
        json.refusals[3] = "NaN or an infinity in the column 'nan'";
        json.refusals[4] = "in the column 'infinite'";
        return json;
    }

    /// What creating or opening a sink with these options says, which must fail.
    [[nodiscard]] Error refusalOf(const Options& options) const
    {
        const auto sink = newSink(options);
        if (!sink)
            return sink.error();
        const auto opened = (*sink)->open(twoColumns(), kMine, {});
        return opened ? Error{ErrorCode::Failed, "It was opened.", {}, std::nullopt} : opened.error();
    }

private:
    SinkType m_type;
};

} // namespace headrace::test
