// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/util/io_util.h>

#include "connectors/sinks/row_spool.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/durable_file.h"
#include "connectors/core/value_bytes.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace headrace {

namespace {

constexpr std::int64_t kHeldBytes = 4 * 1024 * 1024;

/// A file that goes with its descriptor, also where the file system cannot make one without a name.
int openNameless(const std::string& folder)
{
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return file;
    std::string path = folder + "/rows-XXXXXX";
    const int named = ::mkostemp(path.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(path.c_str());
    return named;
}

} // namespace

RowSpool::~RowSpool()
{
    clear();
}

Status RowSpool::fromFile(const arrow::Status& status, std::string_view action) const
{
    if (const int number = arrow::internal::ErrnoFromStatus(status); number != 0)
        return fail(systemError(action, m_folder, number));
    return fromArrow(status, fmt::format("The rows that wait in '{}' cannot be kept", m_folder));
}

Status RowSpool::add(const Rows& rows)
{
    const std::int64_t bytes = valueBytes(*rows);
    if (m_writer == nullptr && m_heldBytes + bytes <= kHeldBytes) {
        m_held.push_back(rows);
        m_heldBytes += bytes;
        return {};
    }
    if (m_writer == nullptr)
        HEADRACE_CHECK(openFile(rows));
    HEADRACE_CHECK(fromFile(m_writer->WriteRecordBatch(*rows), "write a file of waiting rows in"));
    m_fileBytes = m_output->Tell().ValueOr(m_fileBytes);
    return {};
}

Status RowSpool::openFile(const Rows& rows)
{
    constexpr std::string_view kAction = "create a file of waiting rows in";
    std::error_code problem;
    std::filesystem::create_directories(m_folder, problem);
    if (problem)
        return fail(systemError(kAction, m_folder, problem.value()));
    m_file = openNameless(m_folder);
    const int written = m_file < 0 ? -1 : ::fcntl(m_file, F_DUPFD_CLOEXEC, 0);
    if (written < 0)
        return fail(systemError(kAction, m_folder, errno));
    auto output = arrow::io::FileOutputStream::Open(written);
    HEADRACE_CHECK(fromFile(output.status(), kAction));
    m_output = *output;
    auto writer = arrow::ipc::MakeStreamWriter(m_output, rows->schema());
    HEADRACE_CHECK(fromFile(writer.status(), kAction));
    m_writer = *writer;
    return {};
}

Status RowSpool::beginReading()
{
    constexpr std::string_view kAction = "read a file of waiting rows in";
    HEADRACE_CHECK(fromFile(m_writer->Close(), kAction));
    HEADRACE_CHECK(fromFile(m_output->Close(), kAction));
    if (::lseek(m_file, 0, SEEK_SET) != 0)
        return fail(systemError(kAction, m_folder, errno));
    auto input = arrow::io::ReadableFile::Open(std::exchange(m_file, -1));
    HEADRACE_CHECK(fromFile(input.status(), kAction));
    auto reader = arrow::ipc::RecordBatchStreamReader::Open(*input);
    HEADRACE_CHECK(fromFile(reader.status(), kAction));
    m_reader = *reader;
    return {};
}

Result<RowSpool::Rows> RowSpool::take()
{
    if (m_taken < m_held.size())
        return std::exchange(m_held[m_taken++], nullptr);
    if (m_writer == nullptr)
        return nullptr;
    if (m_reader == nullptr)
        HEADRACE_CHECK(beginReading());
    Rows rows;
    HEADRACE_CHECK(fromFile(m_reader->ReadNext(&rows), "read a file of waiting rows in"));
    return rows;
}

void RowSpool::clear() noexcept
{
    m_reader.reset();
    m_writer.reset();
    m_output.reset();
    if (m_file >= 0)
        ::close(std::exchange(m_file, -1));
    m_held.clear();
    m_taken = 0;
    m_heldBytes = 0;
    m_fileBytes = 0;
}

} // namespace headrace
