// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/odbc/parameter_text.h"

#include "connectors/formats/value_text.h"

#include <fmt/format.h>

namespace headrace::odbc {

namespace {

/// Texts and bytes as they lie.
class Bytes final : public CellWriter {
public:
    /// `takesZero`: a text may hold U+0000.
    explicit Bytes(bool takesZero)
        : m_takesZero(takesZero)
    {
    }
    void bind(const arrow::Array& array) override { m_view.bind(array); }
    bool write(std::int64_t row, std::string& out) const override
    {
        out += m_view.at(row);
        return m_takesZero || out.find('\0') == std::string::npos;
    }

private:
    BytesView m_view;
    bool m_takesZero;
};

class NoCells final : public CellWriter {
public:
    void bind(const arrow::Array&) override {}
    bool write(std::int64_t, std::string&) const override { return false; }
};

/// TIME of MySQL: "-838:59:59.000000".
class MySqlDurations final : public CellWriter {
public:
    void bind(const arrow::Array& array) override { m_array = &static_cast<const arrow::DurationArray&>(array); }
    bool write(std::int64_t row, std::string& out) const override
    {
        constexpr std::int64_t kMost = 839LL * 3600;
        const auto unit = static_cast<const arrow::DurationType&>(*m_array->type()).unit();
        const std::int64_t inSecond = unit == arrow::TimeUnit::SECOND  ? 1
                                      : unit == arrow::TimeUnit::MILLI ? 1'000
                                      : unit == arrow::TimeUnit::MICRO ? 1'000'000
                                                                       : 1'000'000'000;
        const std::int64_t value = m_array->Value(row);
        const std::int64_t seconds = std::abs(value / inSecond);
        const std::int64_t nanoseconds = std::abs(value % inSecond) * (1'000'000'000 / inSecond);
        out += fmt::format("{}{:02}:{:02}:{:02}.{:06}", value < 0 ? "-" : "", seconds / 3600, seconds / 60 % 60,
                           seconds % 60, nanoseconds / 1'000);
        return seconds < kMost && nanoseconds % 1'000 == 0;
    }

private:
    const arrow::DurationArray* m_array = nullptr;
};

/// Numbers, dates and times as SQL writes them.
class Plain final : public CellWriter {
public:
    Plain(const arrow::DataType& type, Dialect dialect)
        : m_writer(makeCellText(type, {}))
        , m_isTemporal(arrow::is_temporal(type.id()))
        , m_isDuration(type.id() == arrow::Type::DURATION)
        , m_dialect(dialect)
    {
        if (arrow::is_decimal(type.id()))
            m_digits = static_cast<short>(static_cast<const arrow::DecimalType&>(type).scale());
        else if (m_isTemporal)
            m_digits = static_cast<short>(kMicroseconds);
    }

    [[nodiscard]] bool isPossible() const { return m_writer != nullptr; }
    void bind(const arrow::Array& array) override { m_writer->bind(array); }
    bool write(std::int64_t row, std::string& out) const override
    {
        m_writer->append(row, out);
        if (!m_isTemporal || m_isDuration || m_dialect == Dialect::Sqlite) // which keeps any text
            return true;
        if (out.ends_with('Z') && m_dialect != Dialect::PostgreSql) // sessions are in UTC
            out.pop_back();
        const auto point = out.find('.');
        const auto end = point == std::string::npos ? point : std::min(out.find('Z'), out.size());
        const bool hasNanoseconds = point != std::string::npos && end - point - 1 > kMicroseconds;
        return !out.starts_with('-') && !hasNanoseconds &&
               (m_dialect == Dialect::PostgreSql || out.find('-') == std::string::npos || out.find('-') == 4);
    }
    [[nodiscard]] short digits() const override { return m_digits; }

private:
    static constexpr unsigned kMicroseconds = 6;

    std::unique_ptr<CellText> m_writer;
    bool m_isTemporal;
    bool m_isDuration;
    Dialect m_dialect;
    short m_digits = 0;
};

} // namespace

std::unique_ptr<CellWriter> makeCellWriter(const arrow::DataType& type, Dialect dialect)
{
    if (BytesView::covers(type))
        return std::make_unique<Bytes>(!BytesView::isText(type) || dialect == Dialect::MySql);
    if (type.id() == arrow::Type::NA)
        return std::make_unique<NoCells>();
    if (type.id() == arrow::Type::DURATION && dialect == Dialect::MySql)
        return std::make_unique<MySqlDurations>();
    auto plain = std::make_unique<Plain>(type, dialect);
    return plain->isPossible() ? std::move(plain) : nullptr;
}

} // namespace headrace::odbc
