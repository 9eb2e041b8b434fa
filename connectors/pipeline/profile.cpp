// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/profile.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/sql_identifier.h"
#include "connectors/core/type_name.h"
#include "connectors/duckdb/duck_arrow_view.h"
#include "connectors/duckdb/duck_database.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/pipeline/row_reader.h"
#include "connectors/pipeline/top_values.h"

#include <arrow/api.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace headrace {

namespace {

/// Columns of the one row that the statistics query gives for each column of the input, in this order.
enum class Statistic { Values, Distinct, Minimum, Maximum, Mean, Quantiles };

constexpr int kStatistics = 6;

bool isNumber(const arrow::DataType& type)
{
    return arrow::is_numeric(type.id()) || arrow::is_decimal(type.id());
}

bool hasQuantiles(const arrow::DataType& type)
{
    return isNumber(type) || type.id() == arrow::Type::DATE32 || type.id() == arrow::Type::TIMESTAMP ||
           type.id() == arrow::Type::TIME64 || type.id() == arrow::Type::TIME32;
}

std::string statisticsOf(const arrow::Field& field)
{
    const std::string name = sqlIdentifier(field.name());
    const std::string mean = isNumber(*field.type()) ? fmt::format("avg(CAST({} AS DOUBLE))", name) : "NULL::DOUBLE";
    const std::string quantiles =
        hasQuantiles(*field.type())
            ? fmt::format("CAST(approx_quantile({}, [0.05, 0.25, 0.5, 0.75, 0.95]) AS VARCHAR[])", name)
            : "NULL::VARCHAR[]";
    const auto cut = [&](std::string_view function) {
        return fmt::format("left(CAST({}({}) AS VARCHAR), {})", function, name, Profile::kMaxTextBytes);
    };
    return fmt::format("count({0}), approx_count_distinct({0}), {1}, {2}, {3}, {4}", name, cut("min"), cut("max"), mean,
                       quantiles);
}

/// Reads the statistics query's row. Cells are int64, text, double or a list of texts by their Statistic.
class StatisticsRow {
public:
    StatisticsRow(const arrow::RecordBatch& rows, int column)
        : m_rows(rows)
        , m_first(column * kStatistics)
    {
    }

    [[nodiscard]] std::int64_t integer(Statistic statistic) const
    {
        return static_cast<const arrow::Int64Array&>(*cell(statistic)).Value(0);
    }
    [[nodiscard]] std::optional<std::string> text(Statistic statistic) const
    {
        if (cell(statistic)->IsNull(0))
            return std::nullopt;
        return static_cast<const arrow::StringArray&>(*cell(statistic)).GetString(0);
    }
    [[nodiscard]] std::optional<double> decimal(Statistic statistic) const
    {
        if (cell(statistic)->IsNull(0))
            return std::nullopt;
        return static_cast<const arrow::DoubleArray&>(*cell(statistic)).Value(0);
    }
    [[nodiscard]] std::vector<std::string> list(Statistic statistic) const
    {
        std::vector<std::string> texts;
        if (cell(statistic)->IsNull(0))
            return texts;
        const auto items = static_cast<const arrow::ListArray&>(*cell(statistic)).value_slice(0);
        for (std::int64_t item = 0; item < items->length(); ++item)
            texts.push_back(static_cast<const arrow::StringArray&>(*items).GetString(item));
        return texts;
    }

private:
    [[nodiscard]] std::shared_ptr<arrow::Array> cell(Statistic statistic) const
    {
        return m_rows.column(m_first + static_cast<int>(statistic));
    }

    const arrow::RecordBatch& m_rows;
    int m_first;
};

class Profiler {
public:
    Profiler(DuckConnection connection, RowReader reader)
        : m_connection(std::move(connection))
        , m_reader(std::move(reader))
    {
        for (const auto& field : m_reader.schema()->fields())
            m_top.emplace_back(field->type());
    }

    Result<Profile> run(const ProfileLimits& limits, std::stop_token stop);

private:
    Result<std::shared_ptr<arrow::RecordBatch>> nextRows(const ProfileLimits& limits, RowReader::Deadline deadline,
                                                         const std::stop_token& stop);
    Status addStatistics();
    Status addTopValues(int column);

    DuckConnection m_connection;
    RowReader m_reader;
    std::vector<TopValues> m_top;
    Profile m_profile;
};

Result<std::shared_ptr<arrow::RecordBatch>>
Profiler::nextRows(const ProfileLimits& limits, RowReader::Deadline deadline, const std::stop_token& stop)
{
    const std::int64_t remaining = limits.rows - m_profile.rows;
    if (remaining <= 0)
        return nullptr;
    HEADRACE_TRY(const std::optional<Chunk> chunk, m_reader.read(remaining, deadline, stop));
    if (!chunk) {
        m_profile.complete = m_reader.ended();
        return nullptr;
    }
    auto rows = chunk->rows->Slice(0, remaining);
    m_profile.rows += rows->num_rows();
    m_profile.rejected += static_cast<std::int64_t>(chunk->rejected.size());
    for (std::size_t column = 0; column < m_top.size(); ++column)
        m_top[column].add(*rows->column(static_cast<int>(column)));
    return rows;
}

Result<Profile> Profiler::run(const ProfileLimits& limits, std::stop_token stop)
{
    HEADRACE_TRY(DuckArrowView view, DuckArrowView::create(m_connection, "input", m_reader.schema()));
    const auto deadline = std::chrono::steady_clock::now() + limits.time;
    std::optional<Error> failure;
    view.setReader([&]() {
        auto rows = nextRows(limits, deadline, stop);
        if (!rows)
            failure = rows.error();
        return rows;
    });
    const Status status = addStatistics();
    if (failure)
        return fail(*failure);
    HEADRACE_CHECK(status);
    for (int column = 0; column < m_reader.schema()->num_fields(); ++column)
        HEADRACE_CHECK(addTopValues(column));
    return std::move(m_profile);
}

Status Profiler::addStatistics()
{
    std::vector<std::string> expressions;
    for (const auto& field : m_reader.schema()->fields())
        expressions.push_back(statisticsOf(*field));
    HEADRACE_TRY(DuckResult result,
                 m_connection.query(fmt::format("SELECT {} FROM input", fmt::join(expressions, ", "))));
    HEADRACE_TRY(const auto rows, result.readAll());
    for (int column = 0; column < m_reader.schema()->num_fields(); ++column) {
        const StatisticsRow row(*rows, column);
        const auto& field = m_reader.schema()->field(column);
        ColumnProfile profile;
        profile.name = field->name();
        profile.type = typeName(*field->type());
        profile.nulls = m_profile.rows - row.integer(Statistic::Values);
        profile.distinct = std::min(row.integer(Statistic::Distinct), row.integer(Statistic::Values));
        profile.minimum = row.text(Statistic::Minimum);
        profile.maximum = row.text(Statistic::Maximum);
        profile.mean = row.decimal(Statistic::Mean);
        profile.quantiles = row.list(Statistic::Quantiles);
        m_profile.columns.push_back(std::move(profile));
    }
    return {};
}

/// DuckDB writes the values, so that they look like the minimum and maximum.
Status Profiler::addTopValues(int column)
{
    HEADRACE_TRY(const TopValues::Top top, m_top[static_cast<std::size_t>(column)].top(Profile::kTopValues));
    const auto schema = arrow::schema({arrow::field("value", top.values->type())});
    HEADRACE_TRY(DuckArrowView view, DuckArrowView::create(m_connection, "top", schema));
    view.setRows({arrow::RecordBatch::Make(schema, top.values->length(), {top.values})});
    HEADRACE_TRY(DuckResult result, m_connection.query("SELECT CAST(value AS VARCHAR) FROM top"));
    HEADRACE_TRY(const auto texts, result.readAll());
    for (std::int64_t row = 0; row < texts->num_rows(); ++row)
        m_profile.columns[static_cast<std::size_t>(column)].top.push_back(
            {static_cast<const arrow::StringArray&>(*texts->column(0)).GetString(row),
             top.rows[static_cast<std::size_t>(row)]});
    return {};
}

} // namespace

Result<Profile> profile(const Registry& registry, const ConnectorSpec& source, const std::string& shapeSql,
                        const ProfileLimits& limits, std::stop_token stop)
{
    HEADRACE_TRY(RowReader reader, RowReader::open(registry, source, shapeSql, stop));
    HEADRACE_TRY(const DuckDatabase database, DuckDatabase::open("", {{"threads", "1"}, {"memory_limit", "512MB"}}));
    HEADRACE_TRY(DuckConnection connection, database.connect());
    HEADRACE_CHECK(connection.execute("SET TimeZone = 'UTC'"));
    return Profiler(std::move(connection), std::move(reader)).run(limits, stop);
}

} // namespace headrace
