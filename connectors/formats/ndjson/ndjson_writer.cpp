// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/formats/ndjson/ndjson_writer.h"

#include "connectors/formats/ndjson/column_tree.h"
#include "connectors/formats/text_row_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace headrace {

namespace {

/// A column's values, or an object of those of several columns.
struct Member {
    std::string opening; ///< `{"name":` or `,"name":`
    std::unique_ptr<JsonCells> cells;
    int column = -1;             ///< −1: an object
    std::vector<Member> members; ///< of an object
};

class NdjsonWriter final : public TextRowWriter {
public:
    NdjsonWriter(std::shared_ptr<arrow::Schema> schema, std::vector<Member> members, ByteOutput& output)
        : TextRowWriter(output)
        , m_schema(std::move(schema))
        , m_members(std::move(members))
    {
    }

    Status write(const std::shared_ptr<arrow::RecordBatch>& rows) override
    {
        m_columns = rows->columns();
        bind(m_members);
        for (std::int64_t row = 0; row < rows->num_rows(); ++row, ++m_row) {
            for (const Member& member : m_members)
                if (const Member* const bad = append(member, row))
                    return notFinite(*bad);
            m_block += m_members.empty() ? "{}\n" : "}\n";
            HEADRACE_CHECK(flushIfLarge());
        }
        return {};
    }

private:
    void bind(const std::vector<Member>& members)
    {
        for (const Member& member : members)
            if (member.cells != nullptr)
                member.cells->bind(*m_columns[static_cast<std::size_t>(member.column)]);
            else
                bind(member.members);
    }

    [[nodiscard]] bool isNull(const Member& member, std::int64_t row) const
    {
        if (member.cells != nullptr)
            return m_columns[static_cast<std::size_t>(member.column)]->IsNull(row);
        return std::ranges::all_of(member.members, [&](const Member& inner) { return isNull(inner, row); });
    }

    /// The member whose cell is a number that is refused; null for what is written.
    const Member* append(const Member& member, std::int64_t row)
    {
        m_block += member.opening;
        if (member.cells != nullptr)
            return member.cells->append(row, m_block) ? nullptr : &member;
        if (isNull(member, row)) {
            m_block += "null";
            return nullptr;
        }
        for (const Member& inner : member.members)
            if (const Member* const bad = append(inner, row))
                return bad;
        m_block += '}';
        return nullptr;
    }

    [[nodiscard]] Status notFinite(const Member& member) const
    {
        return fail(ErrorCode::Data,
                    fmt::format("Row {} has NaN or an infinity in the column '{}', which JSON cannot hold as "
                                "a number. Set non_finite to null or text, or filter such rows.",
                                m_row + 1, m_schema->field(member.column)->name()));
    }

    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<Member> m_members;
    arrow::ArrayVector m_columns;
    std::int64_t m_row = 0;
};

Result<std::vector<Member>> membersOf(const std::vector<ColumnNode>& nodes, const arrow::Schema& schema,
                                      NonFinite nonFinite)
{
    std::vector<Member> members;
    for (const ColumnNode& node : nodes) {
        Member member{members.empty() ? "{" : ",", nullptr, node.column, {}};
        appendJsonText(node.name, member.opening);
        member.opening += ':';
        if (node.column < 0) {
            HEADRACE_TRY(member.members, membersOf(node.members, schema, nonFinite));
        } else {
            const arrow::Field& field = *schema.field(node.column);
            auto cells = makeJsonCells(field, nonFinite);
            if (!cells)
                return fail(ErrorCode::Data, fmt::format("The column '{}' cannot be written as JSON: {}.", field.name(),
                                                         cells.error().message));
            member.cells = *std::move(cells);
        }
        members.push_back(std::move(member));
    }
    return members;
}

} // namespace

Result<std::unique_ptr<RowWriter>> openNdjsonWriter(const std::shared_ptr<arrow::Schema>& schema, ByteOutput& output,
                                                    NonFinite nonFinite)
{
    HEADRACE_TRY(auto members, membersOf(ndjson::treeOf(schema->fields()).members, *schema, nonFinite));
    return std::make_unique<NdjsonWriter>(schema, std::move(members), output);
}

} // namespace headrace
