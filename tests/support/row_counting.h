// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <functional>
#include <memory>
#include <string>

namespace headrace::test {

/// The counter of new rows for these unchecked options.
inline Result<std::unique_ptr<RowCounter>> createCounter(const SourceType& type, const Options& options)
{
    HEADRACE_TRY(const Options checked, options.check(type.options, type.type + " source"));
    return type.createCounter(checked);
}

/// New rows of an empty table events(id bigint, version integer) are counted by the cursor version. `run` runs a
/// statement on the server that the options connect to.
inline void checkNewRowsAreCounted(const SourceType& type, Options options,
                                   const std::function<void(const std::string& sql)>& run)
{
    options.set("table", "events");
    const auto none = createCounter(type, options);
    QVERIFY(!none);
    QVERIFY2(none.error().code == ErrorCode::Usage && none.error().message.find("'cursor'") != std::string::npos,
             none.error().message.c_str());
    options.set("cursor", "version");
    options.set("lag", "1h"); // which a count of numbers does not wait for
    const auto counter = createCounter(type, options);
    QVERIFY_RESULT(counter);
    const auto count = [&](const std::optional<Position>& position, std::int64_t enough = 1000) {
        return (*counter)->countBehind(position, enough, {}).value();
    };
    QCOMPARE(count({}), 0);
    run("INSERT INTO events VALUES (1, 1), (2, 2), (3, 2)");
    QCOMPARE(count({}), 3);
    QCOMPARE(count({}, 2), 2);
    options.set("lag", "0s");
    const auto all = readAll(type, options);
    QVERIFY_RESULT(all);
    const Position second = all->chunks.front().at->after(2);
    QCOMPARE(count(second), 1); // a tie
    run("UPDATE events SET version = 9 WHERE id = 1");
    QCOMPARE(count(second), 2);
    run("ALTER TABLE events RENAME TO elsewhere");
    QVERIFY(!(*counter)->countBehind(second, 10, {}));
    run("ALTER TABLE elsewhere RENAME TO events");
    QCOMPARE(count(second), 2);
}

} // namespace headrace::test
