// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/resolver.h"

#include "connectors/formats/avro/resolution_plan.h"
#include "connectors/formats/avro/value_json.h"
#include "connectors/formats/avro/wire.h"
#include "connectors/formats/avro/wire_output.h"

#include <fmt/format.h>

namespace headrace::avro {

namespace {

using How = Resolution::How;

constexpr int kDeepest = 100;                  ///< values inside values
constexpr std::size_t kMostBytes = 64U << 20U; ///< of one value

/// Takes values from one end and puts them into the other.
class Rewriting {
public:
    Rewriting(Wire& wire, WireOutput& out)
        : m_wire(wire)
        , m_out(out)
    {
    }

    [[nodiscard]] const std::string& impossible() const { return m_impossible; }

    bool value(const Resolution& resolution, int depth)
    {
        if (depth > kDeepest)
            return m_wire.fail("its values are nested more than 100 deep");
        if (!m_wire.step())
            return false;
        if (m_out.bytes().size() > kMostBytes)
            return m_wire.fail("the reader's defaults make more than 64 MiB of it");
        switch (resolution.how) {
        case How::Copy:
            return copy(*resolution.writer, *resolution.reader);
        case How::Enum: {
            std::size_t symbol = 0;
            if (!m_wire.index(resolution.symbols.size(), symbol))
                return false;
            const std::int64_t own = resolution.symbols[symbol];
            return own >= 0 ? m_out.number(own)
                            : m_wire.fail("it has a symbol that the reader's enum lacks, which has no default");
        }
        case How::Record:
            return record(resolution, depth);
        case How::Items:
            return items(resolution, depth);
        case How::WriterUnion: {
            std::size_t branch = 0;
            return m_wire.index(resolution.inside.size(), branch) && value(*resolution.inside[branch], depth + 1);
        }
        case How::ReaderUnion:
            return m_out.number(resolution.branch) && value(*resolution.inside.front(), depth + 1);
        case How::Impossible:
            m_impossible = resolution.problem;
            return m_wire.fail(m_impossible.c_str());
        }
        return false;
    }

private:
    bool copy(const Type& writer, const Type& reader)
    {
        std::int64_t number = 0;
        std::string_view bytes;
        switch (writer.kind) {
        case Kind::Null:
            return true;
        case Kind::Boolean:
            return m_wire.boolean(number) && m_out.boolean(number != 0);
        case Kind::Int:
        case Kind::Long:
            if (!(writer.kind == Kind::Int ? m_wire.integer(number) : m_wire.number(number)))
                return false;
            if (reader.kind == Kind::Float)
                return m_out.real(static_cast<float>(number));
            return reader.kind == Kind::Double ? m_out.real(static_cast<double>(number)) : m_out.number(number);
        case Kind::Float:
        case Kind::Double: {
            double real = 0;
            if (!(writer.kind == Kind::Float ? m_wire.real<float>(real) : m_wire.real<double>(real)))
                return false;
            return reader.kind == Kind::Float ? m_out.real(static_cast<float>(real)) : m_out.real(real);
        }
        case Kind::Fixed:
            return m_wire.bytes(writer.size, bytes) && m_out.raw(bytes);
        default:
            return m_wire.bytes(bytes) && m_out.text(bytes);
        }
    }

    bool record(const Resolution& resolution, int depth)
    {
        struct Part {
            std::size_t begin = 0;
            std::size_t end = 0;
        };
        const std::size_t first = m_out.bytes().size();
        std::vector<Part> parts(resolution.isInOrder ? 0 : resolution.reader->fields.size());
        const auto note = [&](std::size_t target, std::size_t begin) {
            if (!resolution.isInOrder)
                parts[target] = {begin - first, m_out.bytes().size() - first};
        };
        for (const Resolution::Member& member : resolution.members) {
            const std::size_t begin = m_out.bytes().size();
            if (!(member.skipped != nullptr ? skip(*member.skipped, m_wire) : value(*member.value, depth + 1)))
                return false;
            if (member.skipped == nullptr)
                note(member.target, begin);
        }
        for (const Resolution::Preset& preset : resolution.presets) {
            const std::size_t begin = m_out.bytes().size();
            m_out.raw(preset.bytes);
            note(preset.target, begin);
        }
        if (!resolution.isInOrder) {
            const std::string written = m_out.cutFrom(first);
            for (const Part& part : parts)
                m_out.raw(std::string_view(written).substr(part.begin, part.end - part.begin));
        }
        return true;
    }

    bool items(const Resolution& resolution, int depth)
    {
        const bool isMap = resolution.writer->kind == Kind::Map;
        std::int64_t count = 0;
        while (m_wire.block(count)) {
            m_out.number(count);
            if (count == 0)
                return true;
            for (; count > 0; --count) {
                std::string_view key;
                if (isMap && !(m_wire.bytes(key) && m_out.text(key)))
                    return false;
                if (!value(*resolution.inside.front(), depth + 1))
                    return false;
            }
        }
        return false;
    }

    Wire& m_wire;
    WireOutput& m_out;
    std::string m_impossible;
};

} // namespace

struct Resolver::Plan {
    std::shared_ptr<const Schema> writer;
    std::shared_ptr<const Schema> reader;
    ResolutionPlan resolutions;
    const Resolution* root = nullptr;
    WireOutput out;
};

Resolver::Resolver(std::unique_ptr<Plan> plan)
    : m_plan(std::move(plan))
{
}

Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::create(std::shared_ptr<const Schema> writer,
                                                   std::shared_ptr<const Schema> reader)
{
    auto plan = std::make_unique<Plan>();
    plan->writer = std::move(writer);
    plan->reader = std::move(reader);
    auto root = plan->resolutions.resolve(plan->writer->root(), plan->reader->root());
    if (!root)
        return fail(ErrorCode::Data, fmt::format("Values of the Avro schema '{}' do not fit the reader's schema: {}.",
                                                 nameOf(plan->writer->root()), root.error().message));
    plan->root = *root;
    return std::unique_ptr<Resolver>(new Resolver(std::move(plan)));
}

std::optional<std::string> Resolver::resolve(std::string_view value, std::string& out)
{
    m_plan->out.clear();
    Wire wire(value);
    Rewriting rewriting(wire, m_plan->out);
    if (rewriting.value(*m_plan->root, 0) && wire.left() > 0)
        wire.fail("bytes are left behind its last field");
    if (wire.failed())
        return fmt::format("The message's value does not fit its Avro schema '{}' and the reader's: {}.",
                           nameOf(m_plan->writer->root()), wire.problem());
    out = m_plan->out.bytes();
    return std::nullopt;
}

} // namespace headrace::avro
