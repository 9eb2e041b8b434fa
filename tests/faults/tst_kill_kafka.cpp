// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kafka_lanes.h"
#include "tests/faults/kill_checks.h"

#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace headrace::test;

namespace {

constexpr std::int64_t kRows = 40'000;
constexpr int kUsualKills = 2; ///< a lane; installer/test --long makes 200

} // namespace

/// kill -9 at random times and at named points, from and to a Kafka broker that stays.
class KillKafkaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_broker.start();
        for (auto* const lane : {kafkaToDuckdb, kafkaToParquet, kafkaToKafka}) {
            CrashLane made = lane(m_broker, kRows);
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
        QTest::addColumn<QString>("point");
        for (const char* point : {"mid-write:2", "before-commit:1", "after-commit:1"})
            QTest::newRow(point) << QString::fromLatin1(point);
    }
    void namedPoints()
    {
        QFETCH(QString, point);
        checkNamedPoint(m_jobs.at(QStringLiteral("kafka-kafka")), point);
    }

private:
    QTemporaryDir m_folder;
    KafkaBroker m_broker;
    std::map<QString, CrashJob> m_jobs;
};

QTEST_GUILESS_MAIN(KillKafkaTest)
#include "tst_kill_kafka.moc"
