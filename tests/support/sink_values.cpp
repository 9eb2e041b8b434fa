// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/sink_contract.h"

#include "tests/support/rows.h"

namespace headrace::test {

std::vector<std::shared_ptr<arrow::RecordBatch>> typesOf()
{
    const auto one = [](const std::string& description, const std::vector<std::string>& cells) {
        return rowsOf(schemaOf(description), {cells});
    };
    return {
        one("low:int64, high:int64, small:int32, ok:bool",
            {"-9223372036854775808", "9223372036854775807", "-2147483648", "true"}),
        one("unsigned:uint64", {"18446744073709551615"}),
        one("tenth:double, tiny:double, huge:double", {"0.1", "5e-324", "-1.7976931348623157e308"}),
        one("nan:double", {"nan"}),
        one("infinite:double", {"-inf"}),
        one("amount:decimal(38;10), price:decimal(6;2)", {"-1234567890123456789012345678.0123456789", "12.30"}),
        one("day:date32, old:date32, time:time_us", {"9999-12-31", "0001-01-01", "23:59:59.999999"}),
        one("at:timestamp_us, before:timestamp_us, zoned:timestamptz_us",
            {"2024-02-29 12:34:56.000001", "1969-12-31 23:59:59.999999", "2024-03-31 01:30:00.500000"}),
        one("text:string", {"a,\"b\"\tü😀"}),
        one("raw:binary", {"\x01\xff,'"}),
    };
}

std::vector<std::string> printedLines(const arrow::RecordBatch& rows)
{
    std::vector<std::string> lines;
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
        const std::string text = print(*rows.Slice(row, 1));
        lines.push_back(text.substr(text.find('\n') + 1));
    }
    return lines;
}

} // namespace headrace::test
