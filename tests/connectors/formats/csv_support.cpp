// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/connectors/formats/csv_support.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

namespace headrace::test {

namespace {

class MemoryInput : public ByteInput {
public:
    explicit MemoryInput(std::string bytes)
        : m_bytes(std::move(bytes))
    {
    }

    Result<std::size_t> read(std::span<char> buffer) override
    {
        const std::size_t size = std::min(buffer.size(), m_bytes.size() - m_at);
        std::memcpy(buffer.data(), m_bytes.data() + m_at, size);
        m_at += size;
        return size;
    }

    Status skipTo(std::int64_t offset) override
    {
        m_at = static_cast<std::size_t>(offset);
        return m_at <= m_bytes.size() ? Status() : fail(ErrorCode::Failed, "beyond the end");
    }

    [[nodiscard]] std::int64_t fileBytesRead() const override { return static_cast<std::int64_t>(m_at); }
    [[nodiscard]] Compression compression() const override { return Compression::None; }

private:
    std::string m_bytes;
    std::size_t m_at = 0;
};

std::string cellText(const arrow::Array& column, std::int64_t row)
{
    if (column.IsNull(row))
        return "∅";
    const std::string text = column.GetScalar(row).ValueOrDie()->ToString();
    return column.type_id() == arrow::Type::STRING ? "\"" + text + "\"" : text;
}

void addBlock(const csv::DecodedBlock& block, const csv::ReaderPosition& base, CsvOutcome& outcome)
{
    for (const BadRecord& bad : block.rejected) {
        outcome.rejectedBefore.push_back(static_cast<std::int64_t>(outcome.rows.size()) + bad.beforeRow);
        outcome.rejected.push_back(fmt::format("line {}, byte {}: {}", bad.line, bad.byteOffset, bad.reason));
        outcome.raw.push_back(bad.raw);
    }
    for (std::int64_t row = 0; row < block.rows->num_rows(); ++row) {
        std::vector<std::string> cells;
        for (const auto& column : block.rows->columns())
            cells.push_back(cellText(*column, row));
        outcome.rows.push_back(fmt::format("{}", fmt::join(cells, "|")));
        outcome.positions.push_back(csv::CsvReader::positionIn(block, row + 1, base));
    }
}

} // namespace

std::string CsvOutcome::text() const
{
    return fmt::format("{}\n{}\n--\n{}\n{}\n", schema, fmt::join(rows, "\n"), fmt::join(rejected, "\n"),
                       fmt::join(rejectedBefore, " "));
}

Result<CsvOutcome> readCsv(const CsvCase& csv)
{
    csv::CsvReader::Request request;
    request.name = "test.csv";
    request.openInput = [&]() -> Result<std::unique_ptr<ByteInput>> {
        return std::make_unique<MemoryInput>(csv.bytes);
    };
    request.settings = csv.settings;
    request.resumeFrom = csv.resumeFrom;
    request.blockSize = csv.blockSize;
    HEADRACE_TRY(const auto reader, csv::CsvReader::open(std::move(request)));

    CsvOutcome outcome;
    std::vector<std::string> fields;
    const auto schema = reader->format().schema();
    for (const auto& field : schema->fields())
        fields.push_back(field->name() + ":" + field->type()->ToString());
    outcome.schema = fmt::format("{}", fmt::join(fields, ", "));
    outcome.decisions = reader->format().decisions;
    while (true) {
        HEADRACE_TRY(const auto block, reader->next());
        if (!block)
            return outcome;
        addBlock(*block, reader->basePosition(), outcome);
    }
}

std::string decided(const CsvOutcome& outcome, const std::string& option)
{
    const auto found = std::ranges::find(outcome.decisions, option, &Decision::option);
    return found == outcome.decisions.end() ? "" : found->value;
}

} // namespace headrace::test
