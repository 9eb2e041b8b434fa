// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_checks.h"
#include "tests/faults/mariadb_lanes.h"
#include "tests/faults/odbc_lanes.h"
#include "tests/faults/postgres_lanes.h"
#include "tests/support/fault_link.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <future>
#include <map>
#include <memory>

using namespace headrace::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kRows = 20'000; ///< in 40 batches
/// Of one attempt: two that write, and one for each to cancel what still runs.
constexpr int kMostConnections = 4;
constexpr int kAttempts = 3;
constexpr int kManyAttempts = 1000; ///< for a server that starts anew

struct Fault {
    const char* name;
    LinkCut cut;
};

const std::map<QString, Fault> kFaults = [] {
    using Place = LinkCut::Place;
    std::map<QString, Fault> faults;
    for (Fault fault : std::vector<Fault>{
             {"reset while rows come", {.place = Place::Download, .bytes = 300'000, .times = 3}},
             {"ended while rows come", {.place = Place::Download, .bytes = 300'000, .times = 3, .isReset = false}},
             {"silence, then reset", {.place = Place::Download, .bytes = 300'000, .silence = 300ms}},
             {"reset while rows go", {.place = Place::Upload, .bytes = 300'000, .times = 3}},
             {"ended while rows go", {.place = Place::Upload, .bytes = 300'000, .times = 3, .isReset = false}},
             {"silence while rows go", {.place = Place::Upload, .bytes = 300'000, .silence = 300ms}},
             {"commit lost", {.place = Place::Word, .word = "COMMIT", .times = 3}},
             {"answer to commit lost", {.place = Place::Answer, .word = "COMMIT", .times = 3}},
             {"answer to commit late and lost", {.place = Place::Answer, .word = "COMMIT", .silence = 300ms}},
             {"no login", {.place = Place::Upload, .bytes = 1, .times = 2}},
         })
        faults.emplace(QLatin1String(fault.name), fault);
    return faults;
}();

bool isReading(const QString& lane)
{
    return !lane.startsWith(QLatin1String("csv")) && !lane.startsWith(QLatin1String("sqlite"));
}

LinkCut::Place middle(const QString& lane)
{
    return isReading(lane) ? LinkCut::Place::Download : LinkCut::Place::Upload;
}

QString retries(int attempts)
{
    return QStringLiteral("retry: {attempts: %1, initial: 10ms, maximum: 50ms}\n").arg(attempts);
}

} // namespace

/// The link to a server breaks or is slow while the whole program runs: nothing is lost or doubled.
class TestLinkFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_postgres = std::make_unique<PostgresServer>();
        m_maria = std::make_unique<MariaServer>();
        m_links.emplace(QStringLiteral("postgres"), std::make_unique<FaultLink>(m_postgres->port()));
        m_links.emplace(QStringLiteral("mariadb"), std::make_unique<FaultLink>(m_maria->port()));
        const int postgres = m_links.at(QStringLiteral("postgres"))->port();
        const int maria = m_links.at(QStringLiteral("mariadb"))->port();
        for (CrashLane lane :
             {postgresToDuckdb(*m_postgres, kRows, postgres), sqliteToPostgres(*m_postgres, kRows, postgres),
              mariadbToParquet(*m_maria, kRows, maria), csvToMariadb(*m_maria, kRows, maria),
              odbcPostgresToParquet(*m_postgres, kRows, postgres), csvToOdbcPostgres(*m_postgres, kRows, postgres),
              csvToOdbcMariadb(*m_maria, kRows, maria)}) {
            const QString name = lane.name;
            lane.more = retries(kAttempts);
            m_jobs.emplace(name, CrashJob(lane, m_folder.filePath(name)));
            lane.more = retries(kManyAttempts);
            m_patientJobs.emplace(name, CrashJob(std::move(lane), m_folder.filePath(name + "-patient")));
        }
    }
    void init()
    {
        for (const auto& [name, link] : m_links)
            link->heal();
    }

    void cuts_data()
    {
        QTest::addColumn<QString>("lane");
        QTest::addColumn<QString>("fault");
        for (const auto& [lane, job] : m_jobs)
            for (const auto& [name, fault] : kFaults)
                if (isReading(lane) == (fault.cut.place == LinkCut::Place::Download))
                    QTest::addRow("%s %s", qPrintable(lane), qPrintable(name)) << lane << name;
    }
    void cuts()
    {
        QFETCH(QString, lane);
        QFETCH(QString, fault);
        const LinkCut& cut = kFaults.at(fault).cut;
        link(lane).cut(cut);
        runToTheEnd(lane);
        QCOMPARE(link(lane).cuts(), cut.times);
        QVERIFY2(link(lane).connections() <= kMostConnections * (1 + cut.times),
                 fmt::format("{} connections", link(lane).connections()).c_str());
    }

    void slowLinks_data() { addLanes(); }
    void slowLinks()
    {
        QFETCH(QString, lane);
        link(lane).slow({.delay = 5ms, .bytesPerSecond = 2'000'000, .close = 300ms});
        runToTheEnd(lane);
    }

    void aLinkThatStaysAwayEndsTheRun_data() { addLanes(); }
    void aLinkThatStaysAwayEndsTheRun()
    {
        QFETCH(QString, lane);
        link(lane).cut({.place = middle(lane), .bytes = 300'000});
        link(lane).refuseAfterCuts();
        const CrashJob& job = m_jobs.at(lane);
        job.reset();
        const CrashJob::Outcome failed = job.run(std::nullopt);
        QCOMPARE(failed.exitCode, 1);
        QVERIFY2(
            failed.messages.contains(QLatin1String("cannot be reached")) &&
                failed.messages.contains(QStringLiteral("It was tried %1 times without progress").arg(kAttempts + 1)),
            qPrintable(failed.messages));
        QVERIFY(link(lane).connections() <= kMostConnections * (2 + kAttempts));
        link(lane).heal();
        finish(job);
    }

    void aServerThatStartsAnewIsAwaited_data() { addLanes(); }
    void aServerThatStartsAnewIsAwaited()
    {
        QFETCH(QString, lane);
        const CrashJob& job = m_patientJobs.at(lane);
        job.reset();
        link(lane).cut({.place = middle(lane), .bytes = 300'000, .silence = 60s});
        auto run = std::async(std::launch::async, [&] { return job.run(std::nullopt); });
        QTRY_COMPARE(link(lane).cuts(), 1);
        if (lane.contains(QLatin1String("postgres"))) {
            m_postgres->stop();
            m_postgres->start();
        } else {
            m_maria->stop();
            m_maria->start();
        }
        checkResult(job, run.get());
    }

private:
    FaultLink& link(const QString& lane) const
    {
        return *m_links.at(lane.contains(QLatin1String("postgres")) ? QStringLiteral("postgres")
                                                                    : QStringLiteral("mariadb"));
    }

    void addLanes() const
    {
        QTest::addColumn<QString>("lane");
        for (const auto& [name, job] : m_jobs)
            QTest::newRow(qPrintable(name)) << name;
    }

    static void finish(const CrashJob& job) { checkResult(job, job.run(std::nullopt)); }
    void runToTheEnd(const QString& lane) const
    {
        m_jobs.at(lane).reset();
        finish(m_jobs.at(lane));
    }

    QTemporaryDir m_folder;
    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<MariaServer> m_maria;
    std::map<QString, std::unique_ptr<FaultLink>> m_links; ///< by server
    std::map<QString, CrashJob> m_jobs;                    ///< by lane
    std::map<QString, CrashJob> m_patientJobs;
};

QTEST_GUILESS_MAIN(TestLinkFaults)
#include "tst_link_faults.moc"
