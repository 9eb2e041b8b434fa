// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "connectors/formats/avro/value_json.h"

#include "connectors/formats/base64.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/time_text.h"
#include "connectors/formats/utf8.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace headrace::avro {

namespace {

constexpr int kDeepest = 100;                 ///< values inside values
constexpr std::size_t kMostText = 64U << 20U; ///< bytes of one value's JSON
constexpr std::size_t kMostDecimalBytes = 4096;
constexpr std::int64_t kMicros = 1'000'000;

void appendReal(double value, std::string& out)
{
    if (std::isfinite(value))
        out += fmt::format("{}", value);
    else
        out += std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
}

bool isInstant(Logical logical)
{
    return logical == Logical::TimestampMillis || logical == Logical::TimestampMicros ||
           logical == Logical::TimestampNanos;
}

/// Writes a value as JSON, or with `out` null steps over it.
class Walk {
public:
    Walk(Wire& wire, std::string* out)
        : m_wire(wire)
        , m_out(out)
    {
    }

    bool value(const Type& type, int depth)
    {
        if (depth > kDeepest)
            return m_wire.fail("its values are nested more than 100 deep");
        if (!m_wire.step())
            return false;
        if (m_out != nullptr && m_out->size() > kMostText)
            return m_wire.fail("a value makes more than 64 MiB of JSON");
        switch (type.kind) {
        case Kind::Null:
            write("null");
            return true;
        case Kind::Record:
            return record(type, depth);
        case Kind::Array:
        case Kind::Map:
            return items(type, depth);
        case Kind::Union:
            return branch(type, depth);
        case Kind::Float:
        case Kind::Double: {
            double real = 0;
            if (!(type.kind == Kind::Float ? m_wire.real<float>(real) : m_wire.real<double>(real)))
                return false;
            if (m_out != nullptr && type.kind == Kind::Float && std::isfinite(real))
                *m_out += fmt::format("{}", static_cast<float>(real));
            else if (m_out != nullptr)
                appendReal(real, *m_out);
            return true;
        }
        case Kind::Enum: {
            std::size_t symbol = 0;
            return m_wire.index(type.symbols.size(), symbol) && text(type.symbols[symbol]);
        }
        case Kind::Bytes:
        case Kind::String:
        case Kind::Fixed: {
            std::string_view bytes;
            return (type.kind == Kind::Fixed ? m_wire.bytes(type.size, bytes) : m_wire.bytes(bytes)) &&
                   octets(type, bytes);
        }
        case Kind::Boolean:
        case Kind::Int:
        case Kind::Long:
            break;
        }
        return whole(type);
    }

private:
    void write(std::string_view text)
    {
        if (m_out != nullptr)
            *m_out += text;
    }

    bool text(std::string_view text)
    {
        if (m_out != nullptr)
            appendJsonText(text, *m_out);
        return true;
    }

    bool whole(const Type& type)
    {
        std::int64_t number = 0;
        if (type.kind == Kind::Boolean) {
            if (!m_wire.boolean(number))
                return false;
            write(number != 0 ? "true" : "false");
            return true;
        }
        if (!(type.kind == Kind::Int ? m_wire.integer(number) : m_wire.number(number)))
            return false;
        if (m_out == nullptr)
            return true;
        if (type.logical == Logical::None) {
            *m_out += fmt::format("{}", number);
            return true;
        }
        *m_out += '"';
        if (type.logical == Logical::Date) {
            appendDate(number, *m_out);
        } else {
            if (!toColumnUnit(type.logical, number))
                return m_wire.fail("a time is outside of what can be held");
            if (type.logical == Logical::TimeMillis || type.logical == Logical::TimeMicros)
                appendTimeOfDay(number, kMicros, *m_out);
            else
                appendTimestamp(number, isNanos(type.logical) ? kMicros * 1000 : kMicros, 'T', isInstant(type.logical),
                                *m_out);
        }
        *m_out += '"';
        return true;
    }

    bool octets(const Type& type, std::string_view bytes)
    {
        if (type.kind == Kind::String && !isUtf8(bytes))
            return m_wire.fail("a text is not valid UTF-8");
        if (m_out == nullptr)
            return true;
        if (type.kind == Kind::String)
            return text(bytes);
        if (type.logical == Logical::Decimal)
            return appendDecimal(bytes, type.scale, *m_out) || m_wire.fail("a decimal is too long");
        *m_out += '"';
        if (type.logical == Logical::Uuid)
            appendUuid(bytes, *m_out);
        else if (type.logical == Logical::Duration)
            appendDuration(bytes, *m_out);
        else
            appendBase64(bytes, *m_out);
        *m_out += '"';
        return true;
    }

    bool record(const Type& type, int depth)
    {
        write("{");
        bool isFirst = true;
        for (const Field& field : type.fields) {
            write(isFirst ? "" : ",");
            isFirst = false;
            text(field.name);
            write(":");
            if (!value(*field.type, depth + 1))
                return false;
        }
        write("}");
        return true;
    }

    bool items(const Type& type, int depth)
    {
        const bool isMap = type.kind == Kind::Map;
        write(isMap ? "{" : "[");
        bool isFirst = true;
        std::int64_t count = 0;
        while (true) {
            if (!m_wire.block(count))
                return false;
            if (count == 0)
                break;
            for (; count > 0; --count) {
                write(isFirst ? "" : ",");
                isFirst = false;
                static const Type kKey{Kind::String, Logical::None, 0, 0, 0, "string", {}, {}, {}};
                if (isMap && !value(kKey, depth + 1))
                    return false;
                write(isMap ? ":" : "");
                if (!value(*type.children[0], depth + 1))
                    return false;
            }
        }
        write(isMap ? "}" : "]");
        return true;
    }

    bool branch(const Type& type, int depth)
    {
        std::size_t index = 0;
        if (!m_wire.index(type.children.size(), index))
            return false;
        const Type& branch = *type.children[index];
        if (branch.kind == Kind::Null || nullableBranch(type) != nullptr)
            return value(branch, depth + 1);
        write("{");
        text(branch.name);
        write(":");
        if (!value(branch, depth + 1))
            return false;
        write("}");
        return true;
    }

    Wire& m_wire;
    std::string* m_out;
};

} // namespace

bool appendJson(const Type& type, Wire& wire, std::string& out)
{
    return Walk(wire, &out).value(type, 0);
}

bool skip(const Type& type, Wire& wire)
{
    return Walk(wire, nullptr).value(type, 0);
}

bool appendDecimal(std::string_view bytes, int scale, std::string& out)
{
    if (bytes.size() > kMostDecimalBytes)
        return false;
    const bool isNegative = !bytes.empty() && (bytes[0] & 0x80) != 0;
    std::vector<std::uint8_t> magnitude(bytes.begin(), bytes.end());
    if (isNegative) {
        bool carries = true;
        for (auto byte = magnitude.rbegin(); byte != magnitude.rend(); ++byte) {
            *byte = static_cast<std::uint8_t>(~*byte + (carries ? 1 : 0));
            carries = carries && *byte == 0;
        }
    }
    std::string digits; // the last first
    for (std::size_t first = 0; first < magnitude.size();) {
        unsigned rest = 0;
        for (std::size_t i = first; i < magnitude.size(); ++i) {
            rest = rest << 8U | magnitude[i];
            magnitude[i] = static_cast<std::uint8_t>(rest / 10);
            rest %= 10;
        }
        digits += static_cast<char>('0' + rest);
        while (first < magnitude.size() && magnitude[first] == 0)
            ++first;
    }
    while (digits.size() > 1 && digits.back() == '0')
        digits.pop_back();
    const auto behind = static_cast<std::size_t>(scale);
    if (digits.size() <= behind)
        digits.append(behind + 1 - digits.size(), '0');
    if (isNegative)
        out += '-';
    for (std::size_t i = digits.size(); i > 0; --i) {
        out += digits[i - 1];
        if (i - 1 == behind && behind > 0)
            out += '.';
    }
    return true;
}

void appendDuration(std::string_view bytes, std::string& out)
{
    const auto part = [&](std::size_t index) {
        std::uint32_t value = 0;
        std::memcpy(&value, bytes.data() + index * sizeof(value), sizeof(value));
        return value;
    };
    out += fmt::format("P{}M{}DT{}.{:03}S", part(0), part(1), part(2) / 1000, part(2) % 1000);
}

bool isNanos(Logical logical)
{
    return logical == Logical::TimestampNanos || logical == Logical::LocalTimestampNanos;
}

bool toColumnUnit(Logical logical, std::int64_t& value)
{
    switch (logical) {
    case Logical::TimeMillis:
    case Logical::TimestampMillis:
    case Logical::LocalTimestampMillis:
        if (__builtin_mul_overflow(value, 1000, &value))
            return false;
        break;
    default:
        break;
    }
    const bool isTimeOfDay = logical == Logical::TimeMillis || logical == Logical::TimeMicros;
    return !isTimeOfDay || (value >= 0 && value < 86'400 * kMicros);
}

} // namespace headrace::avro
