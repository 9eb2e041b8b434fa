// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/kinesis_records.h"

#include "connectors/aws/digest.h"

#include <algorithm>
#include <cstdint>

namespace headrace::aws {

namespace {

constexpr std::string_view kMagic = "\xf3\x89\x9a\xc2";
constexpr std::size_t kDigest = 16;

/// Field numbers of the message AggregatedRecord …
constexpr std::uint64_t kKeyTable = 1;
constexpr std::uint64_t kRecords = 3;
/// … and of the message Record in it.
constexpr std::uint64_t kKeyIndex = 1;
constexpr std::uint64_t kData = 3;

/// Walks over the fields of one message of Protocol Buffers.
class Fields {
public:
    explicit Fields(std::string_view message)
        : m_rest(message)
    {
    }

    struct Field {
        std::uint64_t number = 0;
        std::uint64_t value = 0; ///< of a varint
        std::string_view bytes;  ///< of a length-delimited field
    };

    /// False at the end, and when the message is broken, which isBroken() tells.
    bool next(Field& field)
    {
        if (m_rest.empty() || m_isBroken)
            return false;
        std::uint64_t key = 0;
        m_isBroken = !varint(key) || !contents(key & 7, field);
        field.number = key >> 3;
        return !m_isBroken;
    }
    [[nodiscard]] bool isBroken() const { return m_isBroken; }

private:
    bool varint(std::uint64_t& value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(m_rest.front());
            m_rest.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if ((byte & 0x80) == 0)
                return true;
        }
        return false;
    }

    bool contents(std::uint64_t wireType, Field& field)
    {
        std::uint64_t size = wireType == 1 ? 8 : 4;
        if (wireType == 0)
            return varint(field.value);
        if (wireType == 2 && !varint(size))
            return false;
        if ((wireType != 1 && wireType != 2 && wireType != 5) || size > m_rest.size())
            return false;
        field.bytes = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return true;
    }

    std::string_view m_rest;
    bool m_isBroken = false;
};

bool readRecord(std::string_view message, const std::vector<std::string_view>& keys, UserRecord& record)
{
    Fields fields(message);
    std::uint64_t key = 0;
    for (Fields::Field field; fields.next(field);) {
        if (field.number == kKeyIndex)
            key = field.value;
        else if (field.number == kData)
            record.data = field.bytes;
    }
    if (fields.isBroken() || key >= keys.size())
        return false;
    record.partitionKey = keys[key];
    return true;
}

bool digestFits(std::string_view message, std::string_view digest)
{
    const auto expected = md5(message);
    return std::ranges::equal(expected, digest, {}, {}, [](char c) { return static_cast<std::uint8_t>(c); });
}

} // namespace

std::optional<std::vector<UserRecord>> disaggregate(std::string_view data)
{
    if (!data.starts_with(kMagic) || data.size() < kMagic.size() + kDigest)
        return std::nullopt;
    const std::string_view message = data.substr(kMagic.size(), data.size() - kMagic.size() - kDigest);
    if (!digestFits(message, data.substr(data.size() - kDigest)))
        return std::nullopt;
    std::vector<std::string_view> keys;
    std::vector<std::string_view> messages;
    Fields fields(message);
    for (Fields::Field field; fields.next(field);) {
        if (field.number == kKeyTable)
            keys.push_back(field.bytes);
        else if (field.number == kRecords)
            messages.push_back(field.bytes);
    }
    if (fields.isBroken() || messages.empty())
        return std::nullopt;
    std::vector<UserRecord> records(messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i)
        if (!readRecord(messages[i], keys, records[i]))
            return std::nullopt;
    return records;
}

} // namespace headrace::aws
