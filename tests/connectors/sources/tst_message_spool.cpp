// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mqtt/message_spool.h"
#include "tests/support/rows.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

using namespace headrace;
using namespace headrace::mqtt;

/// Messages between a broker and a destination, on disk.
class TestMessageSpool : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    std::string folder() const { return m_folder->filePath("spool").toStdString(); }

    std::unique_ptr<MessageSpool> open()
    {
        auto spool = MessageSpool::open(folder());
        return spool ? *std::move(spool) : nullptr;
    }

    static Message message(int number, std::size_t size = 10)
    {
        return {number, number % 3, number % 2 == 0, fmt::format("t/{}", number), std::string(size, 'x')};
    }

    static void add(MessageSpool& spool, int first, int count, std::size_t size = 10)
    {
        for (int i = first; i < first + count; ++i)
            spool.append(message(i, size));
        QVERIFY_RESULT(spool.sync());
    }

    /// Every message from a number on, by its own number.
    static QString numbers(MessageSpool& spool, std::int64_t from)
    {
        QStringList all;
        while (true) {
            const auto read = spool.read(from, 3, 1 << 20);
            if (!read)
                return QString::fromStdString(read.error().message);
            if (read->empty())
                return all.join(' ');
            for (const Message& found : *read) {
                if (found != message(static_cast<int>(found.arrival), found.payload.size()))
                    all << "altered";
                all << QString::number(found.arrival);
            }
            from += std::ssize(*read);
        }
    }

    QStringList files() const { return QDir(m_folder->filePath("spool")).entryList({"*.spool"}, QDir::Files); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void whatIsSyncedIsRead();
    void goesOnWhereItStopped();
    void whatIsCutOffNeverWas_data();
    void whatIsCutOffNeverWas();
    void filesGoWhenTheyAreReleased();
    void oneProgramAtATime();
};

void TestMessageSpool::whatIsSyncedIsRead()
{
    const auto spool = open();
    QVERIFY(spool != nullptr);
    spool->append(message(0));
    QCOMPARE(spool->end(), 0); // only in memory
    add(*spool, 1, 4);
    QCOMPARE(spool->end(), 5);
    QCOMPARE(numbers(*spool, 0), QString("0 1 2 3 4"));
    QCOMPARE(numbers(*spool, 2), QString("2 3 4"));
    QCOMPARE(numbers(*spool, 5), QString());
    spool->append({5, 1, false, "", ""});
    QVERIFY_RESULT(spool->sync());
    const auto empty = spool->read(5, 1, 1);
    QVERIFY_RESULT(empty);
    QCOMPARE(empty->size(), std::size_t{1});
    QVERIFY(empty->front() == (Message{5, 1, false, "", ""}));
}

void TestMessageSpool::goesOnWhereItStopped()
{
    auto spool = open();
    const std::string id = spool->id();
    add(*spool, 0, 3);
    spool->append(message(3)); // never synced
    spool = nullptr;
    spool = open();
    QVERIFY(spool != nullptr);
    QCOMPARE(spool->id(), id);
    QCOMPARE(spool->end(), 3);
    add(*spool, 3, 2);
    QCOMPARE(numbers(*spool, 0), QString("0 1 2 3 4"));
}

void TestMessageSpool::whatIsCutOffNeverWas_data()
{
    QTest::addColumn<int>("kept"); ///< bytes of the last message of 8 + 12 + 3 + 10
    QTest::newRow("a part of the head") << 5;
    QTest::newRow("the head alone") << 8;
    QTest::newRow("a part of the body") << 30;
    QTest::newRow("all but a byte") << 32;
}

void TestMessageSpool::whatIsCutOffNeverWas()
{
    QFETCH(int, kept);
    add(*open(), 0, 3);
    QFile file(m_folder->filePath("spool/" + files().value(0)));
    QCOMPARE(file.size(), 3 * 33);
    QVERIFY(file.resize(2 * 33 + kept));
    {
        const auto spool = open();
        QCOMPARE(spool->end(), 2);
        add(*spool, 2, 2);
        QCOMPARE(numbers(*spool, 0), QString("0 1 2 3"));
    }
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(33 + 25);
    file.write("?"); // in the second message
    file.close();
    QCOMPARE(open()->end(), 1);
}

void TestMessageSpool::filesGoWhenTheyAreReleased()
{
    auto spool = open();
    for (int i = 0; i < 5; ++i)
        add(*spool, i, 1, MessageSpool::kFileBytes / 2 + 1); // two a file
    QCOMPARE(files().size(), 3);
    QVERIFY_RESULT(spool->release(1));
    QCOMPARE(spool->first(), 0);
    QVERIFY_RESULT(spool->release(3)); // the file of 2 and 3 is still needed
    QCOMPARE(spool->first(), 2);
    QCOMPARE(files().size(), 2);
    QVERIFY(spool->bytes() < 2 * MessageSpool::kFileBytes);
    QCOMPARE(numbers(*spool, 2), QString("2 3 4"));
    QVERIFY2(numbers(*spool, 1).contains("no longer has message 1"), qPrintable(numbers(*spool, 1)));
    QVERIFY_RESULT(spool->release(5));
    spool = nullptr;
    spool = open();
    QCOMPARE(spool->first(), 4); // the last file stays, so that the numbers go on
    QCOMPARE(spool->end(), 5);
}

void TestMessageSpool::oneProgramAtATime()
{
    const auto spool = open();
    const auto second = MessageSpool::open(folder());
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Conflict);
}

QTEST_GUILESS_MAIN(TestMessageSpool)
#include "tst_message_spool.moc"
