// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_output.h"
#include "connectors/formats/row_writer.h"

#include <string>

namespace headrace {

/// A writer of text: gathers it in a block, which goes to the output when it is large.
class TextRowWriter : public RowWriter {
public:
    Status finish() override
    {
        HEADRACE_CHECK(flush());
        return m_output.finish();
    }

    [[nodiscard]] std::int64_t bufferedBytes() const override { return static_cast<std::int64_t>(m_block.size()); }

    Status flush() override
    {
        HEADRACE_CHECK(m_output.write(m_block));
        m_block.clear();
        return {};
    }

protected:
    explicit TextRowWriter(ByteOutput& output)
        : m_output(output)
    {
    }

    Status flushIfLarge() { return m_block.size() < kBlockBytes ? Status() : flush(); }

    std::string m_block;

private:
    static constexpr std::size_t kBlockBytes = 256 * 1024;

    ByteOutput& m_output;
};

} // namespace headrace
