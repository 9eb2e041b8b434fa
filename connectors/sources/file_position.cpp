// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/util/base64.h>

#include "connectors/sources/file_set.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/json.h"
#include "connectors/core/stable_hash.h"
#include "connectors/sources/saved_json.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace headrace {

namespace {

constexpr std::size_t kEntryBytes = sizeof(std::uint64_t) + sizeof(std::uint32_t);

/// The stable hash with a final mix. Stored in positions: must never change.
std::uint64_t mixedHash(std::string_view bytes)
{
    std::uint64_t hash = stableHash(bytes);
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
    return hash ^ (hash >> 33);
}

std::uint32_t stateHash(const FileEntry& file)
{
    return static_cast<std::uint32_t>(mixedHash(fmt::format("{}/{}", file.size, file.modifiedNs)));
}

constexpr std::string_view kPlace = "of the files";

} // namespace

Result<std::string> headHash(const std::string& path, std::int64_t size)
{
    if (size == 0)
        return std::string{}; // also pipes, which must not be opened twice
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(systemError("opened", path, errno));
    std::array<char, 4096> head;
    const std::size_t wanted = std::min<std::size_t>(head.size(), static_cast<std::size_t>(size));
    std::size_t filled = 0;
    while (filled < wanted) {
        const ssize_t got = ::read(descriptor, head.data() + filled, wanted - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            const int errorNumber = errno;
            ::close(descriptor);
            return fail(systemError("read", path, errorNumber));
        }
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    ::close(descriptor);
    return fmt::format("{:016x}", mixedHash({head.data(), filled}));
}

void DoneFiles::add(const FileEntry& file)
{
    m_files.insert_or_assign(mixedHash(file.path), stateHash(file));
}

DoneFiles::Match DoneFiles::find(const FileEntry& file) const
{
    const auto found = m_files.find(mixedHash(file.path));
    if (found == m_files.end())
        return Match::Unknown;
    return found->second == stateHash(file) ? Match::Same : Match::Changed;
}

std::string DoneFiles::toText() const
{
    std::string bytes;
    bytes.reserve(m_files.size() * kEntryBytes);
    for (const auto& [path, state] : m_files) {
        for (int shift = 0; shift < 64; shift += 8)
            bytes.push_back(static_cast<char>(path >> shift));
        for (int shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<char>(state >> shift));
    }
    return arrow::util::base64_encode(bytes);
}

Result<DoneFiles> DoneFiles::parse(std::string_view text)
{
    const auto decoded = arrow::util::base64_decode(text);
    if (!decoded.ok() || decoded->size() % kEntryBytes != 0)
        return fail(unreadablePosition(kPlace, "the list of finished files is damaged"));
    DoneFiles done;
    for (std::size_t at = 0; at < decoded->size(); at += kEntryBytes) {
        const auto byteAt = [&](std::size_t i) {
            return static_cast<std::uint64_t>(static_cast<unsigned char>((*decoded)[at + i]));
        };
        std::uint64_t path = 0;
        std::uint32_t state = 0;
        for (std::size_t i = 0; i < sizeof path; ++i)
            path |= byteAt(i) << (8 * i);
        for (std::size_t i = 0; i < sizeof state; ++i)
            state |= static_cast<std::uint32_t>(byteAt(sizeof path + i) << (8 * i));
        done.m_files.emplace(path, state);
    }
    return done;
}

Position FilePosition::toPosition() const
{
    nlohmann::ordered_json json;
    if (!current.empty()) {
        json["file"] = current;
        json["within"] = within;
        json["complete"] = complete;
        json["size"] = currentSize;
        json["modified"] = currentModifiedNs;
        json["head"] = head;
    }
    json["done"] = done;
    json["schema"] = schema;
    return {jsonText(json)};
}

Result<FilePosition> FilePosition::parse(const Position& position)
{
    return readPosition(position, kPlace, [](const nlohmann::json& json) -> Result<FilePosition> {
        FilePosition parsed;
        parsed.current = json.value("file", "");
        parsed.within = json.value("within", "");
        parsed.complete = json.value("complete", false);
        parsed.currentSize = json.value("size", std::int64_t{0});
        parsed.currentModifiedNs = json.value("modified", std::int64_t{0});
        parsed.head = json.value("head", "");
        parsed.done = json.at("done").get<std::string>();
        parsed.schema = json.at("schema").get<std::string>();
        return parsed;
    });
}

} // namespace headrace
