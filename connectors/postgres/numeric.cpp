// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/numeric.h"

#include "connectors/postgres/wire.h"

#include <array>

namespace headrace::postgres {

namespace {

constexpr int kGroupDigits = 4;
constexpr std::int64_t kGroup = 10'000;
constexpr std::uint16_t kNegative = 0x4000;
constexpr std::uint16_t kNan = 0xC000;
constexpr std::uint16_t kInfinity = 0xD000;
constexpr std::uint16_t kMinusInfinity = 0xF000;
constexpr std::size_t kHeader = 8;

constexpr std::array<std::int64_t, 19> kPowers{1,
                                               10,
                                               100,
                                               1'000,
                                               10'000,
                                               100'000,
                                               1'000'000,
                                               10'000'000,
                                               100'000'000,
                                               1'000'000'000,
                                               10'000'000'000,
                                               100'000'000'000,
                                               1'000'000'000'000,
                                               10'000'000'000'000,
                                               100'000'000'000'000,
                                               1'000'000'000'000'000,
                                               10'000'000'000'000'000,
                                               100'000'000'000'000'000,
                                               1'000'000'000'000'000'000};

struct Header {
    int groups;
    int weight;
    std::uint16_t sign;
    int shown;
};

bool readHeader(std::string_view wire, Header& header)
{
    if (wire.size() < kHeader)
        return false;
    header = {fromWire<std::int16_t>(wire.data()), fromWire<std::int16_t>(wire.data() + 2),
              fromWire<std::uint16_t>(wire.data() + 4), fromWire<std::int16_t>(wire.data() + 6)};
    return header.groups >= 0 && wire.size() == kHeader + 2 * static_cast<std::size_t>(header.groups);
}

int group(std::string_view wire, int index)
{
    return fromWire<std::int16_t>(wire.data() + kHeader + 2 * static_cast<std::size_t>(index));
}

/// False on overflow.
bool scaleUp(Int128& value, int power)
{
    for (; power > 0; power -= 18)
        if (__builtin_mul_overflow(value, Int128{kPowers[static_cast<std::size_t>(power < 18 ? power : 18)]}, &value))
            return false;
    return true;
}

void appendHeader(int groups, int weight, bool negative, int shown, WireBuffer& out)
{
    char* const at = out.grow(4 + kHeader);
    toWire(static_cast<std::int32_t>(kHeader) + 2 * groups, at);
    toWire(static_cast<std::int16_t>(groups), at + 4);
    toWire(static_cast<std::int16_t>(weight), at + 6);
    toWire(static_cast<std::uint16_t>(negative ? kNegative : 0), at + 8);
    toWire(static_cast<std::int16_t>(shown), at + 10);
}

/// `groups` are most significant first; `weight` is that of the first one.
void appendGroups(const std::int16_t* groups, int count, int weight, bool negative, int shown, WireBuffer& out)
{
    while (count > 0 && *groups == 0) {
        ++groups;
        --count;
        --weight;
    }
    while (count > 0 && groups[count - 1] == 0)
        --count;
    appendHeader(count, count == 0 ? 0 : weight, negative && count > 0, shown, out);
    for (int i = 0; i < count; ++i)
        out.append(groups[i]);
}

} // namespace

bool decodeNumeric(std::string_view wire, int scale, Int128& value)
{
    Header header{};
    if (!readHeader(wire, header) || (header.sign != 0 && header.sign != kNegative))
        return false;
    if (header.groups == 0) {
        value = 0;
        return true;
    }
    // Digits behind the scale that the last group holds beyond those asked for.
    int exponent = scale + kGroupDigits * (header.weight - header.groups + 1);
    Int128 result = 0;
    int index = 0;
    const int whole = exponent < 0 ? header.groups - 1 : header.groups;
    if (header.groups <= 4) { // no overflow possible
        std::int64_t small = 0;
        for (; index < whole; ++index)
            small = small * kGroup + group(wire, index);
        result = small;
    }
    for (; index < whole; ++index)
        if (__builtin_mul_overflow(result, Int128{kGroup}, &result) ||
            __builtin_add_overflow(result, Int128{group(wire, index)}, &result))
            return false;
    if (exponent < 0) {
        if (exponent <= -kGroupDigits)
            return false;
        const std::int64_t cut = kPowers[static_cast<std::size_t>(-exponent)];
        const int last = group(wire, whole);
        if (last % cut != 0 || __builtin_mul_overflow(result, Int128{kGroup / cut}, &result) ||
            __builtin_add_overflow(result, Int128{last / cut}, &result))
            return false;
        exponent = 0;
    }
    if (!scaleUp(result, exponent))
        return false;
    value = header.sign == kNegative ? -result : result;
    return true;
}

bool numericText(std::string_view wire, std::string& text)
{
    Header header{};
    if (!readHeader(wire, header))
        return false;
    text.clear();
    if (header.sign == kNan || header.sign == kInfinity || header.sign == kMinusInfinity) {
        text = header.sign == kNan ? "NaN" : header.sign == kInfinity ? "Infinity" : "-Infinity";
        return true;
    }
    const auto append = [&](int index) {
        const int value = index >= 0 && index < header.groups ? group(wire, index) : 0;
        for (int divisor = 1000; divisor > 0; divisor /= 10)
            text += static_cast<char>('0' + value / divisor % 10);
    };
    for (int index = 0; index <= header.weight; ++index)
        append(index);
    const std::size_t first = text.find_first_not_of('0');
    text.erase(0, first == std::string::npos ? text.size() : first);
    if (text.empty())
        text = "0";
    if (header.shown > 0) {
        text += '.';
        const std::size_t end = text.size() + static_cast<std::size_t>(header.shown);
        for (int index = header.weight + 1; text.size() < end; ++index) {
            if (header.weight < -1 && index < 0)
                text += "0000";
            else
                append(index);
        }
        text.resize(end);
    }
    if (header.sign == kNegative)
        text.insert(text.begin(), '-');
    return true;
}

void encodeNumeric(Int128 value, int scale, WireBuffer& out)
{
    constexpr int kMaxGroups = 24;
    std::array<std::int16_t, kMaxGroups> groups;
    const bool negative = value < 0;
    __extension__ using Unsigned128 = unsigned __int128;
    Unsigned128 rest = negative ? -static_cast<Unsigned128>(value) : static_cast<Unsigned128>(value);
    int first = kMaxGroups;
    // The lowest group holds the digits behind the point that do not fill one, padded on the right.
    const int partial = ((scale % kGroupDigits) + kGroupDigits) % kGroupDigits;
    if (partial != 0) {
        const auto cut = static_cast<unsigned>(kPowers[static_cast<std::size_t>(partial)]);
        groups[static_cast<std::size_t>(--first)] =
            static_cast<std::int16_t>(static_cast<std::int64_t>(rest % cut) * (kGroup / cut));
        rest /= cut;
    }
    while (rest > UINT64_MAX) {
        groups[static_cast<std::size_t>(--first)] = static_cast<std::int16_t>(static_cast<int>(rest % kGroup));
        rest /= kGroup;
    }
    for (auto small = static_cast<std::uint64_t>(rest); small > 0; small /= kGroup)
        groups[static_cast<std::size_t>(--first)] = static_cast<std::int16_t>(small % kGroup);
    const int count = kMaxGroups - first;
    const int below = scale >= 0 ? (scale + kGroupDigits - 1) / kGroupDigits : -(-scale / kGroupDigits);
    appendGroups(groups.data() + first, count, count - below - 1, negative, scale > 0 ? scale : 0, out);
}

void encodeNumeric(std::string_view digits, WireBuffer& out)
{
    const bool negative = digits.starts_with('-');
    if (negative)
        digits.remove_prefix(1);
    const std::size_t point = digits.find('.');
    const std::string_view whole = digits.substr(0, point);
    const std::string_view behind = point == std::string_view::npos ? std::string_view() : digits.substr(point + 1);
    std::string padded((kGroupDigits - whole.size() % kGroupDigits) % kGroupDigits, '0');
    padded += whole;
    const int weight = static_cast<int>(padded.size()) / kGroupDigits - 1;
    padded += behind;
    padded.append((kGroupDigits - padded.size() % kGroupDigits) % kGroupDigits, '0');
    std::basic_string<std::int16_t> groups;
    for (std::size_t i = 0; i < padded.size(); i += kGroupDigits)
        groups += static_cast<std::int16_t>((padded[i] - '0') * 1000 + (padded[i + 1] - '0') * 100 +
                                            (padded[i + 2] - '0') * 10 + (padded[i + 3] - '0'));
    appendGroups(groups.data(), static_cast<int>(groups.size()), weight, negative, static_cast<int>(behind.size()),
                 out);
}

} // namespace headrace::postgres
