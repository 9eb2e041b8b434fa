// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/duckdb/arrow_door.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/json_mark.h"
#include "connectors/duckdb/duck_error.h"

#include <arrow/api.h>
#include <arrow/c/bridge.h>

namespace headrace {

namespace {

/// An Arrow C struct that is released unless its consumer has taken it over.
template <typename Struct>
class Released {
public:
    Released() = default;
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;
    ~Released()
    {
        if (m_struct.release != nullptr)
            m_struct.release(&m_struct);
    }
    Struct* get() { return &m_struct; }

private:
    Struct m_struct{};
};

/// DuckDB calls the element of a list "l"; everyone else, and so the rest of this program, "item".
std::shared_ptr<arrow::DataType> withItemNames(const std::shared_ptr<arrow::DataType>& type)
{
    if (type->id() == arrow::Type::LIST)
        return arrow::list(withItemNames(type->field(0)->type()));
    if (type->id() == arrow::Type::STRUCT) {
        arrow::FieldVector fields = type->fields();
        for (auto& field : fields)
            field = field->WithType(withItemNames(field->type()));
        return arrow::struct_(fields);
    }
    return type;
}

/// To DuckDB JSON is a text by another name.
bool isJson(const DuckType& type)
{
    char* const alias = duckdb_logical_type_get_alias(type.get());
    const bool isIt = alias != nullptr && std::string_view(alias) == "JSON";
    duckdb_free(alias);
    return isIt;
}

} // namespace

Status takeError(duckdb_error_data error, std::string_view what)
{
    Status status;
    if (duckdb_error_data_has_error(error))
        status = fail(duckError(duckdb_error_data_message(error), what));
    duckdb_destroy_error_data(&error);
    return status;
}

Result<std::shared_ptr<arrow::Schema>> arrowSchema(duckdb_arrow_options options, const std::vector<DuckType>& types,
                                                   const std::vector<std::string>& names)
{
    std::vector<duckdb_logical_type> plainTypes;
    std::vector<const char*> plainNames;
    for (const DuckType& type : types)
        plainTypes.push_back(type.get());
    for (const std::string& name : names)
        plainNames.push_back(name.c_str());
    Released<ArrowSchema> schema;
    HEADRACE_CHECK(
        takeError(duckdb_to_arrow_schema(options, plainTypes.data(), plainNames.data(), types.size(), schema.get()),
                  "DuckDB could not describe its columns"));
    HEADRACE_TRY(const auto imported,
                 fromArrow(arrow::ImportSchema(schema.get()), "DuckDB's columns could not be read"));
    arrow::FieldVector fields = imported->fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        fields[i] = fields[i]->WithType(withItemNames(fields[i]->type()));
        if (isJson(types[i]))
            fields[i] = markedAsJson(fields[i]);
    }
    return arrow::schema(fields);
}

Result<std::shared_ptr<arrow::RecordBatch>> arrowRows(duckdb_arrow_options options, const DuckChunk& chunk,
                                                      const std::shared_ptr<arrow::Schema>& schema)
{
    Released<ArrowArray> array;
    HEADRACE_CHECK(
        takeError(duckdb_data_chunk_to_arrow(options, chunk.get(), array.get()), "DuckDB could not hand out its rows"));
    return fromArrow(arrow::ImportRecordBatch(array.get(), schema), "DuckDB's rows could not be read");
}

Result<DuckConvertedSchema> duckSchema(duckdb_connection connection, const arrow::Schema& schema)
{
    Released<ArrowSchema> exported;
    HEADRACE_CHECK(fromArrow(arrow::ExportSchema(schema, exported.get()), "The columns could not be handed to DuckDB"));
    duckdb_arrow_converted_schema converted = nullptr;
    HEADRACE_CHECK(takeError(duckdb_schema_from_arrow(connection, exported.get(), &converted),
                             "DuckDB does not know a column's type"));
    return DuckConvertedSchema(converted);
}

Result<DuckChunk> duckChunk(duckdb_connection connection, const arrow::RecordBatch& rows,
                            const DuckConvertedSchema& schema)
{
    Released<ArrowArray> exported;
    HEADRACE_CHECK(fromArrow(arrow::ExportRecordBatch(rows, exported.get()), "The rows could not be handed to DuckDB"));
    duckdb_data_chunk chunk = nullptr;
    HEADRACE_CHECK(takeError(duckdb_data_chunk_from_arrow(connection, exported.get(), schema.get(), &chunk),
                             "DuckDB could not take the rows"));
    return DuckChunk(chunk);
}

} // namespace headrace
