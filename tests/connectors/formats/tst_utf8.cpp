// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/utf8.h"

#include <QTest>

#include <string>

using namespace headrace;

/// Texts of every length around the widths in which they are looked at, and one wrong byte at every place of them.
class TestUtf8 : public QObject {
    Q_OBJECT

    static constexpr std::size_t kLongest = 80;

private Q_SLOTS:
    void asciiOfAnyLengthIsValid()
    {
        for (std::size_t size = 0; size <= kLongest; ++size) {
            QVERIFY(isAscii(std::string(size, '\x7f')));
            QVERIFY(isUtf8(std::string(size, '\x7f')));
        }
    }

    void aStrayByteIsFoundAnywhere()
    {
        for (std::size_t size = 1; size <= kLongest; ++size) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, 'a');
                text[at] = '\x80';
                QVERIFY2(!isAscii(text), qPrintable(QString("%1 of %2").arg(at).arg(size)));
                QVERIFY2(!isUtf8(text), qPrintable(QString("%1 of %2").arg(at).arg(size)));
            }
        }
    }

    void bytesBehindTheTextDoNotCount()
    {
        const std::string bytes = std::string(kLongest, 'a') + "\xff\xff\xff\xff\xff\xff\xff\xff";
        for (std::size_t size = 0; size <= kLongest; ++size)
            QVERIFY(isUtf8(std::string_view(bytes).substr(kLongest - size, size)));
    }

    void charactersOfAllWidths_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("valid");
        QTest::newRow("two bytes") << QByteArray("Z\xc3\xbcrich") << true;
        QTest::newRow("three bytes") << QByteArray("\xe2\x82\xac") << true;
        QTest::newRow("four bytes") << QByteArray("\xf0\x9f\x9a\xb0") << true;
        QTest::newRow("the last character") << QByteArray("\xf4\x8f\xbf\xbf") << true;
        QTest::newRow("behind the last character") << QByteArray("\xf4\x90\x80\x80") << false;
        QTest::newRow("half a surrogate pair") << QByteArray("\xed\xa0\x80") << false;
        QTest::newRow("longer than needed") << QByteArray("\xc0\xaf") << false;
        QTest::newRow("cut off") << QByteArray("\xe2\x82") << false;
        QTest::newRow("Latin-1") << QByteArray("Z\xfcrich") << false;
    }
    void charactersOfAllWidths()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, valid);
        for (const std::size_t before : {0UL, 5UL, 61UL, 70UL})
            QCOMPARE(isUtf8(std::string(before, ' ') + text.toStdString()), valid);
    }
};

QTEST_APPLESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
