// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/durable_file.h"
#include "connectors/pipeline/checkpoint.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

namespace headrace::test {

class TestCheckpoint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString() + "/state";
    }

    void keepsWhatWasSaved_data()
    {
        QTest::addColumn<QByteArray>("position");
        QTest::newRow("plain") << QByteArray("line 7");
        QTest::newRow("JSON") << QByteArray("{\"id\": [1, \"ü\"]}");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("no UTF-8") << QByteArray("\xff\x00\x80", 3);
    }
    void keepsWhatWasSaved()
    {
        QFETCH(QByteArray, position);
        const Checkpoint saved{{{position.toStdString()}, 41}, 1000, 3, true, 40, "postgres 'orders'"};
        {
            const auto store = openCheckpointFile(m_folder, "shop");
            QVERIFY_RESULT(store);
            QVERIFY(!*(*store)->load("abc"));
            QVERIFY_RESULT((*store)->save("abc", saved));
        }
        const auto store = openCheckpointFile(m_folder, "shop");
        QVERIFY_RESULT(store);
        QVERIFY(*(*store)->load("abc") == saved);
    }

    void anotherSourcesPositionIsNotUsed()
    {
        const auto store = openCheckpointFile(m_folder, "shop");
        QVERIFY_RESULT(store);
        QVERIFY_RESULT((*store)->save("abc", {{{"7"}, 1}, 7, 0, false}));
        const auto other = (*store)->load("def");
        QVERIFY_RESULT(other);
        QVERIFY(!*other);
    }

    void resetForgets()
    {
        const auto store = openCheckpointFile(m_folder, "shop");
        QVERIFY_RESULT(store);
        QVERIFY_RESULT((*store)->reset());
        QVERIFY_RESULT((*store)->save("abc", {{{"7"}, 1}, 7, 0, false}));
        QVERIFY_RESULT((*store)->reset());
        QVERIFY(!*(*store)->load("abc"));
    }

    void aDamagedFileIsNeverPassedOver_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("cut") << "{\"headrace_state\": 1, \"sour"
                             << "is damaged and cannot be used";
        QTest::newRow("empty") << ""
                               << "is damaged and cannot be used";
        QTest::newRow("no position") << "{\"headrace_state\": 1, \"source\": \"abc\"}"
                                     << "is damaged and cannot be used";
        QTest::newRow("wrong type") << "{\"headrace_state\": 1, \"source\": 5}"
                                    << "is damaged and cannot be used";
        QTest::newRow("version") << "{\"headrace_state\": 9}"
                                 << "has version 9, this program reads version 1";
    }
    void aDamagedFileIsNeverPassedOver()
    {
        QFETCH(QString, content);
        QFETCH(QString, says);
        const auto store = openCheckpointFile(m_folder, "shop");
        QVERIFY_RESULT(store);
        QVERIFY_RESULT(writeFileDurably(m_folder + "/shop.state.json", content.toStdString()));
        const auto loaded = (*store)->load("abc");
        QVERIFY(!loaded);
        QVERIFY(loaded.error().code == ErrorCode::Data);
        const QString message = QString::fromStdString(loaded.error().message);
        QVERIFY2(message.contains(says) && message.contains("/shop.state.json"), qPrintable(message));
    }

    void oneRunAtATimeInAProcess()
    {
        auto first = openCheckpointFile(m_folder, "shop");
        QVERIFY_RESULT(first);
        QVERIFY_RESULT(openCheckpointFile(m_folder, "other"));
        const auto second = openCheckpointFile(m_folder, "shop");
        QVERIFY(!second);
        QVERIFY(second.error().code == ErrorCode::Conflict);
        QCOMPARE(second.error().message, fmt::format("The pipeline 'shop' is being run by process {}; wait until it "
                                                     "ends, or stop it.",
                                                     ::getpid()));
        first->reset();
        QVERIFY_RESULT(openCheckpointFile(m_folder, "shop"));
    }

    void oneRunAtATimeAmongProcesses()
    {
        const auto held = openCheckpointFile(m_folder, "shop");
        QVERIFY_RESULT(held);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto second = openCheckpointFile(m_folder, "shop");
            ::_exit(!second && second.error().code == ErrorCode::Conflict ? 7 : 1);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QCOMPARE(WEXITSTATUS(status), 7);
    }

    void aKilledRunLeavesNoLock()
    {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto held = openCheckpointFile(m_folder, "shop");
            ::_exit(held ? 7 : 1);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QCOMPARE(WEXITSTATUS(status), 7);
        QVERIFY_RESULT(openCheckpointFile(m_folder, "shop"));
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        QVERIFY_RESULT(writeFileDurably(m_folder, "a file in the way"));
        const auto store = openCheckpointFile(m_folder, "shop");
        QVERIFY(!store);
        QVERIFY(store.error().message.find(m_folder) != std::string::npos);
    }

    void theStateFolderFollowsTheEnvironment()
    {
        qputenv("HOME", "/home/ada");
        qunsetenv("XDG_STATE_HOME");
        qunsetenv("HEADRACE_STATE_DIR");
        QCOMPARE(defaultStateFolder(), "/home/ada/.local/state/headrace");
        qputenv("XDG_STATE_HOME", "/var/ada");
        QCOMPARE(defaultStateFolder(), "/var/ada/headrace");
        qputenv("HEADRACE_STATE_DIR", "/srv/state");
        QCOMPARE(defaultStateFolder(), "/srv/state");
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::string m_folder;
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestCheckpoint)
#include "tst_checkpoint.moc"
