// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/bloblang.h"

#include "connectors/exporters/redpanda/sql_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace headrace::redpanda {

namespace {

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

/// What a value is in Bloblang, and the SQL type as far as it is known.
struct Operand {
    enum class Kind { Column, Number, Text, Boolean, Null };
    Kind kind = Kind::Null;
    std::string bloblang; ///< `this.total`, `12.5`, `"x"`
    std::string name;     ///< of a column
    std::string sqlType;  ///< of a CAST, as in Column
    bool isCast = false;
};

struct CastType {
    std::string sqlType;
    std::string method;
};

const std::map<std::string, CastType>& castTypes()
{
    static const CastType integer{"INTEGER", "int64()"};
    static const CastType bigint{"BIGINT", "int64()"};
    static const CastType real{"DOUBLE", "float64()"};
    static const CastType text{"VARCHAR", "string()"};
    static const CastType boolean{"BOOLEAN", "bool()"};
    static const std::map<std::string, CastType> types{
        {"TINYINT", integer}, {"SMALLINT", integer}, {"INTEGER", integer}, {"INT", integer},
        {"BIGINT", bigint},   {"LONG", bigint},      {"DOUBLE", real},     {"VARCHAR", text},
        {"TEXT", text},       {"STRING", text},      {"BOOLEAN", boolean}, {"BOOL", boolean},
    };
    return types;
}

class SelectTranslator {
public:
    explicit SelectTranslator(std::vector<SqlToken> tokens)
        : m_tokens(std::move(tokens))
    {
    }

    Result<ShapeMapping> run()
    {
        if (!takeWord("SELECT"))
            return refuse("a SELECT");
        do
            HEADRACE_CHECK(item());
        while (takeSymbol(","));
        if (!takeWord("FROM") || upper(peek().text) != "INPUT")
            return refuse("FROM input");
        advance();
        if (takeWord("WHERE")) {
            HEADRACE_TRY(const std::string condition, disjunction());
            m_mapping.filter = fmt::format("root = if !({}) {{ deleted() }}\n", condition);
        }
        takeSymbol(";");
        if (peek().kind != SqlToken::Kind::End)
            return refuse("columns, constants, CASTs and comparisons joined by AND and OR");
        if (m_star) {
            m_mapping.columns.clear();
            if (!m_assignments.empty())
                m_assignments.insert(0, "root = this\n");
        }
        m_mapping.projection = std::move(m_assignments);
        return std::move(m_mapping);
    }

private:
    Status item()
    {
        if (takeSymbol("*")) {
            if (!m_assignments.empty())
                return fail(ErrorCode::Usage, "'*' after other columns is not translated; put it first.");
            m_star = true;
            return {};
        }
        HEADRACE_TRY(const Operand value, operand());
        if (peek().kind == SqlToken::Kind::Symbol && peek().text != ",")
            return fail(ErrorCode::Usage,
                        fmt::format("The operator '{}' is not translated; only columns, constants and "
                                    "CASTs are.",
                                    peek().text));
        std::string name = value.isCast ? std::string() : value.name;
        if (takeWord("AS") || peek().kind == SqlToken::Kind::QuotedName ||
            (peek().kind == SqlToken::Kind::Word && upper(peek().text) != "FROM")) {
            name = peek().text;
            advance();
        }
        if (name.empty())
            return fail(ErrorCode::Usage, fmt::format("The expression before '{}' needs a name: write AS name after "
                                                      "it.",
                                                      peek().text));
        m_assignments += fmt::format("{} = {}\n", fieldPath("root", name), nullable(value));
        m_mapping.columns.push_back({name, value.sqlType});
        return {};
    }

    /// A CAST keeps NULL, where Bloblang's conversions fail.
    static std::string nullable(const Operand& value)
    {
        if (!value.isCast || value.kind != Operand::Kind::Column)
            return value.bloblang;
        return fmt::format("if {0} == null {{ null }} else {{ {1} }}", fieldPath("this", value.name), value.bloblang);
    }

    Result<Operand> operand()
    {
        Operand value;
        if (upper(peek().text) == "CAST" && peek().kind == SqlToken::Kind::Word && peek(1).text == "(") {
            advance();
            advance();
            HEADRACE_TRY(value, operand());
            if (!takeWord("AS"))
                return refuse("CAST(… AS type)");
            HEADRACE_CHECK(cast(value));
            if (!takeSymbol(")"))
                return refuse("a type without arguments");
        } else {
            HEADRACE_TRY(value, plainOperand());
        }
        while (takeSymbol("::"))
            HEADRACE_CHECK(cast(value));
        return value;
    }

    Result<Operand> plainOperand()
    {
        const bool negative = takeSymbol("-");
        SqlToken token = peek();
        if (negative && token.kind != SqlToken::Kind::Number)
            return refuse("a column or a constant");
        if (token.kind == SqlToken::Kind::Number) {
            advance();
            return Operand{Operand::Kind::Number, (negative ? "-" : "") + token.text, {}, {}};
        }
        if (token.kind == SqlToken::Kind::Text) {
            advance();
            return Operand{Operand::Kind::Text, textConstant(token.text), {}, {}};
        }
        const std::string word = token.kind == SqlToken::Kind::Word ? upper(token.text) : std::string();
        if (word == "TRUE" || word == "FALSE") {
            advance();
            return Operand{Operand::Kind::Boolean, word == "TRUE" ? "true" : "false", {}, {}};
        }
        if (word == "NULL") {
            advance();
            return Operand{Operand::Kind::Null, "null", {}, {}};
        }
        if (token.kind != SqlToken::Kind::QuotedName && word.empty())
            return refuse("a column or a constant");
        advance();
        if (word == "INPUT" && takeSymbol(".")) {
            token = peek();
            advance();
        }
        if (peek().text == "(" && peek().kind == SqlToken::Kind::Symbol)
            return fail(ErrorCode::Usage, fmt::format("The function '{}' is not translated; only columns, constants "
                                                      "and CASTs are.",
                                                      token.text));
        return Operand{Operand::Kind::Column, fieldPath("this", token.text), token.text, {}};
    }

    Status cast(Operand& value)
    {
        const auto type = castTypes().find(upper(peek().text));
        if (type == castTypes().end())
            return fail(ErrorCode::Usage, fmt::format("A CAST to '{}' is not translated; INTEGER, BIGINT, DOUBLE, "
                                                      "VARCHAR and BOOLEAN are.",
                                                      peek().text));
        advance();
        if (value.kind != Operand::Kind::Null)
            value.bloblang += "." + type->second.method;
        value.sqlType = type->second.sqlType;
        value.isCast = true;
        m_mapping.casts = true;
        return {};
    }

    Result<std::string> disjunction()
    {
        HEADRACE_TRY(std::string condition, conjunction());
        while (takeWord("OR")) {
            HEADRACE_TRY(const std::string right, conjunction());
            condition = fmt::format("({} || {})", condition, right);
        }
        return condition;
    }

    Result<std::string> conjunction()
    {
        HEADRACE_TRY(std::string condition, leaf());
        while (takeWord("AND")) {
            HEADRACE_TRY(const std::string right, leaf());
            condition = fmt::format("({} && {})", condition, right);
        }
        return condition;
    }

    Result<std::string> leaf()
    {
        if (takeSymbol("(")) {
            HEADRACE_TRY(std::string condition, disjunction());
            if (!takeSymbol(")"))
                return refuse("')'");
            return condition;
        }
        if (upper(peek().text) == "NOT" && peek().kind == SqlToken::Kind::Word)
            return fail(ErrorCode::Usage, "NOT is not translated; turn the comparison round instead.");
        HEADRACE_TRY(const Operand left, operand());
        if (takeWord("IS")) {
            const bool negated = takeWord("NOT");
            if (!takeWord("NULL"))
                return refuse("NULL");
            return fmt::format("{} {} null", left.bloblang, negated ? "!=" : "==");
        }
        static const std::map<std::string, std::string> kOperators{
            {"=", "=="}, {"==", "=="}, {"<>", "!="}, {"!=", "!="}, {"<", "<"}, {"<=", "<="}, {">", ">"}, {">=", ">="}};
        const auto symbol = kOperators.find(peek().text);
        if (symbol == kOperators.end() || peek().kind != SqlToken::Kind::Symbol)
            return refuse("a comparison (=, <>, <, <=, >, >=, IS NULL)");
        advance();
        HEADRACE_TRY(const Operand right, operand());
        return comparison(left, symbol->second, right);
    }

    Result<std::string> comparison(const Operand& left, const std::string& symbol, const Operand& right)
    {
        using Kind = Operand::Kind;
        const auto is = [&](Kind kind) { return left.kind == kind || right.kind == kind; };
        const auto typed = [](const Operand& value) { return value.kind != Kind::Column || value.isCast; };
        if (is(Kind::Null))
            return std::string("false"); // a comparison with NULL is never true
        std::string conversion;
        if (is(Kind::Number))
            conversion = ".number()";
        else if (is(Kind::Boolean))
            conversion = ".bool()";
        else if (is(Kind::Text))
            conversion = ".string()";
        else if (!typed(left) || !typed(right))
            return fail(ErrorCode::Usage, fmt::format("The comparison of '{}' with '{}' is not translated, because "
                                                      "their types are unknown here; give both a CAST.",
                                                      left.name, right.name));
        m_mapping.comparesNumbers = m_mapping.comparesNumbers || is(Kind::Number);
        m_mapping.comparesTexts = m_mapping.comparesTexts || is(Kind::Text);
        std::string guard;
        const auto side = [&](const Operand& value) {
            if (value.kind != Kind::Column)
                return value.bloblang;
            guard += fieldPath("this", value.name) + " != null && ";
            return value.isCast ? value.bloblang : value.bloblang + conversion;
        };
        const std::string first = side(left);
        const std::string second = side(right);
        return fmt::format("({}({} {} {}).catch(false))", guard, first, symbol, second);
    }

    [[nodiscard]] tl::unexpected<Error> refuse(std::string_view expected) const
    {
        const std::string found = peek().kind == SqlToken::Kind::End ? "the end" : fmt::format("'{}'", peek().text);
        return fail(ErrorCode::Usage, fmt::format("At {}: only {} can be translated there.", found, expected));
    }

    [[nodiscard]] const SqlToken& peek(std::size_t ahead = 0) const
    {
        return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
    }
    void advance() { m_at = std::min(m_at + 1, m_tokens.size() - 1); }

    bool takeWord(std::string_view word)
    {
        const bool found = peek().kind == SqlToken::Kind::Word && upper(peek().text) == word;
        if (found)
            advance();
        return found;
    }

    bool takeSymbol(std::string_view symbol)
    {
        const bool found = peek().kind == SqlToken::Kind::Symbol && peek().text == symbol;
        if (found)
            advance();
        return found;
    }

    std::vector<SqlToken> m_tokens;
    std::size_t m_at = 0;
    bool m_star = false;
    std::string m_assignments;
    ShapeMapping m_mapping;
};

} // namespace

Result<ShapeMapping> translateShape(const std::string& sql)
{
    HEADRACE_TRY(std::vector<SqlToken> tokens, tokenizeSql(sql));
    return SelectTranslator(std::move(tokens)).run();
}

} // namespace headrace::redpanda
