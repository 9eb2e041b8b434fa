// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/formats/ndjson/ndjson_reader.h"

#include "connectors/formats/ndjson/record_shape.h"
#include "connectors/formats/ndjson/type_inference.h"
#include "connectors/formats/ordered_workers.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace headrace::ndjson {

namespace {

constexpr std::int64_t kMostCellsPerBlock = 4 << 20;

struct Parsed {
    Chunk chunk;
    bool isLast = false;
};

struct Sample {
    std::vector<Column> columns;
    std::int64_t records = 0;
};

Result<Sample> sampleColumns(RecordBlocks& blocks, const ReaderSettings& settings, std::deque<Block>& kept)
{
    TypeInference inference({settings.flatten, !settings.detectTypes});
    RecordTokens tokens;
    RecordTokens::Record record;
    Sample sample;
    for (std::int64_t bytes = 0; bytes < settings.sampleBytes && sample.records < settings.sampleRows;) {
        HEADRACE_TRY(auto block, blocks.next());
        if (!block)
            break;
        tokens.start(*block);
        for (; sample.records < settings.sampleRows && tokens.next(record); ++sample.records)
            if (record.problem.empty())
                inference.add(tokens.cursor());
        bytes += static_cast<std::int64_t>(block->size);
        kept.push_back(*std::move(block));
    }
    sample.columns = inference.columns();
    return sample;
}

class NdjsonReader final : public FileReader {
public:
    NdjsonReader(std::unique_ptr<RecordBlocks> blocks, std::deque<Block> kept, std::shared_ptr<const RecordShape> shape,
                 unsigned threads, std::vector<Decision> decisions)
        : m_blocks(std::move(blocks))
        , m_kept(std::move(kept))
        , m_shape(std::move(shape))
        , m_threads(threads)
        , m_decisions(std::move(decisions))
    {
    }

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_shape->schema; }
    [[nodiscard]] bool atEnd() const override { return m_atEnd; }
    [[nodiscard]] std::int64_t fileBytesRead() const override { return m_blocks->fileBytesRead(); }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }

    Result<std::optional<Chunk>> read(const ReadHint&, std::stop_token stop) override
    {
        while (true) {
            HEADRACE_TRY(auto parsed, nextParsed(stop));
            if (!parsed)
                return std::nullopt;
            m_atEnd = parsed->isLast;
            if (parsed->chunk.rows->num_rows() > 0 || !parsed->chunk.rejected.empty())
                return std::move(parsed->chunk);
        }
    }

private:
    Result<std::optional<Parsed>> nextParsed(const std::stop_token& stop)
    {
        if (m_threads > 0 && m_workers == nullptr)
            m_workers = startWorkers();
        if (m_workers != nullptr)
            return m_workers->take(stop);
        HEADRACE_TRY(auto block, nextBlock());
        if (!block)
            return std::nullopt;
        if (m_parser == nullptr)
            m_parser = std::make_unique<BlockParser>(m_shape);
        return Parsed{m_parser->parse(*block), block->isLast};
    }

    std::unique_ptr<OrderedWorkers<Block, Parsed>> startWorkers()
    {
        std::vector<std::function<Parsed(Block &&)>> work;
        for (unsigned i = 0; i < m_threads; ++i)
            work.emplace_back([parser = std::make_shared<BlockParser>(m_shape)](Block&& block) {
                return Parsed{parser->parse(block), block.isLast};
            });
        return std::make_unique<OrderedWorkers<Block, Parsed>>([this] { return nextBlock(); }, std::move(work));
    }

    Result<std::optional<Block>> nextBlock()
    {
        if (m_kept.empty())
            return m_blocks->next();
        Block block = std::move(m_kept.front());
        m_kept.pop_front();
        return block;
    }

    std::unique_ptr<RecordBlocks> m_blocks;
    std::deque<Block> m_kept; ///< of the sample, still to be parsed
    std::shared_ptr<const RecordShape> m_shape;
    unsigned m_threads;
    std::vector<Decision> m_decisions;
    bool m_atEnd = false;
    std::unique_ptr<BlockParser> m_parser;
    std::unique_ptr<OrderedWorkers<Block, Parsed>> m_workers; ///< last: its threads use what stands above
};

std::vector<Decision> decisionsOf(const RecordBlocks& blocks, const Sample& sample)
{
    std::string types;
    for (const Column& column : sample.columns)
        types += fmt::format("{}{}: {}", types.empty() ? "" : ", ", column.name(), typeNotation(column));
    const bool isArray = blocks.layout() != Layout::Lines;
    return {{"layout", isArray ? "array" : "lines",
             isArray ? "The file begins with '[' and an object." : "The file does not begin with an array of objects."},
            {"compression", std::string(toString(blocks.compression())), "The first bytes of the file say so."},
            {"columns", types, fmt::format("The first {} records hold such values.", sample.records)}};
}

} // namespace

Result<std::unique_ptr<FileReader>> openReader(const ReaderSettings& settings, const std::string& within,
                                               const std::shared_ptr<arrow::Schema>& expected)
{
    std::optional<Place> from;
    if (!within.empty()) {
        HEADRACE_TRY(from, Place::parse(within));
    }
    HEADRACE_TRY(auto blocks, RecordBlocks::open(settings.file, from));
    std::deque<Block> kept;
    std::vector<Column> columns;
    std::vector<Decision> decisions;
    if (expected != nullptr) {
        HEADRACE_TRY(columns, columnsOf(*expected, settings.extra));
    } else {
        HEADRACE_TRY(Sample sample, sampleColumns(*blocks, settings, kept));
        HEADRACE_CHECK(applyTypes(settings.columns, sample.columns));
        if (sample.columns.empty())
            return fail(
                ErrorCode::Data,
                fmt::format("'{}' holds no JSON object with a key, so it has no columns to read.", settings.file.path));
        decisions = decisionsOf(*blocks, sample);
        columns = std::move(sample.columns);
    }
    HEADRACE_TRY(auto shape, shapeOf(std::move(columns), settings.extra, settings.file.path));
    blocks->limitRecords(std::max<std::int64_t>(1, kMostCellsPerBlock / std::ssize(shape->columns)));
    return std::make_unique<NdjsonReader>(std::move(blocks), std::move(kept), std::move(shape), settings.threads,
                                          std::move(decisions));
}

} // namespace headrace::ndjson
