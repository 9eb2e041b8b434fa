// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/status.h>

#include "connectors/formats/arrow_output.h"

#include "connectors/core/arrow_result.h"

namespace headrace {

arrow::Status ArrowOutput::Write(const void* data, std::int64_t bytes)
{
    Status written = m_output.write({static_cast<const char*>(data), static_cast<std::size_t>(bytes)});
    if (!written) {
        m_failure = std::move(written);
        return arrow::Status::IOError(m_failure.error().message);
    }
    m_written += bytes;
    return arrow::Status::OK();
}

arrow::Status ArrowOutput::Close()
{
    m_closed = true;
    return arrow::Status::OK();
}

Status ArrowOutput::check(const arrow::Status& status, std::string_view what) const
{
    if (!m_failure)
        return m_failure;
    return fromArrow(status, what);
}

} // namespace headrace
