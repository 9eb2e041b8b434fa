// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/stable_hash.h"

#include <QTest>

namespace headrace::test {

class TestStableHash : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Test vectors of the algorithm's authors.
    void values()
    {
        QCOMPARE(stableHash(""), 0xcbf29ce484222325ULL);
        QCOMPARE(stableHash("a"), 0xaf63dc4c8601ec8cULL);
        QCOMPARE(stableHash("foobar"), 0x85944171f73967e8ULL);
    }

    void partsGiveTheValueOfTheWhole()
    {
        StableHash hash;
        hash.add("foo");
        hash.add("");
        hash.add("bar");
        QCOMPARE(hash.value(), stableHash("foobar"));
    }
};

} // namespace headrace::test

QTEST_GUILESS_MAIN(headrace::test::TestStableHash)
#include "tst_stable_hash.moc"
