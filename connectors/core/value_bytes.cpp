// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/value_bytes.h"

#include "connectors/core/packed_rows.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/bit_run_reader.h>

#include <algorithm>
#include <numeric>

namespace headrace {

namespace {

std::int64_t fixedWidth(const arrow::DataType& type)
{
    if (type.id() == arrow::Type::BOOL)
        return 1;
    if (type.id() == arrow::Type::DICTIONARY || !arrow::is_fixed_width(type.id()))
        return 0;
    return type.byte_width();
}

template <typename ArrayType>
std::int64_t contentLength(const arrow::Array& array, std::int64_t row)
{
    return static_cast<const ArrayType&>(array).value_length(row);
}

std::int64_t cellBytes(const arrow::Array& array, std::int64_t row);

std::int64_t rangeBytes(const arrow::Array& array, std::int64_t first, std::int64_t last)
{
    std::int64_t sum = 0;
    for (std::int64_t row = first; row < last; ++row)
        sum += cellBytes(array, row);
    return sum;
}

template <typename ListType>
std::int64_t listBytes(const arrow::Array& array, std::int64_t row)
{
    const auto& list = static_cast<const ListType&>(array);
    return rangeBytes(*list.values(), list.value_offset(row), list.value_offset(row) + list.value_length(row));
}

/// Value bytes of one cell; the slow and general way.
std::int64_t cellBytes(const arrow::Array& array, std::int64_t row)
{
    if (array.IsNull(row))
        return 0;
    switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
        return contentLength<arrow::BinaryArray>(array, row);
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
        return contentLength<arrow::LargeBinaryArray>(array, row);
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW:
        return static_cast<std::int64_t>(static_cast<const arrow::BinaryViewArray&>(array).GetView(row).size());
    case arrow::Type::LIST:
    case arrow::Type::MAP:
        return listBytes<arrow::ListArray>(array, row);
    case arrow::Type::LARGE_LIST:
        return listBytes<arrow::LargeListArray>(array, row);
    case arrow::Type::FIXED_SIZE_LIST:
        return listBytes<arrow::FixedSizeListArray>(array, row);
    case arrow::Type::STRUCT: {
        const auto& fields = static_cast<const arrow::StructArray&>(array).fields();
        return std::accumulate(fields.begin(), fields.end(), std::int64_t{0},
                               [row](std::int64_t sum, const auto& field) { return sum + cellBytes(*field, row); });
    }
    case arrow::Type::DICTIONARY: {
        const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
        return cellBytes(*dictionary.dictionary(), dictionary.GetValueIndex(row));
    }
    default:
        return fixedWidth(*array.type());
    }
}

/// Calls `add(row, bytes)` for every row of the column, with a fast loop for the common types.
template <typename Add>
void forEachCell(const arrow::Array& array, Add&& add)
{
    const bool noNulls = array.null_count() == 0;
    const std::int64_t width = fixedWidth(*array.type());
    if (width > 0) {
        for (std::int64_t row = 0; row < array.length(); ++row)
            add(row, noNulls || array.IsValid(row) ? width : 0);
    } else if (noNulls && (array.type_id() == arrow::Type::STRING || array.type_id() == arrow::Type::BINARY)) {
        const std::int32_t* offsets = static_cast<const arrow::BinaryArray&>(array).raw_value_offsets();
        for (std::int64_t row = 0; row < array.length(); ++row)
            add(row, offsets[row + 1] - offsets[row]);
    } else {
        for (std::int64_t row = 0; row < array.length(); ++row)
            add(row, cellBytes(array, row));
    }
}

std::int64_t columnBytes(const arrow::Array& array)
{
    const std::int64_t width = fixedWidth(*array.type());
    if (width > 0)
        return width * (array.length() - array.null_count());
    std::int64_t sum = 0;
    if (array.type_id() == arrow::Type::STRING || array.type_id() == arrow::Type::BINARY) {
        const std::int32_t* offsets = static_cast<const arrow::BinaryArray&>(array).raw_value_offsets();
        arrow::internal::VisitSetBitRunsVoid(
            array.null_bitmap_data(), array.offset(), array.length(),
            [&](std::int64_t first, std::int64_t rows) { sum += offsets[first + rows] - offsets[first]; });
        return sum;
    }
    forEachCell(array, [&sum](std::int64_t, std::int64_t bytes) { sum += bytes; });
    return sum;
}

const std::int64_t* packedBytes(const arrow::RecordBatch& rows)
{
    return static_cast<const arrow::Int64Array&>(*rows.column(1)).raw_values();
}

} // namespace

std::int64_t valueBytes(const arrow::RecordBatch& rows)
{
    if (isPacked(rows)) {
        const std::int64_t* bytes = packedBytes(rows);
        return std::accumulate(bytes, bytes + rows.num_rows(), std::int64_t{0});
    }
    std::int64_t sum = 0;
    for (int column = 0; column < rows.num_columns(); ++column)
        sum += columnBytes(*rows.column(column));
    return sum;
}

std::vector<std::int64_t> cumulativeValueBytes(const arrow::RecordBatch& rows)
{
    std::vector<std::int64_t> sums(static_cast<std::size_t>(rows.num_rows()) + 1, 0);
    if (isPacked(rows)) {
        const std::int64_t* bytes = packedBytes(rows);
        std::partial_sum(bytes, bytes + rows.num_rows(), sums.begin() + 1);
        return sums;
    }
    for (int column = 0; column < rows.num_columns(); ++column)
        forEachCell(*rows.column(column), [&sums](std::int64_t row, std::int64_t bytes) { sums[row + 1] += bytes; });
    std::partial_sum(sums.begin(), sums.end(), sums.begin());
    return sums;
}

std::vector<std::int64_t> pieceEnds(const arrow::RecordBatch& rows, std::int64_t maxRows, std::int64_t maxBytes)
{
    const bool isSmall = valueBytes(rows) <= maxBytes;
    const auto sums = isSmall ? std::vector<std::int64_t>() : cumulativeValueBytes(rows);
    std::vector<std::int64_t> ends;
    for (std::int64_t from = 0; from < rows.num_rows(); from = ends.back()) {
        std::int64_t until = std::min(rows.num_rows(), from + maxRows);
        if (!isSmall) {
            const auto first = sums.begin() + from;
            const auto end = std::upper_bound(first, sums.begin() + until + 1, *first + maxBytes);
            until = std::max<std::int64_t>(from + 1, end - sums.begin() - 1);
        }
        ends.push_back(until);
    }
    return ends;
}

} // namespace headrace
