// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

#include <algorithm>
#include <string>
#include <vector>

namespace headrace::test {

/// Fails at the first line that differs, and shows it.
inline void compareLines(const std::vector<std::string>& actual, const std::vector<std::string>& expected)
{
    for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i)
        QCOMPARE(QString::fromStdString(actual[i]), QString::fromStdString(expected[i]));
    QCOMPARE(actual.size(), expected.size());
}

} // namespace headrace::test
