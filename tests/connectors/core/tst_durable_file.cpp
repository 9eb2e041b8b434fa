// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/durable_file.h"
#include "tests/support/rows.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

namespace headrace::test {

class TestDurableFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = m_dir->path().toStdString() + "/deep/down/a.txt";
    }

    void theFileAppearsWhenItIsWhole()
    {
        auto file = DurableFile::create(m_path);
        QVERIFY_RESULT(file);
        QVERIFY_RESULT(file->write("one "));
        QVERIFY_RESULT(file->write("two"));
        QVERIFY(!std::filesystem::exists(m_path));
        QCOMPARE(file->temporaryPath(), m_path + ".headrace-tmp");
        QVERIFY_RESULT(file->commit());
        QCOMPARE(*readFile(m_path), "one two");
        QVERIFY(!std::filesystem::exists(file->temporaryPath()));
    }

    void whatIsNotCommittedIsRemoved()
    {
        QVERIFY_RESULT(writeFileDurably(m_path, "old"));
        {
            auto file = DurableFile::create(m_path);
            QVERIFY_RESULT(file);
            QVERIFY_RESULT(file->write("new"));
            DurableFile moved = *std::move(file);
            QVERIFY(std::filesystem::exists(moved.temporaryPath()));
        }
        QCOMPARE(*readFile(m_path), "old");
        QVERIFY(!std::filesystem::exists(m_path + ".headrace-tmp"));
    }

    void anAssignedFileReplacesAnOpenOne()
    {
        auto first = DurableFile::create(m_path);
        auto second = DurableFile::create(m_path + "2");
        QVERIFY_RESULT(first);
        QVERIFY_RESULT(second);
        *first = *std::move(second);
        QVERIFY(!std::filesystem::exists(m_path + ".headrace-tmp"));
        QVERIFY_RESULT(first->commit());
        QVERIFY(std::filesystem::exists(m_path + "2"));
    }

    void largeContentComesBackWhole()
    {
        std::string content(3'000'001, 'x');
        content[1'234'567] = '\0';
        QVERIFY_RESULT(writeFileDurably(m_path, content));
        QVERIFY(*readFile(m_path) == content);
    }

    void aMissingFileIsNotFound()
    {
        const auto content = readFile(m_path);
        QVERIFY(!content);
        QVERIFY(content.error().code == ErrorCode::NotFound);
        QCOMPARE(content.error().message,
                 "'" + m_path + "' could not be opened: No such file or directory. Check the path.");
    }

    void aFullDiskIsNamed()
    {
        std::filesystem::create_directories(std::filesystem::path(m_path).parent_path());
        std::filesystem::create_symlink("/dev/full", m_path + ".headrace-tmp");
        auto file = DurableFile::create(m_path);
        QVERIFY_RESULT(file);
        const auto status = file->write("x");
        QVERIFY(!status);
        QVERIFY(status.error().code == ErrorCode::Full);
        QCOMPARE(status.error().message,
                 "'" + m_path +
                     "' could not be written: No space left on device. Free some space there, then start again.");
    }

    void aFileInTheWayOfAFolderIsNamed()
    {
        QVERIFY_RESULT(writeFileDurably(m_path, "x"));
        const auto file = DurableFile::create(m_path + "/b");
        QVERIFY(!file);
        QVERIFY(file.error().message.find(m_path) != std::string::npos);
    }

    void aFolderInTheWayOfTheFileLeavesNothingBehind()
    {
        std::filesystem::create_directories(m_path + "/full");
        const auto status = writeFileDurably(m_path, "x");
        QVERIFY(!status);
        QVERIFY(status.error().message.starts_with("'" + m_path + "' could not be renamed to its final name"));
        QVERIFY(!std::filesystem::exists(m_path + ".headrace-tmp"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::string m_path;
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestDurableFile)
#include "tst_durable_file.moc"
