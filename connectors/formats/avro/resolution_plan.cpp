// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/resolution_plan.h"

#include "connectors/formats/avro/default_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace::avro {

namespace {

using How = Resolution::How;

std::string unqualified(const std::string& name)
{
    return name.substr(name.rfind('.') + 1);
}

/// Types with a name match by it, without its namespace, or by an alias of the reader's.
bool isSameName(const Type& writer, const Type& reader)
{
    return unqualified(writer.name) == unqualified(reader.name) ||
           std::ranges::find(reader.aliases, writer.name) != reader.aliases.end();
}

bool isTime(Logical logical)
{
    return logical != Logical::None && logical != Logical::Decimal && logical != Logical::Uuid &&
           logical != Logical::Duration;
}

/// The numbers mean the same: a time read as one of another unit would be another time.
bool meansTheSame(const Type& writer, const Type& reader)
{
    if (isTime(writer.logical) && isTime(reader.logical))
        return writer.logical == reader.logical;
    if (writer.logical == Logical::Decimal && reader.logical == Logical::Decimal)
        return writer.scale == reader.scale;
    return true;
}

bool widens(Kind writer, Kind reader)
{
    switch (reader) {
    case Kind::Long:
        return writer == Kind::Int;
    case Kind::Float:
        return writer == Kind::Int || writer == Kind::Long;
    case Kind::Double:
        return writer == Kind::Int || writer == Kind::Long || writer == Kind::Float;
    case Kind::String:
        return writer == Kind::Bytes;
    case Kind::Bytes:
        return writer == Kind::String;
    default:
        return false;
    }
}

/// Without what is inside them.
bool matches(const Type& writer, const Type& reader, bool mayWiden)
{
    if (!meansTheSame(writer, reader))
        return false;
    if (writer.kind != reader.kind)
        return mayWiden && widens(writer.kind, reader.kind);
    switch (writer.kind) {
    case Kind::Record:
    case Kind::Enum:
        return isSameName(writer, reader);
    case Kind::Fixed:
        return writer.size == reader.size && isSameName(writer, reader);
    default:
        return true;
    }
}

/// Which of the writer's fields a reader's field is; the number of fields when none is.
std::size_t sourceOf(const Type& writer, const Field& field)
{
    auto found = std::ranges::find(writer.fields, field.name, &Field::name);
    for (auto alias = field.aliases.begin(); alias != field.aliases.end() && found == writer.fields.end(); ++alias)
        found = std::ranges::find(writer.fields, *alias, &Field::name);
    return static_cast<std::size_t>(found - writer.fields.begin());
}

std::string described(const Type& type)
{
    const bool isNamed = type.kind == Kind::Record || type.kind == Kind::Enum || type.kind == Kind::Fixed;
    if (type.kind == Kind::Fixed)
        return fmt::format("the fixed '{}' of {} bytes", type.name, type.size);
    return isNamed ? fmt::format("the {} '{}'", type.kind == Kind::Record ? "record" : "enum", type.name)
                   : fmt::format("'{}'", nameOf(type));
}

} // namespace

Result<const Resolution*> ResolutionPlan::resolve(const Type& writer, const Type& reader)
{
    Resolution*& known = m_known[{&writer, &reader}];
    if (known != nullptr && known->how == How::Impossible)
        return fail(ErrorCode::Data, known->problem);
    if (known != nullptr)
        return known;
    Resolution& resolution = *m_all.emplace_back(std::make_unique<Resolution>());
    known = &resolution;
    resolution.writer = &writer;
    resolution.reader = &reader;
    const std::size_t depth = m_path.size();
    if (const Status filled = fill(resolution); !filled) {
        resolution.how = How::Impossible; // others may point to it
        resolution.problem = filled.error().message;
        m_path.resize(depth);
        return fail(filled.error());
    }
    return &resolution;
}

Status ResolutionPlan::fill(Resolution& resolution)
{
    const Type& writer = *resolution.writer;
    const Type& reader = *resolution.reader;
    if (writer.kind == Kind::Union) {
        resolution.how = How::WriterUnion; // only a branch that comes can be wrong
        for (const Type* const branch : writer.children) {
            const auto inner = resolve(*branch, reader);
            resolution.inside.push_back(inner ? *inner : m_known[{branch, &reader}]);
        }
        return {};
    }
    if (reader.kind == Kind::Union)
        return fillReaderUnion(resolution);
    if (!matches(writer, reader, true)) {
        const std::string where = m_path.empty() ? "" : fmt::format(" in '{}'", fmt::join(m_path, "."));
        const bool isRenamed = writer.kind == reader.kind && writer.kind == Kind::Record;
        return fail(ErrorCode::Data,
                    fmt::format("{}{} cannot be read as {}{}", described(writer), where, described(reader),
                                isRenamed ? fmt::format(", unless that has the alias '{}'", writer.name) : ""));
    }
    if (writer.kind == Kind::Enum)
        fillEnum(resolution);
    if (writer.kind == Kind::Array || writer.kind == Kind::Map)
        return fillItems(resolution);
    return writer.kind == Kind::Record ? fillRecord(resolution) : Status();
}

/// The branch that is of the writer's type, or the first that it can become.
Status ResolutionPlan::fillReaderUnion(Resolution& resolution)
{
    resolution.how = How::ReaderUnion;
    const auto& branches = resolution.reader->children;
    for (const bool mayWiden : {false, true})
        for (std::size_t i = 0; i < branches.size(); ++i)
            if (matches(*resolution.writer, *branches[i], mayWiden)) {
                resolution.branch = static_cast<std::int64_t>(i);
                HEADRACE_TRY(const Resolution* const inner, resolve(*resolution.writer, *branches[i]));
                resolution.inside.push_back(inner);
                return {};
            }
    const std::string where = m_path.empty() ? "" : fmt::format(" in '{}'", fmt::join(m_path, "."));
    return fail(ErrorCode::Data, fmt::format("{}{} is no branch of '{}'", described(*resolution.writer), where,
                                             nameOf(*resolution.reader)));
}

Status ResolutionPlan::fillItems(Resolution& resolution)
{
    resolution.how = How::Items;
    HEADRACE_TRY(const Resolution* const inner,
                 resolve(*resolution.writer->children[0], *resolution.reader->children[0]));
    resolution.inside.push_back(inner);
    return {};
}

void ResolutionPlan::fillEnum(Resolution& resolution)
{
    resolution.how = How::Enum;
    const auto& symbols = resolution.reader->symbols;
    const auto indexOf = [&](const std::string& symbol) {
        const auto found = std::ranges::find(symbols, symbol);
        return found == symbols.end() ? std::int64_t{-1} : found - symbols.begin();
    };
    for (const std::string& symbol : resolution.writer->symbols) {
        const std::int64_t own = indexOf(symbol);
        resolution.symbols.push_back(own >= 0 ? own : indexOf(resolution.reader->defaultSymbol));
    }
}

Status ResolutionPlan::fillRecord(Resolution& resolution)
{
    resolution.how = How::Record;
    const Type& writer = *resolution.writer;
    const Type& reader = *resolution.reader;
    resolution.members.resize(writer.fields.size());
    for (std::size_t i = 0; i < writer.fields.size(); ++i)
        resolution.members[i].skipped = writer.fields[i].type;
    resolution.isInOrder = true;
    std::size_t expected = 0; // the writer's field that may come next
    for (std::size_t i = 0; i < reader.fields.size(); ++i) {
        const Field& field = reader.fields[i];
        m_path.push_back(field.name);
        const std::size_t source = sourceOf(writer, field);
        if (source < writer.fields.size()) {
            HEADRACE_TRY(const Resolution* const inner, resolve(*writer.fields[source].type, *field.type));
            resolution.members[source] = {inner, i, nullptr};
            resolution.isInOrder = resolution.isInOrder && source >= expected && resolution.presets.empty();
            expected = source + 1;
        } else if (field.defaultText.empty()) {
            return fail(ErrorCode::Data, fmt::format("'{}' is not in the written record '{}' and has no default",
                                                     fmt::join(m_path, "."), writer.name));
        } else {
            HEADRACE_TRY(auto bytes, encodedDefault(field));
            resolution.presets.push_back({i, std::move(bytes)});
        }
        m_path.pop_back();
    }
    return {};
}

} // namespace headrace::avro
