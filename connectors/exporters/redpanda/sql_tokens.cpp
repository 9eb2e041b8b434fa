// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/sql_tokens.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

namespace headrace::redpanda {

namespace {

bool isWordStart(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

class Tokenizer {
public:
    explicit Tokenizer(std::string_view sql)
        : m_rest(sql)
    {
    }

    Result<std::vector<SqlToken>> run()
    {
        std::vector<SqlToken> tokens;
        while (skipBlanks()) {
            HEADRACE_TRY(SqlToken token, next());
            tokens.push_back(std::move(token));
        }
        tokens.emplace_back();
        return tokens;
    }

private:
    /// False at the end.
    bool skipBlanks()
    {
        while (!m_rest.empty()) {
            if (std::isspace(static_cast<unsigned char>(m_rest.front())) != 0)
                m_rest.remove_prefix(1);
            else if (m_rest.starts_with("--"))
                drop(m_rest.find('\n'));
            else if (m_rest.starts_with("/*"))
                drop(m_rest.find("*/", 2) == std::string_view::npos ? std::string_view::npos
                                                                    : m_rest.find("*/", 2) + 2);
            else
                return true;
        }
        return false;
    }

    Result<SqlToken> next()
    {
        const char c = m_rest.front();
        if (c == '\'' || c == '"')
            return quoted(c);
        if (isWordStart(c))
            return SqlToken{SqlToken::Kind::Word,
                            take([](char d) { return isWordStart(d) || isDigit(d) || d == '$'; })};
        if (isDigit(c) || (c == '.' && m_rest.size() > 1 && isDigit(m_rest[1])))
            return SqlToken{SqlToken::Kind::Number, number()};
        static constexpr std::array<std::string_view, 7> kLong{"::", "<=", ">=", "<>", "!=", "==", "||"};
        for (const std::string_view symbol : kLong) {
            if (m_rest.starts_with(symbol)) {
                drop(symbol.size());
                return SqlToken{SqlToken::Kind::Symbol, std::string(symbol)};
            }
        }
        drop(1);
        return SqlToken{SqlToken::Kind::Symbol, std::string(1, c)};
    }

    Result<SqlToken> quoted(char quote)
    {
        std::string text;
        for (std::size_t i = 1; i < m_rest.size(); ++i) {
            if (m_rest[i] != quote) {
                text += m_rest[i];
            } else if (i + 1 < m_rest.size() && m_rest[i + 1] == quote) {
                text += quote;
                ++i;
            } else {
                drop(i + 1);
                return SqlToken{quote == '"' ? SqlToken::Kind::QuotedName : SqlToken::Kind::Text, text};
            }
        }
        return fail(ErrorCode::Usage, fmt::format("the quote in {} is not closed", m_rest.substr(0, 40)));
    }

    std::string number()
    {
        std::string text = take([](char d) { return isDigit(d) || d == '.'; });
        if (m_rest.size() > 1 && (m_rest[0] == 'e' || m_rest[0] == 'E')) {
            text += 'e';
            drop(1);
            if (m_rest.front() == '-' || m_rest.front() == '+') {
                text += m_rest.front();
                drop(1);
            }
            text += take(isDigit);
        }
        return text;
    }

    template <typename Predicate>
    std::string take(Predicate&& belongs)
    {
        std::size_t size = 0;
        while (size < m_rest.size() && belongs(m_rest[size]))
            ++size;
        std::string text(m_rest.substr(0, size));
        drop(size);
        return text;
    }

    void drop(std::size_t size) { m_rest.remove_prefix(std::min(size, m_rest.size())); }

    std::string_view m_rest;
};

} // namespace

Result<std::vector<SqlToken>> tokenizeSql(std::string_view sql)
{
    return Tokenizer(sql).run();
}

} // namespace headrace::redpanda
