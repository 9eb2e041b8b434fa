// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/quarantine.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/json.h"
#include "connectors/pipeline/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <unordered_map>

namespace headrace {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWriteAt = 1024 * 1024;

Json toJson(const BadRecord& record)
{
    Json json{{"origin", record.origin}};
    if (record.place.empty()) {
        json["line"] = record.line;
        json["byte_offset"] = record.byteOffset;
    }
    for (const PlacePart& part : record.place)
        std::visit([&](const auto& value) { json[part.name] = value; }, part.value);
    json["reason"] = record.reason;
    setText(json, "raw", record.raw);
    return json;
}

/// Of what stands beside the keys that every record has.
std::vector<PlacePart> placeIn(const Json& json)
{
    constexpr std::array kOthers{"origin", "line", "byte_offset", "reason", "raw", "raw_base64"};
    std::vector<PlacePart> place;
    for (const auto& [name, value] : json.items()) {
        if (std::ranges::find(kOthers, name) != kOthers.end())
            continue;
        if (value.is_number_integer())
            place.push_back({name, value.get<std::int64_t>()});
        else if (value.is_string())
            place.push_back({name, value.get<std::string>()});
    }
    return place;
}

/// What makes a record the same one when it is read again. Its content counts too: a file may be replaced by another.
std::size_t keyOf(Json record)
{
    record.erase("reason");
    return std::hash<std::string>{}(lossyJsonText(record));
}

class QuarantineFile final : public Quarantine {
public:
    explicit QuarantineFile(std::string path)
        : m_path(std::move(path))
    {
    }
    ~QuarantineFile() override
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    QuarantineFile(const QuarantineFile&) = delete;
    QuarantineFile& operator=(const QuarantineFile&) = delete;

    /// Learns which records are there, and cuts off a last line that a crash left half-written.
    Status readBack()
    {
        auto content = readFile(m_path);
        if (!content && content.error().code == ErrorCode::NotFound)
            return {};
        if (!content)
            return fail(std::move(content).error());
        std::size_t whole = 0;
        for (std::size_t end; (end = content->find('\n', whole)) != std::string::npos; whole = end + 1) {
            Json record = tryParseOrderedJson(std::string_view(*content).substr(whole, end - whole));
            if (!record.is_object())
                return fail(ErrorCode::Data, fmt::format("The quarantine '{}' is damaged at byte {}; move it away, and "
                                                         "a new one is made.",
                                                         m_path, whole));
            m_known.emplace(keyOf(std::move(record)), false);
        }
        if (whole < content->size() && ::truncate(m_path.c_str(), static_cast<off_t>(whole)) != 0)
            return fail(systemError("repaired", m_path, errno));
        return {};
    }

    Status add(std::span<const BadRecord> records) override
    {
        for (const BadRecord& record : records) {
            Json json = toJson(record);
            const std::string line = lossyJsonText(json);
            const auto [known, isNew] = m_known.try_emplace(keyOf(std::move(json)), false);
            if (isNew)
                m_unwritten += line + "\n";
            m_count += std::exchange(known->second, true) ? 0 : 1;
        }
        return m_unwritten.size() < kWriteAt ? Status{} : write();
    }

    Status flush() override
    {
        HEADRACE_CHECK(write());
        if (!m_undurable)
            return {};
        if (::fdatasync(m_descriptor) != 0)
            return fail(systemError("made durable", m_path, errno));
        m_undurable = false;
        return {};
    }

    std::int64_t count() const override { return m_count; }
    std::string location() const override { return m_path; }

private:
    Status open()
    {
        std::error_code error;
        std::filesystem::create_directories(std::filesystem::path(m_path).parent_path(), error);
        m_descriptor = ::open(m_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (m_descriptor < 0)
            return fail(systemError("opened", m_path, errno));
        return syncFolderOf(m_path);
    }

    Status write()
    {
        if (m_unwritten.empty())
            return {};
        if (m_descriptor < 0)
            HEADRACE_CHECK(open());
        while (!m_unwritten.empty()) {
            const ssize_t written = ::write(m_descriptor, m_unwritten.data(), m_unwritten.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return fail(systemError("written", m_path, errno));
            m_undurable = true;
            m_unwritten.erase(0, static_cast<std::size_t>(written));
        }
        return {};
    }

    std::string m_path;
    int m_descriptor = -1;
    std::string m_unwritten;
    bool m_undurable = false;                      ///< written since the last fdatasync
    std::unordered_map<std::size_t, bool> m_known; ///< by key, whether it was counted in this run
    std::int64_t m_count = 0;
};

} // namespace

std::optional<BadRecord> parseBadRecord(std::string_view line)
{
    const Json json = tryParseOrderedJson(line);
    if (!json.is_object())
        return std::nullopt;
    try {
        BadRecord record;
        record.origin = json.value("origin", "");
        record.line = json.value("line", record.line);
        record.byteOffset = json.value("byte_offset", record.byteOffset);
        record.reason = json.value("reason", "");
        record.raw = textOf(json, "raw");
        record.place = placeIn(json);
        return record;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

Result<std::unique_ptr<Quarantine>> openQuarantineFile(const std::string& folder, const std::string& pipeline)
{
    auto file = std::make_unique<QuarantineFile>(fmt::format("{}/{}.quarantine.ndjson", folder, pipeline));
    HEADRACE_CHECK(file->readBack());
    return file;
}

} // namespace headrace
