// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/quantity.h"
#include "tests/support/random.h"
#include "tests/support/rows.h"

#include <QTest>

namespace headrace::test {

class TestQuantity : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bytes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("bytes");
        QTest::newRow("bare") << "4096" << qint64{4096};
        QTest::newRow("unit") << "12B" << qint64{12};
        QTest::newRow("binary") << "16MiB" << qint64{16 << 20};
        QTest::newRow("decimal") << "10GB" << qint64{10'000'000'000};
        QTest::newRow("fraction") << "1.5KiB" << qint64{1536};
        QTest::newRow("spaces") << " 64 KiB " << qint64{65536};
        QTest::newRow("grouped") << "1_000_000" << qint64{1'000'000};
    }
    void bytes()
    {
        QFETCH(QString, text);
        const auto parsed = parseBytes(text.toStdString());
        QVERIFY_RESULT(parsed);
        QTEST(static_cast<qint64>(*parsed), "bytes");
    }

    void durations_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("nanoseconds");
        QTest::newRow("ms") << "250ms" << qint64{250'000'000};
        QTest::newRow("s") << "5s" << qint64{5'000'000'000};
        QTest::newRow("m") << "15m" << qint64{900'000'000'000};
        QTest::newRow("min") << "15min" << qint64{900'000'000'000};
        QTest::newRow("half an hour") << "0.5h" << qint64{1'800'000'000'000};
        QTest::newRow("week") << "7d" << qint64{604'800'000'000'000};
        QTest::newRow("us") << "10us" << qint64{10'000};
        QTest::newRow("zero") << "0s" << qint64{0};
    }
    void durations()
    {
        QFETCH(QString, text);
        const auto parsed = parseDuration(text.toStdString());
        QVERIFY_RESULT(parsed);
        QTEST(static_cast<qint64>(parsed->count()), "nanoseconds");
    }

    void badTextsAreQuoted_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("integer") << "integer"
                                 << "1.5"
                                 << "'1.5' is not a whole number.";
        QTest::newRow("no digits") << "integer"
                                   << "_"
                                   << "'_' is not a whole number.";
        QTest::newRow("too long") << "integer"
                                  << "99999999999999999999"
                                  << "'99999999999999999999' is not a whole number.";
        QTest::newRow("decimal") << "decimal"
                                 << "1,5"
                                 << "'1,5' is not a number.";
        QTest::newRow("unit") << "bytes"
                              << "5 XB"
                              << "'5 XB' is not a size such as 64KiB, 16MiB or 10GB.";
        QTest::newRow("huge") << "bytes"
                              << "99999999TiB"
                              << "'99999999TiB' is out of range.";
        QTest::newRow("negative") << "bytes"
                                  << "-1"
                                  << "'-1' is out of range.";
        QTest::newRow("no unit") << "duration"
                                 << "5"
                                 << "'5' is not a duration such as 250ms, 5s, 15m, 1h or 1d.";
        QTest::newRow("empty") << "duration"
                               << ""
                               << "'' is not a duration such as 250ms, 5s, 15m, 1h or 1d.";
    }
    void badTextsAreQuoted()
    {
        QFETCH(QString, kind);
        QFETCH(QString, text);
        const std::string value = text.toStdString();
        Status status;
        const auto keep = [&status](auto result) {
            if (!result)
                status = fail(result.error());
        };
        if (kind == "integer")
            keep(parseInteger(value));
        else if (kind == "decimal")
            keep(parseDecimal(value));
        else if (kind == "bytes")
            keep(parseBytes(value));
        else
            keep(parseDuration(value));
        QVERIFY(!status);
        QVERIFY(status.error().code == ErrorCode::Usage);
        QTEST(QString::fromStdString(status.error().message), "message");
    }

    void whatIsWrittenIsReadBack()
    {
        for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
            Random random(seed);
            std::int64_t value = random.pick(0, 4000);
            for (std::int64_t zeros = random.pick(0, 9); zeros > 0; --zeros)
                value *= random.chance(50) ? 10 : 16;
            const auto bytes = parseBytes(formatBytes(value));
            QVERIFY_RESULT(bytes);
            QVERIFY2(*bytes == value, formatBytes(value).c_str());
            const auto duration = parseDuration(formatDuration(std::chrono::nanoseconds(value)));
            QVERIFY_RESULT(duration);
            QVERIFY2(duration->count() == value, formatDuration(std::chrono::nanoseconds(value)).c_str());
        }
    }

    void theShortestTextIsWritten()
    {
        QCOMPARE(formatBytes(16 << 20), "16MiB");
        QCOMPARE(formatBytes(5'000'000), "5MB");
        QCOMPARE(formatBytes(1001), "1001B");
        QCOMPARE(formatBytes(0), "0B");
        QCOMPARE(formatDuration(std::chrono::minutes{90}), "90m");
        QCOMPARE(formatDuration(std::chrono::milliseconds{1500}), "1500ms");
        QCOMPARE(formatDuration(std::chrono::nanoseconds{0}), "0s");
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestQuantity)
#include "tst_quantity.moc"
