// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <QTest>

#include <functional>
#include <string>
#include <vector>

namespace headrace::test {

/// Checks that pulls of one row follow a cursor of the type, each behind the one before: at values that only their
/// exact literal lies between. `run` makes the table typed(id, c) with rows like "(1,…),(2,…)" in the cursor's order;
/// `pullOne` reads an id of it.
inline void checkTypeCanBeACursor(const std::function<void(const std::string& sql)>& run,
                                  const std::function<std::vector<std::string>()>& pullOne, const QString& type,
                                  const QString& values)
{
    run(fmt::format("DROP TABLE IF EXISTS typed; CREATE TABLE typed(id integer PRIMARY KEY, c {} NOT NULL); INSERT "
                    "INTO typed VALUES {}",
                    type.toStdString(), values.toStdString()));
    const auto rows = static_cast<std::size_t>(values.count("),")) + 1;
    std::vector<std::string> all;
    for (std::size_t pulls = 0; pulls <= rows; ++pulls)
        for (const std::string& id : pullOne())
            all.push_back(id);
    std::vector<std::string> expected;
    for (std::size_t i = 1; i <= rows; ++i)
        expected.push_back(std::to_string(i));
    QVERIFY2(all == expected, fmt::format("{}", fmt::join(all, " ")).c_str());
}

} // namespace headrace::test
