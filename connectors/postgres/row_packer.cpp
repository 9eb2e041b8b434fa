// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/postgres/row_packer.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/packed_rows.h"
#include "connectors/postgres/numeric.h"
#include "connectors/postgres/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace headrace::postgres {

namespace {

constexpr std::string_view kWhat = "The rows that PostgreSQL sent could not be kept";
constexpr int kUuidText = 36;

/// Types whose binary form is the same in every database. Texts of any kind have the same one.
constexpr std::array kPortable{kBool,      kBytea,       kInt8,    kInt2,   kInt4,    kText, kOid,
                               kJson,      kFloat4,      kFloat8,  kBpchar, kVarchar, kDate, kTime,
                               kTimestamp, kTimestamptz, kNumeric, kUuid,   kJsonb};

/// NaN, an infinity, or a time beyond the range of Arrow's microseconds.
bool isSpecial(std::string_view cell, unsigned oid)
{
    constexpr int kSpecialSign = 0xc000; // of a numeric, behind its number of digits and its weight
    using Days = std::numeric_limits<std::int32_t>;
    using Microseconds = std::numeric_limits<std::int64_t>;
    switch (oid) {
    case kNumeric:
        return cell.size() < 8 || (fromWire<std::uint16_t>(cell.data() + 4) & kSpecialSign) == kSpecialSign;
    case kDate: {
        const auto days = cell.size() == 4 ? fromWire<std::int32_t>(cell.data()) : Days::max();
        return days == Days::min() || days >= Days::max() - kEpochDays;
    }
    default: {
        const auto time = cell.size() == 8 ? fromWire<std::int64_t>(cell.data()) : Microseconds::max();
        return time == Microseconds::min() || time >= Microseconds::max() - kEpochMicroseconds;
    }
    }
}

} // namespace

std::string packingOf(const std::vector<Type>& types)
{
    std::string name = "PostgreSQL's binary COPY of";
    for (const Type& type : types) {
        if (std::ranges::find(kPortable, type.oid) == kPortable.end())
            return {};
        const bool isText = type.oid == kBpchar || type.oid == kVarchar;
        name += fmt::format(" {}", isText ? static_cast<unsigned>(kText) : type.oid);
    }
    return name;
}

RowPacker::RowPacker(const std::vector<ReadColumn>& columns)
{
    for (const ReadColumn& column : columns) {
        const arrow::DataType& type = *column.field->type();
        Width width;
        if (type.id() == arrow::Type::BOOL)
            width.fixed = 1;
        else if (type.byte_width() > 0)
            width.fixed = type.byte_width();
        else if (column.type.oid == kUuid)
            width.fixed = kUuidText;
        else if (column.type.oid == kJsonb)
            width.overhead = 1;
        else
            width.isNumericText = column.type.oid == kNumeric;
        m_widths.push_back(width);
        const unsigned oid = column.type.oid;
        if (oid == kDate || oid == kTimestamp || oid == kTimestamptz || (oid == kNumeric && !width.isNumericText))
            m_suspects.push_back({m_widths.size() - 1, oid});
    }
}

bool RowPacker::fits(const CopyInput& input) const
{
    return std::ranges::none_of(m_suspects, [&](const Suspect& suspect) {
        return std::ranges::any_of(input.column(suspect.column), [&](const WireCell& cell) {
            return !cell.isNull() && isSpecial(cell.view(), suspect.oid);
        });
    });
}

Status RowPacker::add(const CopyInput& input)
{
    const auto sizes = input.rowSizes();
    const auto count = static_cast<std::int64_t>(sizes.size());
    if (m_rows.length() == 0)
        HEADRACE_CHECK(fromArrow(m_rows.Reserve(m_bytesBefore + m_bytesBefore / 8), kWhat));
    m_sums.assign(sizes.size(), 0);
    for (std::size_t i = 0; i < m_widths.size(); ++i) {
        const Width& width = m_widths[i];
        const auto cells = input.column(i);
        for (std::size_t row = 0; row < cells.size(); ++row) {
            if (cells[row].isNull())
                continue;
            std::int64_t bytes = width.fixed > 0 ? width.fixed : cells[row].size - width.overhead;
            if (width.isNumericText && numericText(cells[row].view(), m_digits))
                bytes = static_cast<std::int64_t>(m_digits.size());
            m_sums[row] += bytes;
        }
    }
    HEADRACE_CHECK(fromArrow(m_valueBytes.Append(m_sums.data(), count), kWhat));
    HEADRACE_CHECK(fromArrow(m_offsets.Reserve(count + 1), kWhat));
    std::int64_t end = m_rows.length();
    for (const std::size_t size : sizes) {
        m_offsets.UnsafeAppend(static_cast<std::int32_t>(end));
        end += static_cast<std::int64_t>(size);
    }
    const std::string_view bytes = input.bytes();
    return fromArrow(m_rows.Append(bytes.data(), static_cast<std::int64_t>(bytes.size())), kWhat);
}

Result<std::shared_ptr<arrow::RecordBatch>> RowPacker::finish()
{
    const std::int64_t count = m_valueBytes.length();
    m_bytesBefore = m_rows.length();
    HEADRACE_CHECK(fromArrow(m_offsets.Append(static_cast<std::int32_t>(m_rows.length())), kWhat));
    HEADRACE_TRY(auto offsets, fromArrow(m_offsets.Finish(), kWhat));
    HEADRACE_TRY(auto rows, fromArrow(m_rows.Finish(), kWhat));
    HEADRACE_TRY(auto valueBytes, fromArrow(m_valueBytes.Finish(), kWhat));
    return packedRows(std::make_shared<arrow::BinaryArray>(count, std::move(offsets), std::move(rows)),
                      std::make_shared<arrow::Int64Array>(count, std::move(valueBytes)));
}

} // namespace headrace::postgres
