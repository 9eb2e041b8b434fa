// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mqtt/message_spool.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/stable_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sys/file.h>
#include <unistd.h>

namespace headrace::mqtt {

namespace {

namespace fs = std::filesystem;

// A message in a file: u32 size of the body, u32 check of the body; body: i64 arrival, u8 QoS, u8 retained, u16 size of
// the topic, topic, payload. In the byte order of the machine, which wrote it for itself.
constexpr std::size_t kHead = 8;
constexpr std::size_t kBodyHead = 12;
constexpr std::string_view kEnding = ".spool";

template <typename Number>
void put(std::string& bytes, Number number)
{
    char raw[sizeof(Number)];
    std::memcpy(raw, &number, sizeof(Number));
    bytes.append(raw, sizeof(Number));
}

template <typename Number>
Number get(const char* at)
{
    Number number{};
    std::memcpy(&number, at, sizeof(Number));
    return number;
}

std::uint32_t checkOf(std::string_view body)
{
    return static_cast<std::uint32_t>(stableHash(body));
}

Message messageOf(std::string_view body)
{
    Message message;
    message.arrival = get<std::int64_t>(body.data());
    message.qos = get<std::uint8_t>(body.data() + 8);
    message.isRetained = get<std::uint8_t>(body.data() + 9) != 0;
    const auto topic = get<std::uint16_t>(body.data() + 10);
    message.topic = body.substr(kBodyHead, topic);
    message.payload = body.substr(kBodyHead + topic);
    return message;
}

/// Reads messages of one file from an offset on.
class FileReader {
public:
    ~FileReader()
    {
        if (m_file >= 0)
            ::close(m_file);
    }
    Status open(const std::string& path, std::int64_t offset)
    {
        m_path = path;
        m_offset = offset;
        m_file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        return m_file < 0 ? fail(systemError("opened", path, errno)) : Status{};
    }

    /// False at the end of what is whole.
    Result<bool> next(std::string& body)
    {
        char head[kHead];
        HEADRACE_TRY(const bool hasHead, readAt(m_offset, head, kHead));
        if (!hasHead)
            return false;
        const auto size = get<std::uint32_t>(head);
        body.resize(size);
        HEADRACE_TRY(const bool hasBody, readAt(m_offset + static_cast<std::int64_t>(kHead), body.data(), size));
        if (!hasBody || size < kBodyHead || checkOf(body) != get<std::uint32_t>(head + 4) ||
            kBodyHead + get<std::uint16_t>(body.data() + 10) > size)
            return false;
        m_offset += static_cast<std::int64_t>(kHead + size);
        return true;
    }
    [[nodiscard]] std::int64_t offset() const { return m_offset; }

private:
    Result<bool> readAt(std::int64_t offset, char* bytes, std::size_t size) const
    {
        while (size > 0) {
            const ssize_t count = ::pread(m_file, bytes, size, offset);
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return fail(systemError("read", m_path, errno));
            if (count == 0)
                return false;
            bytes += count;
            offset += count;
            size -= static_cast<std::size_t>(count);
        }
        return true;
    }

    std::string m_path;
    int m_file = -1;
    std::int64_t m_offset = 0;
};

} // namespace

MessageSpool::MessageSpool(std::string folder)
    : m_folder(std::move(folder))
{
}

MessageSpool::~MessageSpool()
{
    for (const int descriptor : {m_output, m_lock})
        if (descriptor >= 0)
            ::close(descriptor);
}

Result<std::unique_ptr<MessageSpool>> MessageSpool::open(const std::string& folder)
{
    std::unique_ptr<MessageSpool> spool(new MessageSpool(folder));
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(systemError("created", folder, error.value()));
    HEADRACE_CHECK(spool->lock());
    HEADRACE_CHECK(spool->load());
    return spool;
}

Status MessageSpool::lock()
{
    const std::string path = m_folder + "/lock";
    m_lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_lock < 0)
        return fail(systemError("opened", path, errno));
    if (::flock(m_lock, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorCode::Conflict,
                    fmt::format("Another run receives messages into the spool '{}'; stop it, or set another "
                                "'client_id'.",
                                m_folder));
    return {};
}

Status MessageSpool::load()
{
    const std::string idPath = m_folder + "/id";
    if (const auto known = readFile(idPath)) {
        m_id = *known;
    } else {
        std::random_device random;
        m_id = fmt::format("{:08x}{:08x}", random(), random());
        HEADRACE_CHECK(writeFileDurably(idPath, m_id));
    }
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_folder, error)) {
        const std::string name = entry.path().filename().string();
        File file;
        file.path = entry.path().string();
        if (name.ends_with(kEnding) &&
            std::from_chars(name.data(), name.data() + name.size() - kEnding.size(), file.first).ec == std::errc{})
            m_files.push_back(std::move(file));
    }
    std::ranges::sort(m_files, {}, &File::first);
    for (File& file : m_files)
        HEADRACE_CHECK(scan(file));
    return m_files.empty() ? startFile(0) : openLast();
}

/// Counts what is whole; nothing behind that was ever acknowledged to a broker.
Status MessageSpool::scan(File& file)
{
    FileReader reader;
    HEADRACE_CHECK(reader.open(file.path, 0));
    std::string body;
    while (true) {
        HEADRACE_TRY(const bool isThere, reader.next(body));
        if (!isThere)
            break;
        ++file.count;
    }
    file.bytes = reader.offset();
    return {};
}

Status MessageSpool::openLast()
{
    const File& last = m_files.back();
    m_output = ::open(last.path.c_str(), O_WRONLY | O_CLOEXEC);
    if (m_output < 0)
        return fail(systemError("opened", last.path, errno));
    if (::ftruncate(m_output, last.bytes) != 0 || ::lseek(m_output, 0, SEEK_END) < 0)
        return fail(systemError("cut", last.path, errno));
    return {};
}

Status MessageSpool::startFile(std::int64_t first)
{
    File file;
    file.first = first;
    file.path = fmt::format("{}/{:020}{}", m_folder, first, kEnding);
    const int output = ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (output < 0)
        return fail(systemError("created", file.path, errno));
    if (m_output >= 0)
        ::close(m_output);
    m_output = output;
    HEADRACE_CHECK(syncFolderOf(file.path));
    const std::lock_guard lock(m_mutex);
    m_files.push_back(std::move(file));
    return {};
}

void MessageSpool::append(const Message& message)
{
    std::string body;
    body.reserve(kBodyHead + message.topic.size() + message.payload.size());
    put(body, message.arrival);
    put(body, static_cast<std::uint8_t>(message.qos));
    put(body, static_cast<std::uint8_t>(message.isRetained));
    put(body, static_cast<std::uint16_t>(message.topic.size()));
    body += message.topic;
    body += message.payload;
    put(m_buffer, static_cast<std::uint32_t>(body.size()));
    put(m_buffer, checkOf(body));
    m_buffer += body;
    ++m_buffered;
}

Status MessageSpool::sync()
{
    if (m_buffer.empty())
        return {};
    if (last().bytes >= kFileBytes)
        HEADRACE_CHECK(startFile(end()));
    const std::string path = last().path;
    for (std::string_view rest = m_buffer; !rest.empty();) {
        const ssize_t count = ::write(m_output, rest.data(), rest.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(systemError("written", path, errno));
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fdatasync(m_output) != 0)
        return fail(systemError("made durable", path, errno));
    const std::lock_guard lock(m_mutex);
    m_files.back().bytes += static_cast<std::int64_t>(m_buffer.size());
    m_files.back().count += m_buffered;
    m_buffer.clear();
    m_buffered = 0;
    return {};
}

MessageSpool::File MessageSpool::last() const
{
    const std::lock_guard lock(m_mutex);
    return m_files.back();
}

std::int64_t MessageSpool::first() const
{
    const std::lock_guard lock(m_mutex);
    return m_files.front().first;
}

std::int64_t MessageSpool::end() const
{
    const std::lock_guard lock(m_mutex);
    return m_files.back().first + m_files.back().count;
}

std::int64_t MessageSpool::bytes() const
{
    const std::lock_guard lock(m_mutex);
    std::int64_t sum = 0;
    for (const File& file : m_files)
        sum += file.bytes;
    return sum;
}

Result<std::vector<Message>> MessageSpool::read(std::int64_t from, std::size_t most, std::int64_t mostBytes)
{
    File file;
    {
        const std::lock_guard lock(m_mutex);
        const auto behind = std::ranges::upper_bound(m_files, from, {}, &File::first);
        if (behind == m_files.begin())
            return fail(ErrorCode::Conflict, fmt::format("The spool '{}' no longer has message {}.", m_folder, from));
        file = *std::prev(behind);
    }
    const bool goesOn = m_cursor == from && m_cursorFile == file.first;
    FileReader reader;
    HEADRACE_CHECK(reader.open(file.path, goesOn ? m_cursorOffset : 0));
    std::vector<Message> messages;
    std::string body;
    std::int64_t bytes = 0;
    std::int64_t number = goesOn ? from : file.first;
    for (; number < file.first + file.count && messages.size() < most && bytes < mostBytes; ++number) {
        HEADRACE_TRY(const bool isThere, reader.next(body));
        if (!isThere)
            return fail(ErrorCode::Data, fmt::format("The spool '{}' is damaged at message {}; remove the folder to "
                                                     "start with an empty one.",
                                                     file.path, number));
        if (number < from)
            continue;
        bytes += static_cast<std::int64_t>(body.size());
        messages.push_back(messageOf(body));
    }
    m_cursor = number;
    m_cursorFile = file.first;
    m_cursorOffset = reader.offset();
    return messages;
}

Status MessageSpool::release(std::int64_t until)
{
    std::vector<std::string> paths;
    {
        const std::lock_guard lock(m_mutex);
        while (m_files.size() > 1 && m_files[1].first <= until) {
            paths.push_back(m_files.front().path);
            m_files.pop_front();
        }
    }
    for (const std::string& path : paths)
        if (::unlink(path.c_str()) != 0 && errno != ENOENT)
            return fail(systemError("removed", path, errno));
    return {};
}

} // namespace headrace::mqtt
