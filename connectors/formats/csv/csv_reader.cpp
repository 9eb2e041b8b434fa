// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/formats/csv/csv_reader.h"

#include "connectors/core/quantity.h"
#include "connectors/formats/csv/sniffer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

namespace headrace::csv {

namespace {

/// The first block is small, so that a preview need not wait for more than it shows.
constexpr std::size_t kFirstBlockSize = 64 * 1024;

Result<std::string> readSample(ByteInput& input, std::size_t size)
{
    std::string sample(size, '\0');
    HEADRACE_TRY(const std::size_t got, input.read(sample));
    sample.resize(got);
    return sample;
}

/// What was sampled behind `offset`, when the input stands at the sample's end; else moves the input to `offset`.
Result<std::string> headFrom(std::int64_t offset, std::string sample, ByteInput& input)
{
    const auto place = static_cast<std::size_t>(offset);
    if (place <= sample.size())
        return sample.substr(place);
    HEADRACE_CHECK(input.skipTo(offset));
    return std::string();
}

Status checkUnchanged(const CsvReader::Request& request, std::uint64_t fingerprint)
{
    if (!request.resumeFrom || request.resumeFrom->fingerprint == fingerprint)
        return {};
    return fail(ErrorCode::Conflict,
                fmt::format("'{}' no longer reads as it did when the last run stopped at byte {}: its first lines or "
                            "the options have changed. Restore them, or reset the pipeline's state to start again.",
                            request.name, request.resumeFrom->offset));
}

} // namespace

std::string ReaderPosition::toText() const
{
    return fmt::format("{}:{}:{}:{:016x}", offset, line, sample, fingerprint);
}

Result<ReaderPosition> ReaderPosition::parse(std::string_view text)
{
    ReaderPosition position;
    const char* at = text.data();
    const char* const end = at + text.size();
    bool valid = true;
    const auto take = [&](auto& value, int base) {
        const auto parsed = std::from_chars(at, end, value, base);
        valid = valid && parsed.ec == std::errc() && (parsed.ptr == end || *parsed.ptr == ':');
        at = parsed.ptr == end ? end : parsed.ptr + 1;
    };
    take(position.offset, 10);
    take(position.line, 10);
    take(position.sample, 10);
    take(position.fingerprint, 16);
    if (!valid || at != end || position.offset < 0 || position.sample < 0)
        return fail(ErrorCode::Conflict, fmt::format("'{}' is no position in a CSV file.", text));
    return position;
}

Result<std::unique_ptr<CsvReader>> CsvReader::open(Request request)
{
    HEADRACE_TRY(auto input, request.openInput());
    const std::size_t sampleSize =
        request.resumeFrom ? static_cast<std::size_t>(request.resumeFrom->sample) : kSampleSize;
    HEADRACE_TRY(std::string sample, readSample(*input, sampleSize));
    const SnifferInput sniffed{sample, sample.size() < kSampleSize, request.expected, request.expectedFrom,
                               request.name};

    std::unique_ptr<CsvReader> reader(new CsvReader);
    HEADRACE_TRY(reader->m_format, detectFormat(sniffed, request.settings));
    reader->m_sample = static_cast<std::int64_t>(sample.size());
    reader->m_fingerprint = reader->m_format.fingerprint();
    HEADRACE_CHECK(checkUnchanged(request, reader->m_fingerprint));
    HEADRACE_TRY(reader->m_decoder, BlockDecoder::create(reader->m_format));

    const std::int64_t offset = request.resumeFrom ? request.resumeFrom->offset : reader->m_format.dataOffset;
    reader->m_line = request.resumeFrom ? request.resumeFrom->line : reader->m_format.dataLine;
    HEADRACE_TRY(std::string head, headFrom(offset, std::move(sample), *input));
    reader->m_source = std::make_unique<BlockSource>(
        std::move(input), std::move(head), reader->m_format.dialect, reader->m_format.encoding,
        BlockSource::Place{request.name, offset, request.settings.maxRecord});
    reader->m_name = request.name;
    reader->m_maxRecord = request.settings.maxRecord;
    reader->m_wantedThreads = request.settings.threads;
    reader->m_blockSize = request.blockSize;
    reader->m_nextSize = std::min(request.blockSize, kFirstBlockSize);
    return reader;
}

unsigned CsvReader::threads() const
{
    return m_wantedThreads > 0 ? m_wantedThreads : std::max(1U, std::thread::hardware_concurrency());
}

Result<std::optional<DecodedBlock>> CsvReader::nextInOrder()
{
    const bool first = m_nextSize < m_blockSize;
    if (first || threads() == 1) {
        HEADRACE_TRY(std::optional<Block> block, m_source->next(m_nextSize));
        m_nextSize = m_blockSize;
        if (!block)
            return std::nullopt;
        return m_decoder->decode(*block);
    }
    if (m_pool == nullptr && !m_source->atEnd())
        m_pool = std::make_unique<BlockPool>(*m_decoder, threads());
    while (!m_failure && !m_source->atEnd() && m_pool->pending() < threads() + 1) {
        Result<std::optional<Block>> block = m_source->next(m_nextSize);
        if (!block)
            m_failure = std::move(block).error();
        else if (*block)
            m_pool->submit(**std::move(block));
    }
    if (m_pool != nullptr && m_pool->pending() > 0)
        return m_pool->take();
    if (m_failure)
        return fail(*m_failure);
    return std::nullopt;
}

Result<std::optional<DecodedBlock>> CsvReader::next()
{
    HEADRACE_TRY(std::optional<DecodedBlock> decoded, nextInOrder());
    if (!decoded)
        return std::nullopt;
    decoded->firstLine = m_line;
    m_line += decoded->lines;
    if (decoded->longRecord)
        HEADRACE_CHECK(rejectLongRecord(*decoded));
    for (BadRecord& record : decoded->rejected)
        record.line += decoded->firstLine;
    return decoded;
}

Status CsvReader::rejectLongRecord(DecodedBlock& decoded) const
{
    const LongRecord& record = *decoded.longRecord;
    const std::string limit = formatBytes(static_cast<std::int64_t>(m_maxRecord));
    if (record.comment)
        return {};
    if (!record.isOne(m_format.columns.size()))
        return fail(ErrorCode::Data,
                    fmt::format("The record at line {}, byte {} of '{}' is longer than {} and holds line ends, but is "
                                "no record of {} cells: probably a quote is never closed. Set 'quote: none', or a "
                                "larger 'max_record'.",
                                decoded.firstLine, decoded.begin, m_name, limit, m_format.columns.size()));
    BadRecord bad;
    bad.byteOffset = decoded.begin;
    bad.reason = fmt::format("The record is longer than the {} that 'max_record' allows.", limit);
    bad.raw = record.front;
    decoded.rejected.push_back(std::move(bad));
    return {};
}

bool CsvReader::atEnd() const
{
    return m_source->atEnd() && (m_pool == nullptr || m_pool->pending() == 0);
}

ReaderPosition CsvReader::positionIn(const DecodedBlock& block, std::int64_t rows, ReaderPosition base)
{
    if (rows == static_cast<std::int64_t>(block.ends.size())) {
        base.offset = block.end;
        base.line = block.firstLine + block.lines;
    } else if (rows == 0) {
        base.offset = block.begin;
        base.line = block.firstLine;
    } else {
        const auto last = static_cast<std::size_t>(rows - 1);
        base.offset = block.ends[last];
        base.line = block.firstLine + block.linesBefore[last];
    }
    return base;
}

} // namespace headrace::csv
