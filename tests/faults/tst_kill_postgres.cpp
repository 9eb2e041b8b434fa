// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_checks.h"
#include "tests/faults/postgres_lanes.h"

#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <memory>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 40'000;
constexpr int kUsualKills = 4; ///< a lane; installer/test --long makes 200

} // namespace

/// kill -9 at random times and at every named point, from and to a PostgreSQL server that stays.
class KillPostgresTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("HEADRACE_TEST_PASSWORD", PostgresServer::kPassword);
        m_server = std::make_unique<PostgresServer>();
        for (auto* const lane : {postgresToDuckdb, postgresRangesToDuckdb, sqliteToPostgres, postgresToPostgres}) {
            CrashLane made = lane(*m_server, kRows);
            const QString name = made.name;
            m_jobs.emplace(name, CrashJob(std::move(made), m_folder.filePath(name)));
        }
    }

    void randomKills_data()
    {
        QTest::addColumn<QString>("lane");
        for (const auto& [name, job] : m_jobs)
            QTest::newRow(qPrintable(name)) << name;
    }
    void randomKills()
    {
        QFETCH(QString, lane);
        checkRandomKills(m_jobs.at(lane), killsWanted(kUsualKills));
    }

    void namedPoints_data()
    {
        QTest::addColumn<QString>("lane");
        QTest::addColumn<QString>("point");
        for (const auto& [name, job] : m_jobs)
            for (const char* point : {"after-read:2", "before-write:1", "mid-write:2", "after-write:1",
                                      "before-commit:1", "after-commit:1"})
                if (name.endsWith(QLatin1String("-postgres")) ||
                    QLatin1String(point).startsWith(QLatin1String("after-")))
                    QTest::addRow("%s %s", qPrintable(name), point) << name << QString::fromLatin1(point);
    }
    void namedPoints()
    {
        QFETCH(QString, lane);
        QFETCH(QString, point);
        checkNamedPoint(m_jobs.at(lane), point);
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<PostgresServer> m_server;
    std::map<QString, CrashJob> m_jobs;
};

QTEST_GUILESS_MAIN(KillPostgresTest)
#include "tst_kill_postgres.moc"
