// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_output.h"
#include "connectors/formats/row_writer.h"

#include <QString>

#include <memory>
#include <string>

namespace headrace::test {

/// Keeps what is written.
class TextOutput final : public ByteOutput {
public:
    Status write(std::string_view bytes) override
    {
        text += bytes;
        ++writes;
        return {};
    }
    Status finish() override
    {
        finished = true;
        return {};
    }

    std::string text;
    int writes = 0;
    bool finished = false;
};

/// What the writer that `open` makes for an output turns `rows` into, or the message of the error.
template <typename Open>
QString writtenBy(const Open& open, const std::shared_ptr<arrow::RecordBatch>& rows)
{
    TextOutput output;
    Result<std::unique_ptr<RowWriter>> writer = open(output);
    if (!writer)
        return QString::fromStdString(writer.error().message);
    if (const Status status = (*writer)->write(rows); !status)
        return QString::fromStdString(status.error().message);
    if (const Status status = (*writer)->finish(); !status)
        return QString::fromStdString(status.error().message);
    return QString::fromStdString(output.text);
}

/// Takes `room` bytes, then says that the disk is full.
class FullOutput final : public ByteOutput {
public:
    explicit FullOutput(std::size_t room)
        : m_room(room)
    {
    }

    Status write(std::string_view bytes) override
    {
        if (bytes.size() > m_room)
            return fail(ErrorCode::Full, "'/data/x' could not be written: No space left on device.");
        m_room -= bytes.size();
        return {};
    }
    Status finish() override { return {}; }

private:
    std::size_t m_room;
};

} // namespace headrace::test
