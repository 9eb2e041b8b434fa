// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include "connectors/mariadb/parameter_column.h"

#include "connectors/formats/value_text.h"
#include "connectors/mariadb/maria_library.h"
#include "connectors/mariadb/parameter_time.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace headrace::mariadb {

namespace {

/// What all have: which cells are NULL.
class Nulls : public ParameterColumn {
protected:
    void bindNulls(const arrow::Array& array, std::int64_t from, std::int64_t count, MYSQL_BIND& bind)
    {
        bind.u.indicator = nullptr;
        if (array.null_count() == 0)
            return;
        m_indicators.resize(static_cast<std::size_t>(count));
        for (std::int64_t i = 0; i < count; ++i)
            m_indicators[static_cast<std::size_t>(i)] =
                array.IsNull(from + i) ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        bind.u.indicator = m_indicators.data();
    }

private:
    std::vector<char> m_indicators;
};

/// Numbers that Arrow and the library lay out alike.
template <typename T>
class Numbers final : public Nulls {
public:
    Numbers(enum_field_types type, bool isUnsigned)
        : m_type(type)
        , m_isUnsigned(isUnsigned)
    {
    }

    std::int64_t bind(const arrow::Array& array, std::int64_t from, std::int64_t count, MYSQL_BIND& bind) override
    {
        const T* values = array.data()->GetValues<T>(1) + from;
        bind.buffer_type = m_type;
        bind.is_unsigned = static_cast<my_bool>(m_isUnsigned);
        bind.buffer = const_cast<T*>(values);
        bindNulls(array, from, count, bind);
        if constexpr (std::is_floating_point_v<T>)
            for (std::int64_t i = 0; i < count; ++i)
                if (!std::isfinite(values[i]) && array.IsValid(from + i))
                    return from + i;
        return from + count;
    }

private:
    enum_field_types m_type;
    bool m_isUnsigned;
};

/// Cells that are made anew: Make(array, row, value) says whether the value can be held.
template <typename T, typename Make>
class Made final : public Nulls {
public:
    Made(enum_field_types type, Make make)
        : m_type(type)
        , m_make(std::move(make))
    {
    }

    std::int64_t bind(const arrow::Array& array, std::int64_t from, std::int64_t count, MYSQL_BIND& bind) override
    {
        m_values.assign(static_cast<std::size_t>(count), T{});
        m_pointers.resize(m_values.size());
        for (std::int64_t i = 0; i < count; ++i) {
            T& value = m_values[static_cast<std::size_t>(i)];
            m_pointers[static_cast<std::size_t>(i)] = &value;
            if (array.IsValid(from + i) && !m_make(array, from + i, value))
                return from + i;
        }
        bind.buffer_type = m_type;
        // Numbers lie side by side, everything else behind pointers.
        bind.buffer = std::is_arithmetic_v<T> ? static_cast<void*>(m_values.data()) : m_pointers.data();
        bindNulls(array, from, count, bind);
        return from + count;
    }

private:
    enum_field_types m_type;
    Make m_make;
    std::vector<T> m_values;
    std::vector<T*> m_pointers;
};

template <typename T, typename Make>
std::unique_ptr<ParameterColumn> made(enum_field_types type, Make make)
{
    return std::make_unique<Made<T, Make>>(type, std::move(make));
}

/// Texts and bytes where they lie, decimals as text.
class Strings final : public Nulls {
public:
    Strings(const arrow::DataType& type, const ColumnType& target)
        : m_writer(BytesView::covers(type) ? nullptr : makeCellText(type, {}))
        , m_target(target)
        , m_type(m_writer != nullptr ? MYSQL_TYPE_NEWDECIMAL
                 : target.isBytes()  ? MYSQL_TYPE_BLOB
                                     : MYSQL_TYPE_STRING)
    {
    }

    std::int64_t bind(const arrow::Array& array, std::int64_t from, std::int64_t count, MYSQL_BIND& bind) override
    {
        m_pointers.resize(static_cast<std::size_t>(count));
        m_lengths.resize(m_pointers.size());
        const bool fits = m_writer == nullptr ? view(array, from, count) : write(array, from, count);
        if (!fits)
            return m_misfit;
        bind.buffer_type = m_type;
        bind.buffer = m_pointers.data();
        bind.length = m_lengths.data();
        bindNulls(array, from, count, bind);
        return from + count;
    }

private:
    bool view(const arrow::Array& array, std::int64_t from, std::int64_t count)
    {
        m_view.bind(array);
        for (std::int64_t i = 0; i < count; ++i) {
            const std::string_view value = array.IsNull(from + i) ? std::string_view("") : m_view.at(from + i);
            m_misfit = from + i;
            if (array.IsValid(from + i) && !fitsTarget(value))
                return false;
            m_pointers[static_cast<std::size_t>(i)] = const_cast<char*>(value.data() == nullptr ? "" : value.data());
            m_lengths[static_cast<std::size_t>(i)] = value.size();
        }
        return true;
    }

    bool write(const arrow::Array& array, std::int64_t from, std::int64_t count)
    {
        m_text.clear();
        m_writer->bind(array);
        std::vector<std::size_t> starts;
        for (std::int64_t i = 0; i < count; ++i) {
            const std::size_t start = m_text.size();
            if (array.IsValid(from + i))
                m_writer->append(from + i, m_text);
            starts.push_back(start);
            m_lengths[static_cast<std::size_t>(i)] = m_text.size() - start;
        }
        for (std::size_t i = 0; i < starts.size(); ++i)
            m_pointers[i] = m_text.data() + starts[i];
        return true;
    }

    /// The server takes blanks at the end away without a word where there is no room for them, and fills binary(n) up.
    [[nodiscard]] bool fitsTarget(std::string_view value) const
    {
        if (m_target.dropsBlanks() && value.ends_with(' '))
            return false;
        if (m_target.name == "binary" && value.size() != static_cast<std::size_t>(m_target.most))
            return false;
        if (m_target.most < 0 || value.size() <= static_cast<std::size_t>(m_target.most))
            return true;
        if (!m_target.isCharacters())
            return false;
        const auto characters = std::ranges::count_if(value, [](char c) { return (c & 0xc0) != 0x80; });
        return characters <= m_target.most;
    }

    std::unique_ptr<CellText> m_writer; ///< of decimals
    ColumnType m_target;
    enum_field_types m_type;
    BytesView m_view;
    std::string m_text;
    std::vector<char*> m_pointers;
    std::vector<unsigned long> m_lengths;
    std::int64_t m_misfit = 0;
};

} // namespace

std::unique_ptr<ParameterColumn> makeParameter(const arrow::DataType& type, const ColumnType& target)
{
    switch (type.id()) {
    case arrow::Type::BOOL:
        return made<signed char>(MYSQL_TYPE_TINY, [](const arrow::Array& array, std::int64_t row, signed char& value) {
            value = static_cast<const arrow::BooleanArray&>(array).Value(row) ? 1 : 0;
            return true;
        });
    case arrow::Type::INT8:
    case arrow::Type::UINT8:
        return std::make_unique<Numbers<std::int8_t>>(MYSQL_TYPE_TINY, type.id() == arrow::Type::UINT8);
    case arrow::Type::INT16:
    case arrow::Type::UINT16:
        return std::make_unique<Numbers<std::int16_t>>(MYSQL_TYPE_SHORT, type.id() == arrow::Type::UINT16);
    case arrow::Type::INT32:
    case arrow::Type::UINT32:
        return std::make_unique<Numbers<std::int32_t>>(MYSQL_TYPE_LONG, type.id() == arrow::Type::UINT32);
    case arrow::Type::INT64:
    case arrow::Type::UINT64:
        return std::make_unique<Numbers<std::int64_t>>(MYSQL_TYPE_LONGLONG, type.id() == arrow::Type::UINT64);
    case arrow::Type::FLOAT:
        return std::make_unique<Numbers<float>>(MYSQL_TYPE_FLOAT, false);
    case arrow::Type::DOUBLE:
        return std::make_unique<Numbers<double>>(MYSQL_TYPE_DOUBLE, false);
    case arrow::Type::HALF_FLOAT:
        return made<float>(MYSQL_TYPE_FLOAT, [](const arrow::Array& array, std::int64_t row, float& value) {
            value =
                arrow::util::Float16::FromBits(static_cast<const arrow::HalfFloatArray&>(array).Value(row)).ToFloat();
            return std::isfinite(value);
        });
    case arrow::Type::NA:
        return made<signed char>(MYSQL_TYPE_TINY,
                                 [](const arrow::Array&, std::int64_t, signed char&) { return false; });
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
        return made<MYSQL_TIME>(MYSQL_TYPE_DATE, dateParameter);
    case arrow::Type::TIMESTAMP:
        return made<MYSQL_TIME>(MYSQL_TYPE_DATETIME, momentParameter);
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
    case arrow::Type::DURATION:
        return made<MYSQL_TIME>(MYSQL_TYPE_TIME, timeParameter);
    default:
        return std::make_unique<Strings>(type, target);
    }
}

} // namespace headrace::mariadb
