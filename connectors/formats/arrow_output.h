// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_output.h"

#include <arrow/io/interfaces.h>

namespace headrace {

/// Lets Arrow's writers write into a ByteOutput. A failed write's own Error is kept, because an Arrow status would
/// lose its code.
class ArrowOutput final : public arrow::io::OutputStream {
public:
    explicit ArrowOutput(ByteOutput& output)
        : m_output(output)
    {
    }

    arrow::Status Write(const void* data, std::int64_t bytes) override;
    using arrow::io::OutputStream::Write;
    arrow::Result<std::int64_t> Tell() const override { return m_written; }
    arrow::Status Close() override;
    bool closed() const override { return m_closed; }

    /// The Status of what Arrow answered: the output's own error where that was the cause. `what` as in fromArrow().
    [[nodiscard]] Status check(const arrow::Status& status, std::string_view what) const;

private:
    ByteOutput& m_output;
    std::int64_t m_written = 0;
    bool m_closed = false;
    Status m_failure;
};

} // namespace headrace
