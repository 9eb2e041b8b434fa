// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "connectors/formats/avro/row_encoder.h"

#include "connectors/formats/avro/json_encoder.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace headrace::avro {

namespace {

constexpr std::size_t kMostShown = 100; ///< bytes of a cell in a message

/// The record that columns of one prefix fill, and its branches where it is one of a union with null.
struct RecordType {
    const Type* type = nullptr; ///< null: the field is no record
    std::int64_t branch = -1;   ///< −1: no union
    std::int64_t null = -1;
};

/// JSON becomes what it holds, also a text where nothing else takes one.
Result<std::unique_ptr<CellEncoder>> encoderOf(const arrow::Field& column, const Type& type)
{
    const bool mayBeJson = BytesView::isText(*column.type()) && isNested(type);
    if (mayBeJson && ndjson::holdsJson(column))
        return makeJsonEncoder(type);
    auto cells = makeCellEncoder(*column.type(), type);
    return cells || !mayBeJson ? std::move(cells) : makeJsonEncoder(type);
}

RecordType recordOf(const Type& type)
{
    if (type.kind == Kind::Record)
        return {&type, -1, -1};
    const Type* const inner = nullableBranch(type);
    if (inner == nullptr || inner->kind != Kind::Record)
        return {};
    const bool isFirst = type.children[0] == inner;
    return {inner, isFirst ? 0 : 1, isFirst ? 1 : 0};
}

} // namespace

/// A field of the schema, or the whole of it.
struct RowEncoder::Step {
    std::unique_ptr<CellEncoder> cells; ///< of a column
    int column = -1;
    std::string preset;                         ///< encoded; for a field without a column
    std::vector<std::unique_ptr<Step>> members; ///< of a record
    bool isRecord = false;
    std::int64_t branch = -1; ///< of a record in a union
    std::int64_t null = -1;
};

RowEncoder::RowEncoder(std::shared_ptr<const Schema> schema, arrow::FieldVector columns)
    : m_schema(std::move(schema))
    , m_columns(std::move(columns))
{
}

RowEncoder::~RowEncoder() = default;

Result<std::unique_ptr<RowEncoder>> RowEncoder::create(std::shared_ptr<const Schema> schema, arrow::FieldVector columns)
{
    std::unique_ptr<RowEncoder> encoder(new RowEncoder(std::move(schema), std::move(columns)));
    const Type& root = encoder->m_schema->root();
    if (root.kind != Kind::Record)
        return fail(ErrorCode::Usage,
                    fmt::format("Rows are written as Avro records, but the schema is '{}'; give that of a record.",
                                nameOf(root)));
    HEADRACE_TRY(const ColumnNode tree, treeOf(encoder->m_columns));
    HEADRACE_TRY(encoder->m_root, encoder->record(tree, root, {}));
    return encoder;
}

Result<std::unique_ptr<RowEncoder>> RowEncoder::createAlone(std::shared_ptr<const Schema> schema,
                                                            std::shared_ptr<arrow::Field> column)
{
    if (schema->root().kind == Kind::Record)
        return create(std::move(schema), {std::move(column)});
    std::unique_ptr<RowEncoder> encoder(new RowEncoder(std::move(schema), {std::move(column)}));
    const ColumnNode only{encoder->m_columns.front()->name(), 0, {}};
    HEADRACE_TRY(encoder->m_root, encoder->field(&only, Field{only.name, {}, &encoder->m_schema->root()}, only.name));
    return encoder;
}

Result<std::unique_ptr<RowEncoder::Step>> RowEncoder::record(const ColumnNode& node, const Type& type,
                                                             const std::string& path)
{
    auto step = std::make_unique<Step>();
    step->isRecord = true;
    for (const Field& wanted : type.fields) {
        const auto member = std::ranges::find_if(node.members, [&](const ColumnNode& candidate) {
            return candidate.name == wanted.name || avroName(candidate.name) == wanted.name;
        });
        HEADRACE_TRY(auto inner, field(member == node.members.end() ? nullptr : &*member, wanted, path + wanted.name));
        step->members.push_back(std::move(inner));
    }
    for (const ColumnNode& member : node.members)
        if (std::ranges::none_of(type.fields, [&](const Field& field) {
                return member.name == field.name || avroName(member.name) == field.name;
            }))
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}{}' has no field in the Avro schema '{}'; add one to the schema, or "
                                    "leave the column out in the shape.",
                                    path, member.name, type.name));
    return step;
}

Result<std::unique_ptr<RowEncoder::Step>> RowEncoder::field(const ColumnNode* node, const Field& field,
                                                            const std::string& path)
{
    if (node != nullptr && node->column < 0) {
        const RecordType type = recordOf(*field.type);
        if (type.type == nullptr)
            return fail(ErrorCode::Data, fmt::format("The columns '{}.…' are members of a record, but the field '{}' "
                                                     "of the Avro schema '{}' is '{}'.",
                                                     path, path, m_schema->root().name, nameOf(*field.type)));
        HEADRACE_TRY(auto step, record(*node, *type.type, path + '.'));
        step->branch = type.branch;
        step->null = type.null;
        return step;
    }
    auto step = std::make_unique<Step>();
    if (node == nullptr) {
        auto preset = presetOf(field);
        if (!preset)
            return fail(ErrorCode::Data, fmt::format("The Avro schema '{}' does not fit the rows: {}.",
                                                     m_schema->root().name, preset.error().message));
        step->preset = *std::move(preset);
        return step;
    }
    step->column = node->column;
    const arrow::Field& column = *m_columns[static_cast<std::size_t>(node->column)];
    auto cells = encoderOf(column, *field.type);
    if (!cells)
        return fail(ErrorCode::Data, fmt::format("The column '{}' does not fit the field '{}' of the Avro schema '{}': "
                                                 "{}.",
                                                 column.name(), path, m_schema->root().name, cells.error().message));
    step->cells = *std::move(cells);
    return step;
}

void RowEncoder::bind(const arrow::ArrayVector& columns)
{
    m_arrays = columns;
    bindBelow(*m_root, columns);
}

bool RowEncoder::isNullAt(std::int64_t row) const
{
    return std::ranges::all_of(m_arrays, [row](const auto& column) { return column->IsNull(row); });
}

void RowEncoder::bindBelow(Step& step, const arrow::ArrayVector& columns)
{
    if (step.cells != nullptr)
        step.cells->bind(*columns[static_cast<std::size_t>(step.column)]);
    for (const auto& member : step.members)
        bindBelow(*member, columns);
}

bool RowEncoder::isNull(const Step& step, std::int64_t row) const
{
    if (step.cells != nullptr)
        return m_arrays[static_cast<std::size_t>(step.column)]->IsNull(row);
    return std::ranges::all_of(step.members, [&](const auto& member) { return isNull(*member, row); });
}

const RowEncoder::Step* RowEncoder::run(const Step& step, std::int64_t row, WireOutput& out) const
{
    if (step.cells != nullptr)
        return step.cells->append(row, out) ? nullptr : &step;
    if (!step.isRecord) {
        out.raw(step.preset);
        return nullptr;
    }
    if (step.branch >= 0) {
        const bool isAbsent = isNull(step, row);
        out.number(isAbsent ? step.null : step.branch);
        if (isAbsent)
            return nullptr;
    }
    for (const auto& member : step.members)
        if (const Step* const bad = run(*member, row, out))
            return bad;
    return nullptr;
}

Status RowEncoder::append(std::int64_t row, WireOutput& out)
{
    const Step* const bad = run(*m_root, row, out);
    if (bad == nullptr)
        return {};
    const auto index = static_cast<std::size_t>(bad->column);
    const auto cell = m_arrays[index]->GetScalar(row);
    std::string value = cell.ok() ? (*cell)->ToString() : std::string();
    if (value.size() > kMostShown) {
        value.resize(kMostShown);
        value += "…";
    }
    return fail(ErrorCode::Data, fmt::format("'{}' in the column '{}' cannot be written as the Avro schema '{}' says: "
                                             "{}.",
                                             value, m_columns[index]->name(), m_schema->root().name, out.problem()));
}

} // namespace headrace::avro
