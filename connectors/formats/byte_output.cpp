// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/byte_output.h"

#include <fmt/format.h>

#include <zlib.h>
#include <zstd.h>

#include <vector>

namespace headrace {

namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr int kGzipLevel = 4; // 6 takes twice the time for 3 % less
constexpr int kZstdLevel = 1;

class PlainOutput final : public ByteOutput {
public:
    explicit PlainOutput(ByteOutput& inner)
        : m_inner(inner)
    {
    }

    Status write(std::string_view bytes) override { return m_inner.write(bytes); }
    Status finish() override { return m_inner.finish(); }

private:
    ByteOutput& m_inner;
};

class GzipOutput final : public ByteOutput {
public:
    explicit GzipOutput(ByteOutput& inner)
        : m_inner(inner)
        , m_block(kBlockBytes)
    {
    }

    ~GzipOutput() override { deflateEnd(&m_stream); }

    Status start()
    {
        constexpr int kGzipWindow = 15 + 16; // 16 asks zlib for a gzip header
        constexpr int kMemoryLevel = 8;
        if (deflateInit2(&m_stream, kGzipLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
            return fail(ErrorCode::Failed, "Gzip compression could not be started: there is not enough memory.");
        return {};
    }

    Status write(std::string_view bytes) override
    {
        while (!bytes.empty()) {
            const std::size_t part = std::min<std::size_t>(bytes.size(), 1U << 30U);
            HEADRACE_CHECK(deflatePart(bytes.substr(0, part), Z_NO_FLUSH));
            bytes.remove_prefix(part);
        }
        return {};
    }

    Status finish() override
    {
        HEADRACE_CHECK(deflatePart({}, Z_FINISH));
        return m_inner.finish();
    }

private:
    Status deflatePart(std::string_view bytes, int flush)
    {
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        m_stream.avail_in = static_cast<uInt>(bytes.size());
        do {
            m_stream.next_out = reinterpret_cast<Bytef*>(m_block.data());
            m_stream.avail_out = static_cast<uInt>(m_block.size());
            deflate(&m_stream, flush);
            HEADRACE_CHECK(m_inner.write({m_block.data(), m_block.size() - m_stream.avail_out}));
        } while (m_stream.avail_out == 0);
        return {};
    }

    ByteOutput& m_inner;
    std::vector<char> m_block;
    z_stream m_stream{};
};

class ZstdOutput final : public ByteOutput {
public:
    explicit ZstdOutput(ByteOutput& inner)
        : m_inner(inner)
        , m_block(kBlockBytes)
        , m_stream(ZSTD_createCStream(), &ZSTD_freeCStream)
    {
        ZSTD_CCtx_setParameter(m_stream.get(), ZSTD_c_compressionLevel, kZstdLevel);
        ZSTD_CCtx_setParameter(m_stream.get(), ZSTD_c_checksumFlag, 1);
    }

    Status write(std::string_view bytes) override { return compress(bytes, ZSTD_e_continue); }

    Status finish() override
    {
        HEADRACE_CHECK(compress({}, ZSTD_e_end));
        return m_inner.finish();
    }

private:
    Status compress(std::string_view bytes, ZSTD_EndDirective directive)
    {
        ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
        for (bool done = false; !done;) {
            ZSTD_outBuffer output{m_block.data(), m_block.size(), 0};
            const std::size_t remaining = ZSTD_compressStream2(m_stream.get(), &output, &input, directive);
            if (ZSTD_isError(remaining) != 0)
                return fail(ErrorCode::Failed,
                            fmt::format("Zstd compression failed: {}.", ZSTD_getErrorName(remaining)));
            HEADRACE_CHECK(m_inner.write({m_block.data(), output.pos}));
            done = directive == ZSTD_e_end ? remaining == 0 : input.pos == input.size;
        }
        return {};
    }

    ByteOutput& m_inner;
    std::vector<char> m_block;
    std::unique_ptr<ZSTD_CStream, decltype(&ZSTD_freeCStream)> m_stream;
};

} // namespace

Result<std::unique_ptr<ByteOutput>> compressedOutput(Compression compression, ByteOutput& inner)
{
    if (compression == Compression::Gzip) {
        auto output = std::make_unique<GzipOutput>(inner);
        HEADRACE_CHECK(output->start());
        return output;
    }
    if (compression == Compression::Zstd)
        return std::make_unique<ZstdOutput>(inner);
    return std::make_unique<PlainOutput>(inner);
}

} // namespace headrace
