// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::mqtt {

/// A message as it came from the broker.
struct Message {
    std::int64_t arrival = 0; ///< milliseconds since 1970
    int qos = 0;
    bool isRetained = false;
    std::string topic;
    std::string payload;

    friend bool operator==(const Message&, const Message&) = default;
};

/// Messages on disk between the broker, which forgets them as soon as they are acknowledged, and the destination. They
/// are numbered 0, 1, 2 … as long as the folder lives. One thread appends and syncs, another reads and releases.
class MessageSpool {
public:
    /// Goes on where an earlier program stopped; what that left half-written is cut off. Conflict when another program
    /// uses the folder.
    [[nodiscard]] static Result<std::unique_ptr<MessageSpool>> open(const std::string& folder);
    ~MessageSpool();
    MessageSpool(const MessageSpool&) = delete;
    MessageSpool& operator=(const MessageSpool&) = delete;

    /// Tells this spool from one that is made later in the same folder.
    [[nodiscard]] const std::string& id() const { return m_id; }

    void append(const Message& message); ///< only in memory
    Status sync();                       ///< what was appended is on the disk, and can be read

    [[nodiscard]] std::int64_t first() const; ///< number of the oldest message that is still there
    [[nodiscard]] std::int64_t end() const;   ///< behind the newest that is synced
    [[nodiscard]] std::int64_t bytes() const; ///< on the disk

    /// Up to so many messages from number `from` on; at least one where there is one.
    [[nodiscard]] Result<std::vector<Message>> read(std::int64_t from, std::size_t most, std::int64_t mostBytes);

    /// Messages before number `until` are no longer needed; they go file by file.
    Status release(std::int64_t until);

    static constexpr std::int64_t kFileBytes = 8 << 20; ///< after which the next file begins

private:
    struct File {
        std::int64_t first = 0;
        std::int64_t count = 0;
        std::int64_t bytes = 0;
        std::string path;
    };

    explicit MessageSpool(std::string folder);
    Status load();
    Status lock();
    Status scan(File& file);
    Status openLast();
    Status startFile(std::int64_t first);
    [[nodiscard]] File last() const;

    std::string m_folder;
    std::string m_id;
    int m_lock = -1;
    int m_output = -1;           ///< of the last file
    std::string m_buffer;        ///< appended, not yet written
    std::int64_t m_buffered = 0; ///< messages in it

    mutable std::mutex m_mutex; ///< guards m_files
    std::deque<File> m_files;   ///< never empty once open

    std::int64_t m_cursor = -1; ///< number of the message at m_cursorOffset in the file that begins with m_cursorFile
    std::int64_t m_cursorFile = -1;
    std::int64_t m_cursorOffset = 0;
};

} // namespace headrace::mqtt
