// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/sources/sqlite/sqlite_column.h"

#include "connectors/core/json_mark.h"
#include "connectors/formats/iso_time.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <sqlite3.h>
#include <utility>

namespace headrace::sqlite {

namespace {

const std::string kUnitKey = "headrace:unix_time";
constexpr int kExactDigits = 15; ///< decimals of so many digits survive a double
constexpr std::int64_t kExactInDouble = std::int64_t{1} << 53;

bool holds(const ColumnType& type)
{
    return type.kind != Kind::Time && type.kind != Kind::TimestampNanos && type.precision <= kExactDigits;
}

std::string_view textOf(sqlite3_value* value)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::string_view blobOf(sqlite3_value* value)
{
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
    return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// `stored` is the value's own type, which is not NULL.

bool appendText(CellBuffer& cells, int stored, sqlite3_value* value)
{
    switch (stored) {
    case SQLITE_TEXT: {
        const std::string_view text = textOf(value);
        if (!isUtf8(text))
            return false;
        cells.append(text);
        return true;
    }
    case SQLITE_INTEGER:
        cells.append(std::string_view(fmt::format_int(sqlite3_value_int64(value)).c_str()));
        return true;
    case SQLITE_FLOAT:
        cells.append(std::string_view(fmt::format("{}", sqlite3_value_double(value))));
        return true;
    default:
        return false;
    }
}

bool appendInteger(CellBuffer& cells, int stored, sqlite3_value* value, std::int64_t factor = 1)
{
    std::int64_t result = 0;
    if (stored != SQLITE_INTEGER || __builtin_mul_overflow(sqlite3_value_int64(value), factor, &result))
        return false;
    cells.append(result);
    return true;
}

bool appendDouble(CellBuffer& cells, int stored, sqlite3_value* value)
{
    const std::int64_t whole = stored == SQLITE_INTEGER ? sqlite3_value_int64(value) : 0;
    if (whole > kExactInDouble || whole < -kExactInDouble)
        return false;
    if (stored != SQLITE_INTEGER && stored != SQLITE_FLOAT)
        return false;
    cells.append(sqlite3_value_double(value));
    return true;
}

bool appendDecimal(CellBuffer& cells, const ColumnType& type, int stored, sqlite3_value* value)
{
    if (stored != SQLITE_INTEGER && stored != SQLITE_FLOAT)
        return false;
    const double power = std::pow(10.0, type.scale);
    const double real = sqlite3_value_double(value);
    const double unscaled = std::round(real * power);
    if (!(std::abs(unscaled) < std::pow(10.0, type.precision)) || unscaled / power != real)
        return false;
    const auto whole = static_cast<std::int64_t>(unscaled);
    cells.append(static_cast<std::uint64_t>(whole), whole < 0 ? -1 : 0);
    return true;
}

bool appendTime(CellBuffer& cells, const ColumnType& type, int stored, sqlite3_value* value)
{
    if (stored != SQLITE_TEXT)
        return false;
    std::int32_t days = 0;
    IsoTime time;
    if (type.kind == Kind::Date) {
        if (!parseIsoDate(textOf(value), days))
            return false;
        cells.append(std::int64_t{days});
        return true;
    }
    if (!parseIsoTime(textOf(value), time) || time.zoned != type.zoned)
        return false;
    cells.append(time.microseconds);
    return true;
}

} // namespace

std::vector<ColumnType> declaredTypes(std::string_view declaration)
{
    std::string name(declaration);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    if (has("json"))
        return {{Kind::Json}};
    if (has("int"))
        return {{Kind::Int64}};
    if (has("char") || has("clob") || has("text"))
        return {{Kind::Text}};
    if (has("blob"))
        return {{Kind::Blob}};
    if (has("real") || has("floa") || has("doub"))
        return {{Kind::Double}};
    if (has("bool"))
        return {{Kind::Boolean}};
    if (has("timestamp") || has("datetime"))
        return {{Kind::Timestamp}, {.kind = Kind::Timestamp, .zoned = true}, {Kind::Date}};
    if (has("date"))
        return {{Kind::Date}, {Kind::Timestamp}, {.kind = Kind::Timestamp, .zoned = true}};
    const std::size_t open = name.find('(');
    if ((has("dec") || has("num")) && open != std::string::npos && name.ends_with(')'))
        if (const auto decimal = parseDecimalType(name.substr(open + 1, name.size() - open - 2));
            decimal && holds(*decimal))
            return {*decimal};
    return {};
}

Result<ColumnType> parseColumnType(const std::string& column, std::string_view notation)
{
    if (const auto type = parsePlainType(notation); type && holds(*type))
        return *type;
    return fail(
        ErrorCode::Usage,
        fmt::format("The option 'columns' gives the column '{}' the type '{}'; known are text, json, blob, bool, "
                    "int64, double, decimal(P,S) of up to {} digits, date, timestamp, timestamptz, timestamp_s and "
                    "timestamp_ms.",
                    column, notation, kExactDigits));
}

std::shared_ptr<arrow::Field> toField(const std::string& name, const ColumnType& type)
{
    std::shared_ptr<arrow::KeyValueMetadata> metadata;
    if (type.kind == Kind::UnixSeconds || type.kind == Kind::UnixMilliseconds)
        metadata = arrow::key_value_metadata({kUnitKey}, {notation(type)});
    auto field = arrow::field(name, arrowType(type), true, metadata);
    return type.kind == Kind::Json ? markedAsJson(field) : field;
}

Result<ColumnType> toColumnType(const arrow::Field& field)
{
    if (field.metadata() != nullptr && field.metadata()->Contains(kUnitKey))
        return parseColumnType(field.name(), *field.metadata()->Get(kUnitKey));
    if (ndjson::holdsJson(field))
        return ColumnType{Kind::Json};
    if (const auto type = plainTypeOf(*field.type()); type && holds(*type))
        return *type;
    return fail(ErrorCode::Conflict,
                fmt::format("The column '{}' was read as {} before, which SQLite does not give; reset "
                            "the pipeline's state.",
                            field.name(), field.type()->ToString()));
}

TypeFinder::TypeFinder(std::vector<ColumnType> declared)
    : m_isDeclared(!declared.empty())
{
    for (const Kind kind : {Kind::Int64, Kind::Double, Kind::Text, Kind::Blob})
        declared.push_back({kind});
    for (const ColumnType& type : declared)
        m_candidates.push_back({type, CellBuffer(arrowType(type))});
}

void TypeFinder::add(sqlite3_value* value)
{
    if (sqlite3_value_type(value) == SQLITE_NULL)
        return;
    m_sawValue = true;
    for (Candidate& candidate : m_candidates) {
        candidate.fits = candidate.fits && appendValue(candidate.scratch, candidate.type, value);
        candidate.scratch.truncate(0);
    }
}

ColumnType TypeFinder::found() const
{
    if (!m_sawValue)
        return m_isDeclared ? m_candidates.front().type : ColumnType{};
    const auto fitting = std::ranges::find_if(m_candidates, &Candidate::fits);
    return fitting == m_candidates.end() ? ColumnType{} : fitting->type;
}

bool appendValue(CellBuffer& cells, const ColumnType& type, sqlite3_value* value)
{
    const int stored = sqlite3_value_type(value);
    if (stored == SQLITE_NULL) {
        cells.appendNull();
        return true;
    }
    switch (type.kind) {
    case Kind::Text:
    case Kind::Json:
        return appendText(cells, stored, value);
    case Kind::Blob:
        if (stored != SQLITE_BLOB && stored != SQLITE_TEXT)
            return false;
        cells.append(blobOf(value));
        return true;
    case Kind::Boolean:
        return (sqlite3_value_int64(value) & ~std::int64_t{1}) == 0 && appendInteger(cells, stored, value);
    case Kind::Int64:
        return appendInteger(cells, stored, value);
    case Kind::Double:
        return appendDouble(cells, stored, value);
    case Kind::Decimal:
        return appendDecimal(cells, type, stored, value);
    case Kind::Date:
    case Kind::Timestamp:
        return appendTime(cells, type, stored, value);
    case Kind::UnixSeconds:
        return appendInteger(cells, stored, value, 1'000'000);
    case Kind::UnixMilliseconds:
        return appendInteger(cells, stored, value, 1000);
    default:
        return false;
    }
}

std::string literal(sqlite3_value* value)
{
    constexpr std::size_t kMost = 200;
    switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
        return "NULL";
    case SQLITE_INTEGER:
        return fmt::format("{}", sqlite3_value_int64(value));
    case SQLITE_FLOAT:
        return fmt::format("{}", sqlite3_value_double(value));
    case SQLITE_TEXT:
        return fmt::format("'{}'", textOf(value).substr(0, kMost));
    default:
        break;
    }
    std::string text = "x'";
    for (const char byte : blobOf(value).substr(0, kMost / 2))
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text + "'";
}

} // namespace headrace::sqlite
