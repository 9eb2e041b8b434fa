// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/formats/ndjson/json_column.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace headrace::ndjson {

namespace {

const std::string kPathKey = "headrace:json_path";
const std::string kTextKey = "headrace:json_text";

constexpr std::array<std::pair<std::string_view, Kind>, 8> kNotations{{{"text", Kind::Text},
                                                                       {"json", Kind::Json},
                                                                       {"bool", Kind::Boolean},
                                                                       {"int64", Kind::Int64},
                                                                       {"double", Kind::Double},
                                                                       {"date", Kind::Date},
                                                                       {"timestamp", Kind::Timestamp},
                                                                       {"timestamptz", Kind::Timestamp}}};

std::shared_ptr<arrow::DataType> arrowType(const Column& column)
{
    switch (column.kind) {
    case Kind::Boolean:
        return arrow::boolean();
    case Kind::Int64:
        return arrow::int64();
    case Kind::Double:
        return arrow::float64();
    case Kind::Decimal:
        return arrow::decimal128(column.precision, column.scale);
    case Kind::Date:
        return arrow::date32();
    case Kind::Timestamp:
        return arrow::timestamp(arrow::TimeUnit::MICRO, column.zoned ? "UTC" : "");
    case Kind::Text:
    case Kind::Json:
        break;
    }
    return arrow::utf8();
}

bool parseDecimal(std::string_view notation, Column& column)
{
    constexpr std::string_view kOpen = "decimal(";
    if (!notation.starts_with(kOpen) || !notation.ends_with(')'))
        return false;
    const char* const end = notation.data() + notation.size() - 1;
    const auto precision = std::from_chars(notation.data() + kOpen.size(), end, column.precision);
    if (precision.ec != std::errc{} || precision.ptr == end || *precision.ptr != ',')
        return false;
    const char* scaleAt = precision.ptr + 1;
    scaleAt += scaleAt != end && *scaleAt == ' ' ? 1 : 0;
    const auto scale = std::from_chars(scaleAt, end, column.scale);
    return scale.ec == std::errc{} && scale.ptr == end && column.precision >= 1 && column.precision <= 38 &&
           column.scale >= 0 && column.scale <= column.precision;
}

} // namespace

std::string Column::name() const
{
    return fmt::format("{}", fmt::join(path, "."));
}

std::shared_ptr<arrow::Field> toField(const Column& column)
{
    auto metadata = std::make_shared<arrow::KeyValueMetadata>();
    if (column.path.size() > 1)
        metadata->Append(kPathKey, nlohmann::json(column.path).dump());
    if (column.kind == Kind::Json)
        metadata->Append(kTextKey, "1");
    return arrow::field(column.name(), arrowType(column), true, metadata->size() == 0 ? nullptr : metadata);
}

Result<Column> toColumn(const arrow::Field& field)
{
    Column column;
    column.path = {field.name()};
    if (field.metadata() != nullptr && field.metadata()->Contains(kPathKey))
        column.path = nlohmann::json::parse(*field.metadata()->Get(kPathKey)).get<std::vector<std::string>>();
    switch (field.type()->id()) {
    case arrow::Type::STRING:
        column.kind = field.metadata() != nullptr && field.metadata()->Contains(kTextKey) ? Kind::Json : Kind::Text;
        return column;
    case arrow::Type::BOOL:
        column.kind = Kind::Boolean;
        return column;
    case arrow::Type::INT64:
        column.kind = Kind::Int64;
        return column;
    case arrow::Type::DOUBLE:
        column.kind = Kind::Double;
        return column;
    case arrow::Type::DATE32:
        column.kind = Kind::Date;
        return column;
    case arrow::Type::DECIMAL128: {
        const auto& type = static_cast<const arrow::Decimal128Type&>(*field.type());
        column.kind = Kind::Decimal;
        column.precision = type.precision();
        column.scale = type.scale();
        return column;
    }
    case arrow::Type::TIMESTAMP: {
        const auto& type = static_cast<const arrow::TimestampType&>(*field.type());
        column.kind = Kind::Timestamp;
        column.zoned = !type.timezone().empty();
        if (type.unit() == arrow::TimeUnit::MICRO)
            return column;
        break;
    }
    default:
        break;
    }
    return fail(ErrorCode::Data, fmt::format("The column '{}' is {}, which JSON cannot be read as.", field.name(),
                                             field.type()->ToString()));
}

Status setType(Column& column, std::string_view notation)
{
    const auto known = std::ranges::find(kNotations, notation, &std::pair<std::string_view, Kind>::first);
    if (known != kNotations.end()) {
        column.kind = known->second;
        column.zoned = notation == "timestamptz";
        return {};
    }
    column.kind = Kind::Decimal;
    if (parseDecimal(notation, column))
        return {};
    return fail(
        ErrorCode::Usage,
        fmt::format("The option 'columns' gives the column '{}' the type '{}'; known are text, json, bool, int64, "
                    "double, decimal(10,2), date, timestamp and timestamptz.",
                    column.name(), notation));
}

std::string typeNotation(const Column& column)
{
    if (column.kind == Kind::Decimal)
        return fmt::format("decimal({},{})", column.precision, column.scale);
    if (column.kind == Kind::Timestamp && column.zoned)
        return "timestamptz";
    return std::string(std::ranges::find(kNotations, column.kind, &std::pair<std::string_view, Kind>::second)->first);
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
