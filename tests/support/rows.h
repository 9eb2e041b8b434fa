// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/result.h"

#include <arrow/api.h>

#include <QByteArray>
#include <QTest>

#include <string>
#include <vector>

/// QVERIFY for a Result or Status: fails with the error's own sentence.
#define QVERIFY_RESULT(result)                                                                                         \
    do {                                                                                                               \
        const auto& checkedResult = (result);                                                                          \
        QVERIFY2(checkedResult.has_value(),                                                                            \
                 checkedResult.has_value()                                                                             \
                     ? ""                                                                                              \
                     : (checkedResult.error().message + " | " + checkedResult.error().detail).c_str());                \
    } while (false)

namespace headrace::test {

/// A schema from "id:int64, name:string, at:timestamp_us, day:date32, price:double, ok:bool, n:int32, raw:binary,
/// amount:decimal(10;2)".
std::shared_ptr<arrow::Schema> schemaOf(const std::string& description);

/// Rows from cells as text, one vector a row; "∅" is null. Aborts on text that does not fit: a test's own mistake.
std::shared_ptr<arrow::RecordBatch> rowsOf(const std::shared_ptr<arrow::Schema>& schema,
                                           const std::vector<std::vector<std::string>>& cells);

/// A printed table: a header "id:int64|name:string", then a row a line with "|" between cells and "∅" for null.
std::string print(const arrow::RecordBatch& rows);
std::string print(const arrow::Table& rows);

/// The rows of several batches as one; all must have the schema of the first.
std::shared_ptr<arrow::RecordBatch> concatenate(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches);

/// Order-free digest of rows: the same for any order and chunking, different when a row is lost, doubled or altered.
std::string digest(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches);

} // namespace headrace::test
