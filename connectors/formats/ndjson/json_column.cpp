// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/formats/ndjson/json_column.h"

#include "connectors/core/json.h"
#include "connectors/core/json_mark.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace headrace::ndjson {

namespace {

const std::string kPathKey = "headrace:json_path";
const std::string kAvroKey = "headrace:json_avro_type";
const std::string kSchemaKey = "headrace:json_schema";
constexpr auto kArrowJson = "arrow.json";

bool holds(const PlainType& type)
{
    return type.kind != Kind::Blob && type.kind != Kind::Time && type.kind != Kind::TimestampNanos &&
           type.kind != Kind::UnixSeconds && type.kind != Kind::UnixMilliseconds;
}

PlainType plain(const Column& column)
{
    return {column.kind, column.precision, column.scale, column.zoned};
}

/// What the field's metadata say under the key; empty: nothing.
std::string said(const arrow::Field& field, const std::string& key)
{
    const auto found = field.metadata() == nullptr ? -1 : field.metadata()->FindKey(key);
    return found < 0 ? std::string() : field.metadata()->value(found);
}

void setPlain(Column& column, const PlainType& type)
{
    column.kind = type.kind;
    column.precision = type.precision;
    column.scale = type.scale;
    column.zoned = type.zoned;
}

} // namespace

std::string Column::name() const
{
    return fmt::format("{}", fmt::join(path, "."));
}

bool Column::isLike(const Column& other) const
{
    return path == other.path && plain(*this) == plain(other) && isConnect == other.isConnect;
}

std::shared_ptr<arrow::Field> toField(const Column& column)
{
    auto metadata = std::make_shared<arrow::KeyValueMetadata>();
    if (column.path.size() > 1)
        metadata->Append(kPathKey, jsonText(nlohmann::json(column.path)));
    if (column.kind == Kind::Json)
        metadata->Append(kJsonTextKey, "1");
    if (!column.avroType.empty())
        metadata->Append(kAvroKey, column.avroType);
    if (!column.jsonSchema.empty())
        metadata->Append(kSchemaKey, column.jsonSchema);
    return arrow::field(column.name(), arrowType(plain(column)), true, metadata->size() == 0 ? nullptr : metadata);
}

std::vector<std::string> pathOf(const arrow::Field& field)
{
    const auto path = tryParseJson(said(field, kPathKey));
    if (!path.is_array() || !std::ranges::all_of(path, [](const auto& key) { return key.is_string(); }))
        return {field.name()};
    Column column{path.get<std::vector<std::string>>()};
    return column.name() == field.name() ? std::move(column.path) : std::vector{field.name()};
}

bool holdsJson(const arrow::Field& field)
{
    if (field.type()->id() == arrow::Type::EXTENSION)
        return static_cast<const arrow::ExtensionType&>(*field.type()).extension_name() == kArrowJson;
    return BytesView::isText(*field.type()) && !said(field, kJsonTextKey).empty();
}

std::string avroTypeOf(const arrow::Field& field)
{
    return holdsJson(field) ? said(field, kAvroKey) : std::string();
}

std::string jsonSchemaOf(const arrow::Field& field)
{
    return holdsJson(field) ? said(field, kSchemaKey) : std::string();
}

Result<Column> toColumn(const arrow::Field& field)
{
    Column column;
    column.path = pathOf(field);
    const auto type = plainTypeOf(*field.type());
    if (!type || !holds(*type))
        return fail(ErrorCode::Data, fmt::format("The column '{}' is {}, which JSON cannot be read as.", field.name(),
                                                 field.type()->ToString()));
    setPlain(column, *type);
    if (type->kind == Kind::Text && holdsJson(field))
        column.kind = Kind::Json;
    column.avroType = avroTypeOf(field);
    column.jsonSchema = jsonSchemaOf(field);
    return column;
}

Status setType(Column& column, std::string_view notation)
{
    const auto type = parsePlainType(notation);
    if (!type || !holds(*type))
        return fail(ErrorCode::Usage,
                    fmt::format("The option 'columns' gives the column '{}' the type '{}'; known are text, json, bool, "
                                "int64, double, decimal(10,2), date, timestamp and timestamptz.",
                                column.name(), notation));
    setPlain(column, *type);
    return {};
}

std::string typeNotation(const Column& column)
{
    return notation(plain(column));
}

Result<std::unique_ptr<KeyGroup>> KeyGroup::build(const std::vector<Column>& columns)
{
    auto root = std::make_unique<KeyGroup>();
    for (std::size_t i = 0; i < columns.size(); ++i)
        HEADRACE_CHECK(root->add(columns[i], 0, static_cast<int>(i)));
    return root;
}

Status KeyGroup::add(const Column& column, std::size_t depth, int index)
{
    const bool isLeaf = depth + 1 == column.path.size();
    const int found = find(column.path[depth]);
    if (found >= 0 && (isLeaf || m_members[static_cast<std::size_t>(found)].group == nullptr))
        return fail(ErrorCode::Data, fmt::format("The column '{}' comes twice.", column.name()));
    if (found >= 0)
        return m_members[static_cast<std::size_t>(found)].group->add(column, depth + 1, index);
    Member member{column.path[depth] + '"', isLeaf ? index : -1, nullptr};
    Status status;
    if (!isLeaf) {
        member.group = std::make_unique<KeyGroup>();
        status = member.group->add(column, depth + 1, index);
    }
    m_members.push_back(std::move(member));
    return status;
}

int KeyGroup::find(std::string_view key, std::size_t from) const
{
    for (std::size_t i = 0; i < m_members.size(); ++i) {
        const std::size_t place = (from + i) % m_members.size();
        const std::string& quoted = m_members[place].quoted;
        if (quoted.size() == key.size() + 1 && quoted.compare(0, key.size(), key) == 0)
            return static_cast<int>(place);
    }
    return -1;
}

} // namespace headrace::ndjson
