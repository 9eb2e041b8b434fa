// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/avro/row_decoder.h"

#include "connectors/formats/avro/json_encoder.h"
#include "connectors/formats/avro/type_text.h"
#include "connectors/formats/avro/value_json.h"
#include "connectors/formats/decimal_words.h"
#include "connectors/formats/utf8.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::avro {

namespace {

using ColumnType = PlainType;

constexpr int kMostDigits = 38;
constexpr std::size_t kMostColumns = 5000;

/// What the values of a type are as a column of its own.
ColumnType columnType(const Type& type)
{
    switch (type.logical) {
    case Logical::Date:
        return {ColumnKind::Date};
    case Logical::TimeMillis:
    case Logical::TimeMicros:
        return {ColumnKind::Time};
    case Logical::TimestampMillis:
    case Logical::TimestampMicros:
        return {.kind = ColumnKind::Timestamp, .zoned = true};
    case Logical::LocalTimestampMillis:
    case Logical::LocalTimestampMicros:
        return {ColumnKind::Timestamp};
    case Logical::TimestampNanos:
        return {.kind = ColumnKind::TimestampNanos, .zoned = true};
    case Logical::LocalTimestampNanos:
        return {ColumnKind::TimestampNanos};
    case Logical::Decimal:
        if (type.precision > kMostDigits)
            return {ColumnKind::Text};
        return {ColumnKind::Decimal, type.precision, type.scale};
    case Logical::Uuid:
    case Logical::Duration:
        return {ColumnKind::Text};
    case Logical::None:
        break;
    }
    switch (type.kind) {
    case Kind::Boolean:
        return {ColumnKind::Boolean};
    case Kind::Int:
    case Kind::Long:
        return {ColumnKind::Int64};
    case Kind::Float:
    case Kind::Double:
        return {ColumnKind::Double};
    case Kind::Bytes:
    case Kind::Fixed:
        return {ColumnKind::Blob};
    case Kind::String:
    case Kind::Enum:
        return {ColumnKind::Text};
    default:
        return {ColumnKind::Json};
    }
}

/// Calls what `visit` has for the parts of a type, as both the columns and their decoder see them.
template <typename Visit>
auto dispatch(const Type& type, const std::vector<const Type*>& around, bool flatten, Visit&& visit)
{
    const Type* const inner = nullableBranch(type);
    const Type& plain = inner == nullptr ? type : *inner;
    const bool isInside = !around.empty();
    const bool isRound = std::ranges::find(around, &plain) != around.end();
    if (plain.kind == Kind::Record && !plain.fields.empty() && !isRound && (flatten || !isInside))
        return visit.record(plain, inner == nullptr ? nullptr : &type);
    return visit.leaf(plain, inner == nullptr ? nullptr : &type);
}

class ColumnFinder {
public:
    ColumnFinder(bool flatten, std::vector<ndjson::Column>& columns)
        : m_flatten(flatten)
        , m_columns(columns)
    {
    }

    /// Types that are named again and again can make a short schema wide: the columns that are too many stay out.
    void add(const Type& type)
    {
        if (m_columns.size() <= kMostColumns)
            dispatch(type, m_around, m_flatten, *this);
    }

    void record(const Type& type, const Type*)
    {
        m_around.push_back(&type);
        for (const Field& field : type.fields) {
            m_path.push_back(field.name);
            add(*field.type);
            m_path.pop_back();
        }
        m_around.pop_back();
    }

    void leaf(const Type& type, const Type*)
    {
        const ColumnType plain = columnType(type);
        ndjson::Column column{m_path.empty() ? std::vector<std::string>{"value"} : m_path, plain.kind, plain.precision,
                              plain.scale, plain.zoned};
        if (isNested(type)) {
            column.avroType = typeText(type);
            column.jsonSchema = jsonSchemaText(type);
        }
        m_columns.push_back(std::move(column));
    }

private:
    bool m_flatten;
    std::vector<ndjson::Column>& m_columns;
    std::vector<std::string> m_path;
    std::vector<const Type*> m_around;
};

} // namespace

Result<std::vector<ndjson::Column>> columnsOf(const Schema& schema, bool flatten)
{
    std::vector<ndjson::Column> columns;
    ColumnFinder(flatten, columns).add(schema.root());
    if (columns.size() > kMostColumns)
        return fail(ErrorCode::Data, fmt::format("The Avro schema '{}' makes more than {} columns; set 'flatten' to "
                                                 "false to read records inside the value as JSON text.",
                                                 schema.root().name, kMostColumns));
    return columns;
}

Cells::Cells(const std::vector<ndjson::Column>& wanted)
    : columns(wanted)
{
    for (const ndjson::Column& column : columns)
        buffers.emplace_back(arrowType({column.kind, column.precision, column.scale, column.zoned}));
}

/// One value of the schema: a record's are its children, others fill a column.
struct RowDecoder::Step {
    const Type* type = nullptr;
    bool isNullable = false;
    std::size_t nullIndex = 0;                   ///< the branch of a nullable one that is null
    std::size_t column = 0;                      ///< of a leaf
    std::vector<std::size_t> below;              ///< columns of all leaves, which null fills
    std::vector<std::unique_ptr<Step>> children; ///< of a record
};

namespace {

template <typename Step>
class Planner {
public:
    Planner(const Cells& cells, bool flatten)
        : m_cells(cells)
        , m_flatten(flatten)
    {
    }

    Result<std::unique_ptr<Step>> plan(const Type& type) { return dispatch(type, m_around, m_flatten, *this); }

    Result<std::unique_ptr<Step>> record(const Type& type, const Type* nullable)
    {
        auto step = begin(type, nullable);
        m_around.push_back(&type);
        for (const Field& field : type.fields) {
            m_path.push_back(field.name);
            HEADRACE_TRY(auto child, plan(*field.type));
            m_path.pop_back();
            step->below.insert(step->below.end(), child->below.begin(), child->below.end());
            step->children.push_back(std::move(child));
        }
        m_around.pop_back();
        return step;
    }

    Result<std::unique_ptr<Step>> leaf(const Type& type, const Type* nullable)
    {
        auto step = begin(type, nullable);
        const ColumnType wanted = columnType(type);
        const ndjson::Column self{m_path.empty() ? std::vector<std::string>{"value"} : m_path, wanted.kind,
                                  wanted.precision, wanted.scale, wanted.zoned};
        const auto found = std::ranges::find(m_cells.columns, self.path, &ndjson::Column::path);
        if (found == m_cells.columns.end())
            return fail(
                ErrorCode::Data,
                fmt::format("The Avro schema has '{}', which is no column and cannot become one.", self.name()));
        const bool widens = found->kind == ColumnKind::Double && self.kind == ColumnKind::Int64;
        const bool isText = found->kind == ColumnKind::Text && self.kind == ColumnKind::Blob;
        const bool isBytes = found->kind == ColumnKind::Blob && self.kind == ColumnKind::Text;
        if (!found->isLike(self) && !widens && !isText && !isBytes)
            return fail(ErrorCode::Data,
                        fmt::format("The Avro schema gives '{}' the type {}, but its column is {} already.",
                                    self.name(), typeNotation(self), typeNotation(*found)));
        step->column = static_cast<std::size_t>(found - m_cells.columns.begin());
        step->below = {step->column};
        return step;
    }

private:
    std::unique_ptr<Step> begin(const Type& type, const Type* nullable)
    {
        auto step = std::make_unique<Step>();
        step->type = &type;
        step->isNullable = nullable != nullptr;
        if (nullable != nullptr)
            step->nullIndex = nullable->children[0]->kind == Kind::Null ? 0 : 1;
        return step;
    }

    const Cells& m_cells;
    bool m_flatten;
    std::vector<std::string> m_path;
    std::vector<const Type*> m_around;
};

} // namespace

RowDecoder::RowDecoder(std::shared_ptr<const Schema> schema, Cells& cells)
    : m_schema(std::move(schema))
    , m_cells(&cells)
{
}

RowDecoder::RowDecoder(RowDecoder&&) noexcept = default;
RowDecoder& RowDecoder::operator=(RowDecoder&&) noexcept = default;
RowDecoder::~RowDecoder() = default;

Result<RowDecoder> RowDecoder::create(std::shared_ptr<const Schema> schema, bool flatten, Cells& cells)
{
    RowDecoder decoder(std::move(schema), cells);
    HEADRACE_TRY(decoder.m_root, Planner<Step>(cells, flatten).plan(decoder.m_schema->root()));
    for (std::size_t i = 0; i < cells.columns.size(); ++i)
        if (std::ranges::find(decoder.m_root->below, i) == decoder.m_root->below.end())
            decoder.m_absent.push_back(i);
    return decoder;
}

std::optional<std::string> RowDecoder::decode(std::string_view value)
{
    const std::size_t rows = m_cells->buffers.front().rows();
    Wire wire(value);
    if (run(*m_root, wire) && wire.left() > 0)
        wire.fail("bytes are left behind its last field");
    if (!wire.failed()) {
        for (const std::size_t column : m_absent)
            m_cells->buffers[column].appendNull();
        return std::nullopt;
    }
    for (CellBuffer& buffer : m_cells->buffers)
        buffer.truncate(rows);
    return fmt::format("The message's value does not fit its Avro schema '{}': {}.", m_schema->root().name,
                       wire.problem());
}

bool RowDecoder::run(const Step& step, Wire& wire)
{
    if (step.isNullable) {
        std::size_t index = 0;
        if (!wire.index(2, index))
            return false;
        if (index == step.nullIndex) {
            for (const std::size_t column : step.below)
                m_cells->buffers[column].appendNull();
            return true;
        }
    }
    if (step.children.empty())
        return cell(step, wire);
    for (const auto& child : step.children)
        if (!run(*child, wire))
            return false;
    return true;
}

bool RowDecoder::cell(const Step& step, Wire& wire)
{
    CellBuffer& cells = m_cells->buffers[step.column];
    std::int64_t number = 0;
    switch (step.type->kind) {
    case Kind::Int:
    case Kind::Long:
        if (!(step.type->kind == Kind::Int ? wire.integer(number) : wire.number(number)))
            return false;
        if (!toColumnUnit(step.type->logical, number))
            return wire.fail("a time is outside of what can be held");
        if (m_cells->columns[step.column].kind == ColumnKind::Double)
            cells.append(static_cast<double>(number));
        else
            cells.append(number);
        return true;
    case Kind::Boolean:
        if (!wire.boolean(number))
            return false;
        cells.append(number);
        return true;
    case Kind::Float:
    case Kind::Double: {
        double real = 0;
        if (!(step.type->kind == Kind::Float ? wire.real<float>(real) : wire.real<double>(real)))
            return false;
        cells.append(real);
        return true;
    }
    case Kind::Enum: {
        std::size_t symbol = 0;
        if (!wire.index(step.type->symbols.size(), symbol))
            return false;
        cells.append(std::string_view(step.type->symbols[symbol]));
        return true;
    }
    case Kind::Bytes:
    case Kind::String:
    case Kind::Fixed:
        return octets(step, wire, cells);
    case Kind::Null:
        cells.appendNull();
        return true;
    default:
        break;
    }
    m_cells->text.clear();
    if (!appendJson(*step.type, wire, m_cells->text))
        return false;
    if (m_cells->text == "null")
        cells.appendNull();
    else
        cells.append(std::string_view(m_cells->text));
    return true;
}

namespace {

bool decimal(const Type& type, std::string_view bytes, CellBuffer& cells)
{
    std::uint64_t low = 0;
    std::int64_t high = 0;
    if (!decimalWords(bytes, type.precision, low, high))
        return false;
    cells.append(low, high);
    return true;
}

} // namespace

bool RowDecoder::octets(const Step& step, Wire& wire, CellBuffer& cells)
{
    std::string_view bytes;
    if (!(step.type->kind == Kind::Fixed ? wire.bytes(step.type->size, bytes) : wire.bytes(bytes)))
        return false;
    const ColumnKind kind = m_cells->columns[step.column].kind;
    if (kind == ColumnKind::Decimal)
        return decimal(*step.type, bytes, cells) || wire.fail("a decimal has more digits than its schema says");
    std::string& text = m_cells->text;
    text.clear();
    if (step.type->logical == Logical::Decimal) {
        if (!appendDecimal(bytes, step.type->scale, text))
            return wire.fail("a decimal is too long");
        bytes = text;
    } else if (step.type->kind == Kind::Fixed && step.type->logical != Logical::None) {
        step.type->logical == Logical::Uuid ? appendUuid(bytes, text) : appendDuration(bytes, text);
        bytes = text;
    } else if (kind == ColumnKind::Text && !isUtf8(bytes)) {
        return wire.fail("a text is not valid UTF-8");
    }
    cells.append(bytes);
    return true;
}

} // namespace headrace::avro
