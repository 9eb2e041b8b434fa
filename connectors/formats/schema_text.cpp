// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/io/memory.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/type.h>
#include <arrow/util/base64.h>

#include "connectors/formats/schema_text.h"

#include "connectors/core/arrow_result.h"

#include <fmt/format.h>

namespace headrace {

Result<std::string> encodeSchema(const arrow::Schema& schema)
{
    HEADRACE_TRY(const auto buffer, fromArrow(arrow::ipc::SerializeSchema(schema), "The columns cannot be described"));
    return arrow::util::base64_encode(std::string_view(*buffer));
}

Result<std::shared_ptr<arrow::Schema>> decodeSchema(std::string_view text)
{
    constexpr std::string_view kWhat = "The columns saved with the position cannot be read; reset the pipeline's state";
    HEADRACE_TRY(std::string bytes, fromArrow(arrow::util::base64_decode(text), kWhat));
    arrow::io::BufferReader reader(arrow::Buffer::FromString(std::move(bytes)));
    arrow::ipc::DictionaryMemo memo;
    return fromArrow(arrow::ipc::ReadSchema(&reader, &memo), kWhat);
}

std::string schemaDifference(const arrow::Schema& expected, const std::string& expectedFrom,
                             const arrow::Schema& actual, const std::string& actualFrom)
{
    for (const auto& field : actual.fields())
        if (expected.GetAllFieldIndices(field->name()).empty())
            return fmt::format("{} has the column '{}', which {} does not have.", actualFrom, field->name(),
                               expectedFrom);
    for (int i = 0; i < expected.num_fields(); ++i) {
        const auto& wanted = *expected.field(i);
        const auto found = actual.GetFieldByName(wanted.name());
        if (found == nullptr)
            return fmt::format("{} lacks the column '{}' of {}.", actualFrom, wanted.name(), expectedFrom);
        if (!found->type()->Equals(*wanted.type()))
            return fmt::format("The column '{}' is {} in {}, but {} in {}.", wanted.name(), found->type()->ToString(),
                               actualFrom, wanted.type()->ToString(), expectedFrom);
        if (i >= actual.num_fields() || actual.field(i)->name() != wanted.name())
            return fmt::format("The columns of {} come in another order than those of {}.", actualFrom, expectedFrom);
    }
    return {};
}

} // namespace headrace
