// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/digest.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace headrace::test {

/// The magic bytes before a message of Protocol Buffers, and its digest behind.
inline std::string sealed(const std::string& message)
{
    const auto digest = aws::md5(message);
    return "\xf3\x89\x9a\xc2" + message + std::string(digest.begin(), digest.end());
}

/// A record as the Kinesis Producer Library makes one of several: each a partition key and its data.
inline std::string aggregated(const std::vector<std::pair<std::string, std::string>>& records)
{
    const auto varint = [](std::size_t value) {
        std::string bytes;
        for (; value >= 0x80; value >>= 7)
            bytes += static_cast<char>(0x80 | (value & 0x7f));
        return bytes + static_cast<char>(value);
    };
    const auto field = [&](char number, const std::string& bytes) {
        return static_cast<char>(number << 3 | 2) + varint(bytes.size()) + bytes;
    };
    std::vector<std::string> keys;
    std::string table;
    std::string messages;
    for (const auto& [key, data] : records) {
        auto known = std::find(keys.begin(), keys.end(), key);
        if (known == keys.end()) {
            table += field(1, key);
            known = keys.insert(keys.end(), key);
        }
        const std::string index = "\x08" + varint(static_cast<std::size_t>(known - keys.begin()));
        messages += field(3, index + field(3, data));
    }
    return sealed(table + messages);
}

} // namespace headrace::test
