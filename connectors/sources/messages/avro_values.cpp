// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/messages/avro_values.h"

#include "connectors/formats/avro/fingerprint.h"
#include "connectors/formats/avro/resolver.h"
#include "connectors/formats/avro/row_decoder.h"
#include "connectors/registry/schema_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace headrace {

namespace {

/// Values of one schema.
struct SchemaValues {
    avro::RowDecoder rows;
    std::unique_ptr<avro::Resolver> resolver; ///< to the reader's schema; null: they have it, or there is none

    std::optional<std::string> decode(std::string_view value, std::string& resolved)
    {
        if (resolver == nullptr)
            return rows.decode(value);
        if (auto problem = resolver->resolve(value, resolved))
            return problem;
        return rows.decode(resolved);
    }
};

class AvroValues final : public ValueDecoder {
public:
    /// `columns` are those that were found before.
    AvroValues(const AvroSettings& settings, std::vector<ndjson::Column> columns)
        : m_flatten(settings.flatten)
    {
        if (settings.schema.empty() && settings.schemas.empty()) // which go before it, as a key's does
            m_registry = std::make_unique<SchemaRegistry>(settings.registry);
        adopt(std::move(columns));
    }

    Status useReader(const std::string& text)
    {
        HEADRACE_TRY(m_reader, avro::Schema::parse(text));
        HEADRACE_TRY(auto columns, avro::columnsOf(*m_reader, m_flatten));
        adopt(std::move(columns));
        return {};
    }

    Status useOne(const std::string& text)
    {
        HEADRACE_TRY(const auto schema, avro::Schema::parse(text));
        if (m_reader == nullptr) {
            HEADRACE_TRY(auto columns, avro::columnsOf(*schema, m_flatten));
            adopt(std::move(columns));
        }
        HEADRACE_TRY(auto values, valuesOf(schema));
        m_values.emplace(0, std::move(values));
        return {};
    }

    /// Values name one of these by its fingerprint.
    Status useSingleObjects(const std::vector<std::string>& texts)
    {
        std::vector<ndjson::Column> columns;
        for (const std::string& text : texts) {
            HEADRACE_TRY(auto schema, avro::Schema::parse(text));
            HEADRACE_TRY(const auto more, avro::columnsOf(*schema, m_flatten));
            for (const ndjson::Column& column : more)
                if (std::ranges::find(columns, column.path, &ndjson::Column::path) == columns.end())
                    columns.push_back(column);
            m_schemas.emplace(avro::fingerprint(text), std::move(schema));
        }
        if (m_reader == nullptr)
            adopt(std::move(columns));
        m_isSingle = true;
        return {};
    }

    Status learn(std::span<const std::string_view> values, const std::stop_token& stop) override
    {
        if (m_reader != nullptr || m_registry == nullptr)
            return {};
        for (const std::uint32_t id : framedSchemas(values)) { // the newest gives the columns their order
            HEADRACE_TRY(const auto more, newColumns(id, stop));
            if (!more.empty())
                addColumns(more);
        }
        return {};
    }

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_schema; }
    [[nodiscard]] std::vector<ndjson::Column> columns() const override
    {
        const bool areFound = m_registry != nullptr && m_reader == nullptr;
        return areFound ? m_cells->columns : std::vector<ndjson::Column>();
    }

    [[nodiscard]] Result<Decoded> decode(std::span<const std::string_view> values, const std::stop_token& stop) override
    {
        Decoded decoded;
        for (CellBuffer& buffer : m_cells->buffers)
            buffer.reserve(values.size());
        std::size_t at = 0;
        for (; at < values.size(); ++at) {
            std::string_view value = values[at];
            if (value.data() == nullptr) {
                for (CellBuffer& buffer : m_cells->buffers)
                    buffer.appendNull();
                ++m_rows;
                continue;
            }
            HEADRACE_TRY(Found found, schemaIn(value, at == 0, stop));
            if (found.growsFirst)
                break;
            std::optional<std::string> problem = std::move(found.problem);
            if (found.values != nullptr)
                problem = found.values->decode(value, m_resolved);
            if (problem)
                decoded.bad.push_back({at, *std::move(problem)});
            else
                ++m_rows;
        }
        decoded.taken = at;
        arrow::ArrayVector columns;
        for (CellBuffer& buffer : m_cells->buffers)
            columns.push_back(buffer.finish());
        decoded.rows = arrow::RecordBatch::Make(m_schema, std::exchange(m_rows, 0), std::move(columns));
        return decoded;
    }

private:
    struct Found {
        SchemaValues* values = nullptr; ///< null for a bad message
        std::optional<std::string> problem;
        bool growsFirst = false; ///< the rows before it have fewer columns
    };

    void adopt(std::vector<ndjson::Column> columns)
    {
        m_values.clear(); // they know the cells of before
        m_cells = std::make_unique<avro::Cells>(columns);
        arrow::FieldVector fields;
        for (const ndjson::Column& column : columns)
            fields.push_back(ndjson::toField(column));
        m_schema = arrow::schema(std::move(fields));
    }

    void addColumns(const std::vector<ndjson::Column>& more)
    {
        std::vector<ndjson::Column> columns = m_cells->columns;
        columns.insert(columns.end(), more.begin(), more.end());
        adopt(std::move(columns));
    }

    /// NotFound when the registry lacks it, Data when it is no Avro schema that can be used.
    Result<std::shared_ptr<const avro::Schema>> schemaOf(std::uint64_t id, const std::stop_token& stop)
    {
        if (const auto known = m_schemas.find(id); known != m_schemas.end())
            return known->second;
        if (m_isSingle)
            return fail(
                ErrorCode::NotFound,
                fmt::format("none of the {} that 'avro_schema' names has it; add its file there.", m_schemas.size()));
        HEADRACE_TRY(const RegisteredSchema* const registered,
                     m_registry->schema(static_cast<std::uint32_t>(id), stop));
        auto parsed = registered->type == "AVRO"
                          ? avro::Schema::parse(registered->text, registered->references)
                          : fail(ErrorCode::Data, fmt::format("It is {}, not Avro.", registered->type));
        if (!parsed)
            parsed.error().code = ErrorCode::Data;
        return m_schemas.emplace(id, std::move(parsed)).first->second;
    }

    /// Columns of a schema that are not there yet; none of one that cannot be used.
    Result<std::vector<ndjson::Column>> newColumns(std::uint64_t id, const std::stop_token& stop)
    {
        if (m_reader != nullptr)
            return std::vector<ndjson::Column>();
        const auto schema = schemaOf(id, stop);
        if (!schema && schema.error().code != ErrorCode::NotFound && schema.error().code != ErrorCode::Data)
            return fail(schema.error());
        std::vector<ndjson::Column> more;
        const auto columns = schema ? avro::columnsOf(**schema, m_flatten) : fail(schema.error());
        if (!columns)
            return more;
        for (const ndjson::Column& column : *columns)
            if (std::ranges::find(m_cells->columns, column.path, &ndjson::Column::path) == m_cells->columns.end())
                more.push_back(column);
        return more;
    }

    Result<SchemaValues> valuesOf(const std::shared_ptr<const avro::Schema>& schema)
    {
        HEADRACE_TRY(auto rows, avro::RowDecoder::create(m_reader == nullptr ? schema : m_reader, m_flatten, *m_cells));
        SchemaValues values{std::move(rows), nullptr};
        if (m_reader != nullptr) {
            HEADRACE_TRY(values.resolver, avro::Resolver::create(schema, m_reader));
        }
        return values;
    }

    /// Takes the frame off the value.
    std::optional<std::uint64_t> frameOf(std::string_view& value) const
    {
        std::optional<std::uint64_t> id;
        if (m_isSingle)
            id = avro::singleObjectSchema(value);
        else
            id = framedSchema(value);
        if (id)
            value.remove_prefix(m_isSingle ? avro::kSingleObjectBytes : kFrameBytes);
        return id;
    }

    [[nodiscard]] std::string frameless() const
    {
        return m_isSingle ? "The message's value does not begin with the bytes C3 01 of an Avro single object; set "
                            "'avro_encoding' to plain to read Avro without them."
                          : "The message's value does not begin with a byte 0 and the number of its schema; set "
                            "'avro_schema' in place of 'registry' to read Avro without them.";
    }

    Result<Found> schemaIn(std::string_view& value, bool mayGrow, const std::stop_token& stop)
    {
        if (m_registry == nullptr && !m_isSingle)
            return Found{&m_values.at(0), {}, false};
        const auto id = frameOf(value);
        if (!id)
            return Found{nullptr, frameless(), false};
        if (const auto known = m_values.find(*id); known != m_values.end())
            return Found{&known->second, {}, false};
        HEADRACE_TRY(const auto more, newColumns(*id, stop));
        if (!more.empty() && !mayGrow)
            return Found{nullptr, {}, true};
        if (!more.empty())
            addColumns(more);
        const auto schema = schemaOf(*id, stop);
        auto readable = schema ? valuesOf(*schema) : fail(schema.error());
        if (readable)
            return Found{&m_values.emplace(*id, *std::move(readable)).first->second, {}, false};
        const ErrorCode code = readable.error().code;
        if (code != ErrorCode::NotFound && code != ErrorCode::Data)
            return fail(readable.error());
        return Found{nullptr,
                     m_isSingle ? fmt::format("The message names a schema by the fingerprint {}: {}",
                                              avro::fingerprintText(*id), readable.error().message)
                                : fmt::format("The message names the schema {}: {}", *id, readable.error().message),
                     false};
    }

    bool m_flatten;
    bool m_isSingle = false;                    ///< values name their schema by its fingerprint
    std::unique_ptr<SchemaRegistry> m_registry; ///< null without one
    std::unique_ptr<avro::Cells> m_cells;
    std::map<std::uint64_t, Result<std::shared_ptr<const avro::Schema>>> m_schemas; ///< by number or fingerprint
    std::shared_ptr<const avro::Schema> m_reader;   ///< null: rows have the columns of all schemas
    std::map<std::uint64_t, SchemaValues> m_values; ///< the same; 0 of the only one
    std::string m_resolved;
    std::shared_ptr<arrow::Schema> m_schema;
    std::int64_t m_rows = 0;
};

} // namespace

Result<std::unique_ptr<ValueDecoder>> makeAvroValues(const AvroSettings& settings, std::vector<ndjson::Column> columns)
{
    auto values = std::make_unique<AvroValues>(settings, std::move(columns));
    if (!settings.reader.empty())
        HEADRACE_CHECK(values->useReader(settings.reader));
    if (!settings.schema.empty())
        HEADRACE_CHECK(values->useOne(settings.schema));
    if (!settings.schemas.empty())
        HEADRACE_CHECK(values->useSingleObjects(settings.schemas));
    return values;
}

} // namespace headrace
