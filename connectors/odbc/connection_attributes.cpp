// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/connection_attributes.h"

#include <algorithm>
#include <cctype>

namespace headrace::odbc {

namespace {

std::string takeValue(std::string_view& text)
{
    std::string value;
    if (text.starts_with('{')) {
        std::size_t at = 1;
        for (; at < text.size(); ++at) {
            if (text[at] == '}' && (at + 1 == text.size() || text[at + 1] != '}'))
                break;
            at += text[at] == '}' ? 1 : 0;
            value += text[at];
        }
        text.remove_prefix(std::min(text.size(), at + 1));
    } else {
        value = text.substr(0, text.find(';'));
    }
    const auto end = text.find(';');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return value;
}

template <typename Pairs>
auto findIn(Pairs& pairs, std::string_view key)
{
    const auto lower = [](unsigned char c) { return std::tolower(c); };
    return std::ranges::find_if(
        pairs, [&](const auto& pair) { return std::ranges::equal(pair.first, key, {}, lower, lower); });
}

} // namespace

Result<Attributes> Attributes::parse(std::string_view text)
{
    Attributes attributes;
    while (!text.empty()) {
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) {
            if (text.find_first_not_of("; ") != std::string_view::npos)
                return fail(ErrorCode::Usage, "The option 'connection_string' is none; write "
                                              "Driver={PostgreSQL Unicode};Server=db.example.org;Database=shop.");
            break;
        }
        std::string key(text.substr(0, equals));
        key.erase(0, key.find_first_not_of("; "));
        text.remove_prefix(equals + 1);
        attributes.add(std::move(key), takeValue(text));
    }
    return attributes;
}

void Attributes::add(std::string key, std::string value)
{
    if (find(key) == nullptr)
        m_pairs.emplace_back(std::move(key), std::move(value));
}

void Attributes::append(const Attributes& others)
{
    for (const auto& [key, value] : others.m_pairs)
        add(key, value);
}

void Attributes::replace(std::string_view key, std::string value)
{
    if (const auto found = findIn(m_pairs, key); found != m_pairs.end())
        found->second = std::move(value);
    else
        m_pairs.emplace_back(key, std::move(value));
}

const std::string* Attributes::find(std::string_view key) const
{
    const auto found = findIn(m_pairs, key);
    return found == m_pairs.end() ? nullptr : &found->second;
}

std::string Attributes::value(std::string_view key) const
{
    const std::string* found = find(key);
    return found == nullptr ? "" : *found;
}

std::string Attributes::text(bool plain) const
{
    std::string text;
    for (const auto& [key, value] : m_pairs) {
        text += key + '=';
        if ((plain && key != "DRIVER") || value.find_first_of("[]{}(),;?*=!@") == std::string::npos) {
            text += value;
        } else {
            text += '{';
            for (const char c : value)
                text.append(c == '}' ? 2 : 1, c);
            text += '}';
        }
        text += ';';
    }
    return text;
}

} // namespace headrace::odbc
