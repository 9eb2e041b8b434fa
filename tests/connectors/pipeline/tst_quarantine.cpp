// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/durable_file.h"
#include "connectors/pipeline/quarantine.h"
#include "tests/support/rows.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

namespace headrace::test {

namespace {

BadRecord record(std::int64_t offset, const std::string& raw = "1,x")
{
    return {
        .origin = "/data/a.csv", .line = offset + 1, .byteOffset = offset, .reason = "'x' is no number.", .raw = raw};
}

} // namespace

class TestQuarantine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString() + "/state";
        m_file = m_folder + "/shop.quarantine.ndjson";
    }

    void writesOneObjectARecord()
    {
        auto quarantine = openQuarantineFile(m_folder, "shop");
        QVERIFY_RESULT(quarantine);
        QCOMPARE((*quarantine)->location(), m_file);
        QVERIFY_RESULT((*quarantine)->flush());
        QVERIFY(!std::filesystem::exists(m_file));
        const std::vector<BadRecord> records{record(0), record(9, std::string("\xff\x00", 2))};
        QVERIFY_RESULT((*quarantine)->add(records));
        QVERIFY_RESULT((*quarantine)->flush());
        QCOMPARE((*quarantine)->count(), 2);
        QCOMPARE(
            *readFile(m_file),
            R"({"origin":"/data/a.csv","line":1,"byte_offset":0,"reason":"'x' is no number.","raw":"1,x"})"
            "\n"
            R"({"origin":"/data/a.csv","line":10,"byte_offset":9,"reason":"'x' is no number.","raw_base64":"/wA="})"
            "\n");
    }

    void messagesHaveTheirPlaceByName()
    {
        const BadRecord message{.origin = "orders/3",
                                .reason = "No JSON.",
                                .raw = "no",
                                .place = {{"topic", "orders"}, {"partition", 3}, {"offset", 17}}};
        for (int run = 0; run < 2; ++run) {
            auto quarantine = openQuarantineFile(m_folder, "shop");
            QVERIFY_RESULT(quarantine);
            QVERIFY_RESULT((*quarantine)->add(std::vector{message}));
            QVERIFY_RESULT((*quarantine)->flush());
            QCOMPARE(
                *readFile(m_file),
                R"({"origin":"orders/3","topic":"orders","partition":3,"offset":17,"reason":"No JSON.","raw":"no"})"
                "\n");
        }
        const auto readBack = parseBadRecord(*readFile(m_file));
        QVERIFY(readBack);
        QCOMPARE(readBack->place, message.place);
        QCOMPARE(readBack->raw, message.raw);
        QCOMPARE(QString::fromStdString(toText(readBack->place)), QString("topic orders, partition 3, offset 17"));
    }

    void readAgainIsCountedNotDoubled()
    {
        const std::vector<BadRecord> records{record(0), record(9)};
        for (int run = 0; run < 3; ++run) {
            auto quarantine = openQuarantineFile(m_folder, "shop");
            QVERIFY_RESULT(quarantine);
            QCOMPARE((*quarantine)->count(), 0);
            QVERIFY_RESULT((*quarantine)->add(records));
            QVERIFY_RESULT((*quarantine)->add(records));
            QVERIFY_RESULT((*quarantine)->flush());
            QCOMPARE((*quarantine)->count(), 2);
        }
        QCOMPARE(lines().size(), 2);
    }

    void anotherRecordAtTheSamePlaceIsKept()
    {
        auto quarantine = openQuarantineFile(m_folder, "shop");
        QVERIFY_RESULT(quarantine);
        QVERIFY_RESULT((*quarantine)->add(std::vector{record(0), record(0, "2,y")}));
        QVERIFY_RESULT((*quarantine)->flush());
        QCOMPARE(lines().size(), 2);
    }

    void aTornLineIsRepaired()
    {
        const std::vector<BadRecord> records{record(0), record(9), record(20)};
        std::string whole;
        {
            auto quarantine = openQuarantineFile(m_folder, "shop");
            QVERIFY_RESULT(quarantine);
            QVERIFY_RESULT((*quarantine)->add(records));
            QVERIFY_RESULT((*quarantine)->flush());
            whole = *readFile(m_file);
        }
        for (std::size_t length = 0; length < whole.size(); ++length) {
            QVERIFY_RESULT(writeFileDurably(m_file, whole.substr(0, length)));
            auto quarantine = openQuarantineFile(m_folder, "shop");
            QVERIFY_RESULT(quarantine);
            QVERIFY_RESULT((*quarantine)->add(records));
            QVERIFY_RESULT((*quarantine)->flush());
            QCOMPARE(*readFile(m_file), whole);
        }
    }

    void aDamagedFileIsNeverPassedOver()
    {
        QVERIFY_RESULT(writeFileDurably(m_file, "{\"origin\":\"a\"}\nnot a record\n{}\n"));
        const auto quarantine = openQuarantineFile(m_folder, "shop");
        QVERIFY(!quarantine);
        QCOMPARE(quarantine.error().message,
                 "The quarantine '" + m_file + "' is damaged at byte 15; move it away, and a new one is made.");
    }

    void aFullDiskNamesTheFile()
    {
        auto quarantine = openQuarantineFile(m_folder, "shop");
        QVERIFY_RESULT(quarantine);
        std::filesystem::create_directories(m_folder);
        std::filesystem::create_symlink("/dev/full", m_file);
        QVERIFY_RESULT((*quarantine)->add(std::vector{record(0)}));
        const auto status = (*quarantine)->flush();
        QVERIFY(!status);
        QVERIFY(status.error().code == ErrorCode::Full);
        QVERIFY(status.error().message.find(m_file) != std::string::npos);
    }

private:
    [[nodiscard]] QList<QByteArray> lines() const
    {
        return QByteArray::fromStdString(*readFile(m_file)).trimmed().split('\n');
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::string m_folder;
    std::string m_file;
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestQuarantine)
#include "tst_quarantine.moc"
