// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/messages/avro_encoder.h"

#include "connectors/formats/avro/fingerprint.h"
#include "connectors/formats/avro/row_encoder.h"
#include "connectors/registry/schema_registry.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace headrace {

namespace {

class AvroEncoder final : public ValueEncoder {
public:
    AvroEncoder(std::unique_ptr<avro::RowEncoder> rows, std::vector<int> columns, bool isAlone, std::string frame)
        : m_rows(std::move(rows))
        , m_columns(std::move(columns))
        , m_isAlone(isAlone)
        , m_frame(std::move(frame))
    {
    }

    Status encode(const arrow::RecordBatch& rows) override
    {
        arrow::ArrayVector arrays;
        for (const int index : m_columns)
            arrays.push_back(rows.column(index));
        m_rows->bind(arrays);
        m_out.clear();
        m_ends.clear();
        for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
            if (!m_isAlone || arrays.front()->IsValid(row)) {
                m_out.raw(m_frame);
                HEADRACE_CHECK(m_rows->append(row, m_out));
            }
            m_ends.push_back(m_out.bytes().size());
        }
        return {};
    }

    [[nodiscard]] std::optional<std::string_view> at(std::int64_t row) override
    {
        const auto index = static_cast<std::size_t>(row);
        const std::size_t begin = index == 0 ? 0 : m_ends[index - 1];
        if (m_isAlone && m_rows->isNullAt(row))
            return std::nullopt;
        return std::string_view(m_out.bytes()).substr(begin, m_ends[index] - begin);
    }

private:
    std::unique_ptr<avro::RowEncoder> m_rows;
    std::vector<int> m_columns;
    bool m_isAlone;
    std::string m_frame; ///< empty where nothing stands before a value
    avro::WireOutput m_out;
    std::vector<std::size_t> m_ends;
};

} // namespace

Result<std::unique_ptr<ValueEncoder>> makeAvroEncoder(const SchemaSettings& settings, const arrow::Schema& schema,
                                                      std::vector<int> columns, bool isAlone,
                                                      const std::stop_token& stop)
{
    arrow::FieldVector fields;
    for (const int index : columns)
        fields.push_back(schema.field(index));
    SchemaRegistry registry(settings.registry);
    HEADRACE_TRY(const std::string subject, settings.subjectOf(isAlone && settings.schema.empty()));
    const bool hasRegistry = !settings.registry.url.empty();
    RegisteredSchema used;
    used.text = settings.schema;
    if (hasRegistry && !settings.isRegistered) {
        HEADRACE_TRY(used, registry.newest(subject, stop));
        if (used.type != "AVRO")
            return fail(ErrorCode::Usage,
                        fmt::format("The newest schema of '{}' in the registry is {}, not Avro.", subject, used.type));
    } else if (used.text.empty()) {
        HEADRACE_TRY(used.text, isAlone ? avro::schemaOfColumn(*fields.front(), settings.name)
                                        : avro::schemaOfColumns(fields, settings.name));
    }
    HEADRACE_TRY(auto parsed, avro::Schema::parse(used.text, used.references));
    HEADRACE_TRY(auto rows, isAlone ? avro::RowEncoder::createAlone(std::move(parsed), fields.front())
                                    : avro::RowEncoder::create(std::move(parsed), std::move(fields)));
    if (hasRegistry && settings.isRegistered) {
        HEADRACE_TRY(used.id, registry.add(subject, used, stop));
    }
    std::string frame;
    if (hasRegistry)
        appendFrame(used.id, frame);
    else if (settings.isSingle)
        frame = avro::singleObjectFrame(avro::fingerprint(used.text));
    return std::make_unique<AvroEncoder>(std::move(rows), std::move(columns), isAlone, std::move(frame));
}

} // namespace headrace
