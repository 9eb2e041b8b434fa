// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/structural_index.h"

#include <algorithm>
#include <array>
#include <new>
#include <simdjson.h>

namespace headrace::ndjson {

// simdjson's first stage is used by itself: it is compiled for every instruction set and chosen at run time, which its
// On-Demand front end is not.
class StructuralIndex::Impl {
public:
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    std::array<std::uint32_t, 2> nothing = {};
    const std::uint32_t* places = nothing.data();
};

StructuralIndex::StructuralIndex()
    : m_impl(std::make_unique<Impl>())
{
}

StructuralIndex::~StructuralIndex() = default;

std::string_view StructuralIndex::build(std::string_view text)
{
    m_impl->places = m_impl->nothing.data();
    if (text.empty())
        return {};
    if (m_impl->parser == nullptr || m_impl->parser->capacity() < text.size()) {
        const std::size_t capacity = std::max<std::size_t>(text.size(), 64 * 1024);
        if (simdjson::get_active_implementation()->create_dom_parser_implementation(
                capacity, simdjson::DEFAULT_MAX_DEPTH, m_impl->parser) != simdjson::SUCCESS)
            throw std::bad_alloc();
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    switch (m_impl->parser->stage1(bytes, text.size(), simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
        m_impl->places = m_impl->parser->structural_indexes.get();
        return {};
    case simdjson::EMPTY:
        m_impl->nothing = {static_cast<std::uint32_t>(text.size()), 0};
        return {};
    case simdjson::UTF8_ERROR:
        return "it is not valid UTF-8";
    case simdjson::UNCLOSED_STRING:
        return "a text in it is not closed";
    case simdjson::UNESCAPED_CHARS:
        return "a text in it holds a control character or is not closed";
    default:
        return "it is not JSON";
    }
}

const std::uint32_t* StructuralIndex::places() const
{
    return m_impl->places;
}

char* StructuralIndex::unescape(const char* text, char* target) const
{
    return reinterpret_cast<char*>(m_impl->parser->parse_string(reinterpret_cast<const std::uint8_t*>(text),
                                                                reinterpret_cast<std::uint8_t*>(target)));
}

} // namespace headrace::ndjson
