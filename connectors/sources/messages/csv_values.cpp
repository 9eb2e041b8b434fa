// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/messages/csv_values.h"

#include "connectors/formats/csv/block_decoder.h"
#include "connectors/formats/csv/record_scanner.h"
#include "connectors/formats/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace headrace {

namespace {

/// Counts the records of a text, and notes a quote that is never closed.
struct RecordCount {
    void cell(const csv::Cell&) {}
    void comment(const csv::RecordSpan&) {}
    void record(const csv::RecordSpan& span)
    {
        ++records;
        isOpen |= span.malformed == csv::Malformed::OpenQuote;
    }

    int records = 0;
    bool isOpen = false;
};

std::string_view withoutLineEnd(std::string_view value)
{
    return value.substr(0, value.find_last_not_of("\r\n") + 1);
}

class CsvValues final : public ValueDecoder {
public:
    CsvValues(csv::Format format, csv::BlockDecoder decoder)
        : m_format(std::move(format))
        , m_schema(m_format.schema())
        , m_decoder(std::move(decoder))
        , m_tombstone(m_format.columns.size() - 1, m_format.dialect.delimiter) // unquoted empty cells are NULL
    {
    }

    Status learn(std::span<const std::string_view>, const std::stop_token&) override { return {}; }
    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_schema; }

    [[nodiscard]] Result<Decoded> decode(std::span<const std::string_view> values, const std::stop_token&) override
    {
        Decoded decoded;
        decoded.taken = values.size();
        Records records = collect(values, decoded.bad);
        HEADRACE_TRY(csv::DecodedBlock block, m_decoder.decode(records.block));
        decoded.rows = std::move(block.rows);
        for (BadRecord& record : block.rejected) {
            const auto place = std::ranges::lower_bound(records.begins, record.byteOffset) - records.begins.begin();
            decoded.bad.push_back({records.values[static_cast<std::size_t>(place)], std::move(record.reason)});
        }
        std::ranges::sort(decoded.bad, {}, &ndjson::MessageParser::Bad::message);
        return decoded;
    }

private:
    /// The values that are one record each, as the lines of one text.
    struct Records {
        csv::Block block;
        std::vector<std::int64_t> begins; ///< in the text, by record
        std::vector<std::size_t> values;  ///< index among the values, by record
    };

    Records collect(std::span<const std::string_view> values, std::vector<ndjson::MessageParser::Bad>& bad) const
    {
        std::size_t most = csv::kPadding;
        for (const std::string_view value : values)
            most += std::max(value.size(), m_tombstone.size()) + 1;
        Records records;
        records.block.bytes.resize(most);
        std::memset(records.block.bytes.data(), 0, most); // what is read behind a value must not be left to chance
        char* const text = records.block.bytes.data();
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::string_view value = values[i].data() == nullptr ? m_tombstone : withoutLineEnd(values[i]);
            std::memcpy(text + records.block.size, value.data(), value.size());
            if (std::string reason = problemOf({text + records.block.size, value.size()}); !reason.empty()) {
                std::memset(text + records.block.size, 0, value.size());
                bad.push_back({i, std::move(reason)});
                continue;
            }
            records.begins.push_back(static_cast<std::int64_t>(records.block.size));
            records.values.push_back(i);
            records.block.size += value.size();
            text[records.block.size++] = '\n';
        }
        return records;
    }

    [[nodiscard]] std::string problemOf(std::string_view value) const
    {
        if (!isUtf8(value))
            return "The message's value is not valid UTF-8; set 'value' to bytes to read it.";
        if (value.empty() && m_format.columns.size() > 1)
            return "The message's value is empty, no CSV record.";
        RecordCount count;
        csv::scanRecords(value, m_format.dialect, count);
        if (count.isOpen)
            return "A quote in the message's value is never closed.";
        return count.records <= 1 ? std::string()
                                  : fmt::format("The message's value holds {} CSV records, not one.", count.records);
    }

    csv::Format m_format;
    std::shared_ptr<arrow::Schema> m_schema;
    csv::BlockDecoder m_decoder;
    std::string m_tombstone;
};

} // namespace

Result<std::unique_ptr<ValueDecoder>> makeCsvValues(const CsvFields& settings)
{
    csv::Format format;
    format.dialect.delimiter = settings.delimiter;
    for (const std::string& name : settings.names) {
        const auto type = settings.types.find(name);
        format.columns.push_back({name, type == settings.types.end() ? csv::ColumnType() : type->second});
    }
    HEADRACE_TRY(csv::BlockDecoder decoder, csv::BlockDecoder::create(format));
    return std::make_unique<CsvValues>(std::move(format), std::move(decoder));
}

} // namespace headrace
