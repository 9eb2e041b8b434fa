// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/decoder.h"

#include <algorithm>
#include <limits>
#include <new>
#include <zlib.h>
#include <zstd.h>

namespace headrace {

namespace {

using StepResult = tl::expected<Decoder::Step, std::string>;

class GzipDecoder final : public Decoder {
public:
    GzipDecoder()
    {
        constexpr int kGzipOnly = 16 + MAX_WBITS;
        if (inflateInit2(&m_stream, kGzipOnly) != Z_OK)
            throw std::bad_alloc();
    }
    ~GzipDecoder() override { inflateEnd(&m_stream); }
    GzipDecoder(const GzipDecoder&) = delete;
    GzipDecoder& operator=(const GzipDecoder&) = delete;

    StepResult step(std::span<const char> input, std::span<char> output) override
    {
        if (m_state == State::BetweenMembers && !input.empty())
            startMember(input.front());
        if (m_state == State::Padding)
            return skipPadding(input);

        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        m_stream.avail_in = limited(input.size());
        m_stream.next_out = reinterpret_cast<Bytef*>(output.data());
        m_stream.avail_out = limited(output.size());
        const uInt offered = m_stream.avail_in;
        const uInt room = m_stream.avail_out;
        const int outcome = inflate(&m_stream, Z_NO_FLUSH);
        if (outcome == Z_MEM_ERROR)
            throw std::bad_alloc();
        if (outcome == Z_STREAM_END)
            m_state = State::BetweenMembers;
        else if (outcome != Z_OK && outcome != Z_BUF_ERROR)
            return tl::unexpected(std::string(m_stream.msg != nullptr ? m_stream.msg : "it is damaged"));
        return Decoder::Step{offered - m_stream.avail_in, room - m_stream.avail_out};
    }

    [[nodiscard]] bool mayEnd() const override { return m_state != State::InMember; }

    void reset() override
    {
        inflateReset(&m_stream);
        m_state = State::InMember;
    }

    [[nodiscard]] Compression compression() const override { return Compression::Gzip; }

private:
    enum class State { InMember, BetweenMembers, Padding };

    /// Zero bytes behind the last member are padding of tapes and block devices, which gzip allows.
    void startMember(char first)
    {
        if (first == '\0') {
            m_state = State::Padding;
            return;
        }
        inflateReset(&m_stream);
        m_state = State::InMember;
    }

    static StepResult skipPadding(std::span<const char> input)
    {
        if (std::ranges::any_of(input, [](char c) { return c != '\0'; }))
            return tl::unexpected(std::string("bytes that are no gzip data follow its end"));
        return Decoder::Step{input.size(), 0};
    }

    static uInt limited(std::size_t size)
    {
        return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
    }

    z_stream m_stream = {};
    State m_state = State::InMember;
};

class ZstdDecoder final : public Decoder {
public:
    ZstdDecoder()
        : m_stream(ZSTD_createDStream())
    {
        if (m_stream == nullptr)
            throw std::bad_alloc();
    }
    ~ZstdDecoder() override { ZSTD_freeDStream(m_stream); }
    ZstdDecoder(const ZstdDecoder&) = delete;
    ZstdDecoder& operator=(const ZstdDecoder&) = delete;

    StepResult step(std::span<const char> input, std::span<char> output) override
    {
        if (input.empty() && m_mayEnd)
            return Decoder::Step{};
        ZSTD_inBuffer in{input.data(), input.size(), 0};
        ZSTD_outBuffer out{output.data(), output.size(), 0};
        const std::size_t outcome = ZSTD_decompressStream(m_stream, &out, &in);
        if (ZSTD_isError(outcome) != 0)
            return tl::unexpected(std::string(ZSTD_getErrorName(outcome)));
        m_mayEnd = outcome == 0;
        return Decoder::Step{in.pos, out.pos};
    }

    [[nodiscard]] bool mayEnd() const override { return m_mayEnd; }

    void reset() override
    {
        ZSTD_DCtx_reset(m_stream, ZSTD_reset_session_only);
        m_mayEnd = false;
    }

    [[nodiscard]] Compression compression() const override { return Compression::Zstd; }

private:
    ZSTD_DStream* m_stream;
    bool m_mayEnd = false;
};

} // namespace

std::unique_ptr<Decoder> makeDecoder(Compression compression)
{
    if (compression == Compression::Gzip)
        return std::make_unique<GzipDecoder>();
    return std::make_unique<ZstdDecoder>();
}

} // namespace headrace
