// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/byte_input.h"

#include "connectors/core/durable_file.h"
#include "connectors/formats/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace headrace {

namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;

/// The file as it lies on disk. Owns the descriptor.
class RawFile {
public:
    static Result<std::unique_ptr<RawFile>> open(const std::string& path)
    {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            return fail(systemError("opened", path, errno));
        auto file = std::unique_ptr<RawFile>(new RawFile(path, descriptor));
        struct stat status = {};
        if (::fstat(descriptor, &status) != 0)
            return fail(systemError("examined", path, errno));
        if (S_ISDIR(status.st_mode))
            return fail(systemError("read", path, EISDIR));
        ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
        return file;
    }

    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;
    ~RawFile() { ::close(m_descriptor); }

    /// Less than the buffer only at the end.
    Result<std::size_t> read(std::span<char> buffer)
    {
        std::size_t filled = 0;
        while (filled < buffer.size()) {
            const ssize_t got = ::read(m_descriptor, buffer.data() + filled, buffer.size() - filled);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return fail(systemError(fmt::format("read at byte {}", position()), m_path, errno));
            if (got == 0)
                break;
            filled += static_cast<std::size_t>(got);
            m_position.fetch_add(got, std::memory_order_relaxed);
        }
        return filled;
    }

    Status seek(std::int64_t offset)
    {
        if (::lseek(m_descriptor, offset, SEEK_SET) < 0)
            return fail(systemError(fmt::format("positioned at byte {}", offset), m_path, errno));
        m_position.store(offset, std::memory_order_relaxed);
        return {};
    }

    [[nodiscard]] Result<std::int64_t> size() const
    {
        struct stat status = {};
        if (::fstat(m_descriptor, &status) != 0)
            return fail(systemError("examined", m_path, errno));
        return status.st_size;
    }

    [[nodiscard]] std::int64_t position() const { return m_position.load(std::memory_order_relaxed); }
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    RawFile(std::string path, int descriptor)
        : m_path(std::move(path))
        , m_descriptor(descriptor)
    {
    }

    std::string m_path;
    int m_descriptor;
    std::atomic<std::int64_t> m_position{0};
};

Error beyondEnd(const std::string& path, std::int64_t offset, std::int64_t size)
{
    return {ErrorCode::Data,
            fmt::format("'{}' has only {} bytes, but byte {} of it is asked for; it was cut or replaced.", path, size,
                        offset),
            {},
            std::nullopt};
}

class PlainInput final : public ByteInput {
public:
    explicit PlainInput(std::unique_ptr<RawFile> file)
        : m_file(std::move(file))
    {
    }

    Result<std::size_t> read(std::span<char> buffer) override { return m_file->read(buffer); }

    Status skipTo(std::int64_t offset) override
    {
        HEADRACE_TRY(const std::int64_t size, m_file->size());
        if (offset > size)
            return fail(beyondEnd(m_file->path(), offset, size));
        return m_file->seek(offset);
    }

    [[nodiscard]] std::int64_t fileBytesRead() const override { return m_file->position(); }
    [[nodiscard]] Compression compression() const override { return Compression::None; }

private:
    std::unique_ptr<RawFile> m_file;
};

class DecodedInput final : public ByteInput {
public:
    DecodedInput(std::unique_ptr<RawFile> file, std::unique_ptr<Decoder> decoder)
        : m_file(std::move(file))
        , m_decoder(std::move(decoder))
        , m_block(kBlockBytes)
    {
    }

    Result<std::size_t> read(std::span<char> buffer) override
    {
        if (m_error)
            return fail(*m_error);
        std::size_t filled = 0;
        while (filled < buffer.size()) {
            auto got = decode(buffer.subspan(filled));
            if (!got && filled == 0)
                return got;
            if (!got) {
                m_error = std::move(got).error(); // what came before it is good and is handed out first
                break;
            }
            if (*got == 0)
                break;
            filled += *got;
            m_offset += static_cast<std::int64_t>(*got);
        }
        return filled;
    }

    Status skipTo(std::int64_t offset) override
    {
        if (offset < m_offset)
            HEADRACE_CHECK(rewind());
        std::vector<char> dropped(kBlockBytes);
        while (m_offset < offset) {
            const auto wanted = std::min<std::int64_t>(kBlockBytes, offset - m_offset);
            HEADRACE_TRY(const std::size_t got, read(std::span(dropped.data(), static_cast<std::size_t>(wanted))));
            if (got == 0)
                return fail(beyondEnd(m_file->path(), offset, m_offset));
        }
        return {};
    }

    [[nodiscard]] std::int64_t fileBytesRead() const override { return m_file->position(); }
    [[nodiscard]] Compression compression() const override { return m_decoder->compression(); }

private:
    Status rewind()
    {
        HEADRACE_CHECK(m_file->seek(0));
        m_decoder->reset();
        m_input = {};
        m_error.reset();
        m_offset = 0;
        return {};
    }

    /// At least one decoded byte, or 0 at the end of the file.
    Result<std::size_t> decode(std::span<char> output)
    {
        while (true) {
            bool ended = false;
            if (m_input.empty()) {
                HEADRACE_TRY(const std::size_t got, m_file->read(m_block));
                m_input = std::span<const char>(m_block).first(got);
                ended = got == 0;
            }
            const auto step = m_decoder->step(m_input, output);
            if (!step)
                return fail(damaged(step.error()));
            m_input = m_input.subspan(step->consumed);
            if (step->produced > 0)
                return step->produced;
            if (ended && m_decoder->mayEnd())
                return 0;
            if (ended)
                return fail(damaged("it ends in the middle; the file was cut or is still being written"));
        }
    }

    [[nodiscard]] Error damaged(const std::string& reason) const
    {
        const std::int64_t place = m_file->position() - static_cast<std::int64_t>(m_input.size());
        return {ErrorCode::Data,
                fmt::format("The {} data of '{}' cannot be decompressed at byte {} (byte {} of its content): {}.",
                            toString(compression()), m_file->path(), place, m_offset, reason),
                {},
                std::nullopt};
    }

    std::unique_ptr<RawFile> m_file;
    std::unique_ptr<Decoder> m_decoder;
    std::vector<char> m_block;
    std::span<const char> m_input; ///< what of the block is not decoded yet
    std::int64_t m_offset = 0;
    std::optional<Error> m_error;
};

Result<Compression> detectCompression(RawFile& file)
{
    std::array<char, 4> magic = {};
    HEADRACE_TRY(const std::size_t got, file.read(magic));
    HEADRACE_CHECK(file.seek(0));
    const std::string_view head(magic.data(), got);
    if (head.starts_with("\x1f\x8b"))
        return Compression::Gzip;
    if (head == "\x28\xb5\x2f\xfd")
        return Compression::Zstd;
    return Compression::None;
}

Result<Compression> chosenCompression(RawFile& file, const std::string& text)
{
    if (text.empty() || text == "auto")
        return detectCompression(file);
    for (const Compression known : {Compression::None, Compression::Gzip, Compression::Zstd})
        if (text == toString(known))
            return known;
    return fail(ErrorCode::Usage, fmt::format("'{}' is not a compression; use auto, none, gzip or zstd.", text));
}

} // namespace

std::string_view toString(Compression compression)
{
    switch (compression) {
    case Compression::Gzip:
        return "gzip";
    case Compression::Zstd:
        return "zstd";
    case Compression::None:
        break;
    }
    return "none";
}

Result<std::unique_ptr<ByteInput>> openByteInput(const std::string& path, const std::string& compression)
{
    HEADRACE_TRY(auto file, RawFile::open(path));
    HEADRACE_TRY(const Compression chosen, chosenCompression(*file, compression));
    if (chosen == Compression::None)
        return std::make_unique<PlainInput>(std::move(file));
    return std::make_unique<DecodedInput>(std::move(file), makeDecoder(chosen));
}

} // namespace headrace
