// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/formats/ndjson/message_parser.h"

#include "connectors/formats/ndjson/record_shape.h"
#include "connectors/formats/ndjson/type_inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace headrace::ndjson {

namespace {

constexpr std::string_view kNoValue = "{}";

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The texts as the elements of one block; blank ones are left out.
Block blockOf(std::span<const std::string_view> texts)
{
    Block block;
    for (const std::string_view text : texts)
        block.size += std::max(text.size(), kNoValue.size()) + 1;
    block.bytes = std::make_unique_for_overwrite<char[]>(block.size + StructuralIndex::kPadding);
    block.start.layout = Layout::Elements;
    block.elements.reserve(texts.size());
    char* at = block.bytes.get();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string_view text = texts[i].data() == nullptr ? kNoValue : texts[i];
        const auto begin = static_cast<std::uint32_t>(at - block.bytes.get());
        std::memcpy(at, text.data(), text.size());
        at += text.size();
        if (!isBlank(text))
            block.elements.push_back(
                {begin, begin + static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(i)});
        *at++ = '\n'; // what is not closed in one text must not be closed by the next
    }
    block.size = static_cast<std::size_t>(at - block.bytes.get());
    std::memset(at, 0, StructuralIndex::kPadding);
    block.end = block.start;
    return block;
}

/// True when one path leads to or through the other.
bool collide(const std::vector<std::string>& left, const std::vector<std::string>& right)
{
    return std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(std::min(left.size(), right.size())),
                      right.begin());
}

/// Leaves out one that is there, or that would stand inside another or around it.
void addColumn(std::vector<Column>& columns, Column column)
{
    for (const Column& known : columns)
        if (collide(known.path, column.path) || known.name() == column.name())
            return;
    columns.push_back(std::move(column));
}

/// The number of rows when none has a key that is no column.
std::int64_t firstRowWithExtra(const arrow::RecordBatch& rows)
{
    const auto& extra = *rows.column(rows.num_columns() - 1);
    std::int64_t row = extra.null_count() == extra.length() ? extra.length() : 0;
    while (row < extra.length() && extra.IsNull(row))
        ++row;
    return row;
}

} // namespace

MessageParser::MessageParser(Settings settings)
    : m_settings(std::move(settings))
{
}

Result<MessageParser> MessageParser::create(Settings settings, std::vector<Column> columns)
{
    MessageParser parser(std::move(settings));
    if (columns.empty())
        HEADRACE_CHECK(applyTypes(parser.m_settings.columns, columns));
    HEADRACE_CHECK(parser.adopt(std::move(columns)));
    return parser;
}

Status MessageParser::adopt(std::vector<Column> columns)
{
    HEADRACE_TRY(const auto shape, shapeOf(columns, extra(), {}));
    m_parser = std::make_unique<BlockParser>(shape);
    m_columns = std::move(columns);
    const int count = static_cast<int>(m_columns.size());
    m_schema = shape->schema;
    if (m_settings.grow) {
        auto fields = m_schema->fields();
        fields.resize(static_cast<std::size_t>(count));
        m_schema = arrow::schema(std::move(fields));
    }
    return {};
}

Status MessageParser::learn(std::span<const std::string_view> texts)
{
    TypeInference inference({m_settings.flatten, !m_settings.detectTypes});
    const Block block = blockOf(texts);
    RecordTokens tokens;
    RecordTokens::Record record;
    tokens.start(block);
    while (tokens.next(record))
        if (record.problem.empty())
            inference.add(tokens.cursor());
    std::vector<Column> columns = m_columns;
    for (Column& column : inference.columns())
        addColumn(columns, std::move(column));
    if (columns.size() > kMostColumns)
        return fail(ErrorCode::Data,
                    fmt::format("The messages have more than {} different keys; name the wanted ones in 'columns' and "
                                "set 'extra' to column or ignore, or set 'value' to text.",
                                kMostColumns));
    return adopt(std::move(columns));
}

MessageParser::Parsed MessageParser::parseOnce(BlockParser& parser, std::span<const std::string_view> texts)
{
    const Block block = blockOf(texts);
    Chunk chunk = parser.parse(block);
    Parsed parsed{std::move(chunk.rows), {}, texts.size()};
    // Both lists are in the order of the texts, so one walk finds the text of every bad record.
    auto span = block.elements.begin();
    auto record = chunk.rejected.begin();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const bool isElement = span != block.elements.end() && span->line == i;
        if (!isElement) {
            parsed.bad.push_back({i, "The message is empty, which is no JSON object."});
            continue;
        }
        if (record != chunk.rejected.end() && record->byteOffset == span->begin)
            parsed.bad.push_back({i, std::move((record++)->reason)});
        ++span;
    }
    return parsed;
}

/// Takes only the texts before `row`, which still have the columns as they are.
void MessageParser::cutBefore(std::int64_t row, Parsed& parsed)
{
    auto bad = parsed.bad.begin();
    std::size_t text = 0;
    for (std::int64_t passed = 0;; ++text) {
        if (bad != parsed.bad.end() && bad->message == text)
            ++bad;
        else if (passed++ == row)
            break;
    }
    parsed.bad.erase(bad, parsed.bad.end());
    parsed.rows = parsed.rows->Slice(0, row);
    parsed.taken = text;
}

Result<MessageParser::Parsed> MessageParser::parse(std::span<const std::string_view> texts)
{
    Parsed parsed = parseOnce(*m_parser, texts);
    if (!m_settings.grow)
        return parsed;
    const std::int64_t row = firstRowWithExtra(*parsed.rows);
    if (row == 0 && parsed.rows->num_rows() > 0) {
        HEADRACE_CHECK(learn(texts));
        // A key that cannot become a column beside the others makes its message a bad one.
        HEADRACE_TRY(const auto strict, shapeOf(m_columns, ExtraKeys::Quarantine, {}));
        BlockParser parser(strict);
        parsed = parseOnce(parser, texts);
        parsed.rows = arrow::RecordBatch::Make(m_schema, parsed.rows->num_rows(), parsed.rows->columns());
        return parsed;
    }
    if (row < parsed.rows->num_rows())
        cutBefore(row, parsed);
    auto columns = parsed.rows->columns();
    columns.pop_back();
    parsed.rows = arrow::RecordBatch::Make(m_schema, parsed.rows->num_rows(), std::move(columns));
    return parsed;
}

} // namespace headrace::ndjson
