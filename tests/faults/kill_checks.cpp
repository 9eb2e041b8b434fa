// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/kill_checks.h"

#include <QTest>

#include <random>

namespace headrace::test {

namespace {

std::uint32_t seed()
{
    if (qEnvironmentVariableIsSet("HEADRACE_SEED"))
        return static_cast<std::uint32_t>(qEnvironmentVariableIntValue("HEADRACE_SEED"));
    return std::random_device{}();
}

} // namespace

int killsWanted(int usual)
{
    return qEnvironmentVariableIsSet("HEADRACE_KILLS") ? qEnvironmentVariableIntValue("HEADRACE_KILLS") : usual;
}

void checkResult(const CrashJob& job, const CrashJob::Outcome& outcome)
{
    QVERIFY2(!outcome.killed && outcome.exitCode == 0, qPrintable(outcome.messages));
    const Verdict verdict = job.check();
    QVERIFY2(verdict == Verdict{}, qPrintable(verdict.describe()));
    QCOMPARE(job.wrongNow(), QString());
    QCOMPARE(job.halfWritten(), QStringList{});
}

void checkRandomKills(const CrashJob& job, int kills)
{
    const std::uint32_t used = seed();
    qInfo("kill times from HEADRACE_SEED=%u", used);
    std::mt19937 random(used);
    job.reset();

    const CrashJob::Outcome whole = job.run(std::nullopt);
    QVERIFY2(!whole.killed && whole.exitCode == 0, qPrintable(whole.messages));
    QCOMPARE(job.check(), Verdict{});

    int killed = 0;
    while (killed < kills) {
        job.reset();
        // A run that is killed early again and again still ends: from the 11th attempt on it is left alone.
        for (int attempt = 1;; ++attempt) {
            std::uniform_int_distribution<std::int64_t> time(1, whole.elapsed.count());
            const auto limit = attempt > 10 ? std::nullopt : std::optional(std::chrono::milliseconds{time(random)});
            const CrashJob::Outcome outcome = job.run(limit);
            if (!outcome.killed) {
                QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.messages));
                break;
            }
            ++killed;
            QCOMPARE(job.wrongNow(), QString());
        }
        const Verdict verdict = job.check();
        QVERIFY2(verdict == Verdict{}, qPrintable(verdict.describe()));
        QCOMPARE(job.wrongNow(), QString());
        QCOMPARE(job.halfWritten(), QStringList{});
    }
    qInfo("%d random kills, %s", killed, qPrintable(Verdict{}.describe()));
}

void checkNamedPoint(const CrashJob& job, const QString& point)
{
    job.reset();
    const CrashJob::Outcome killed = job.run(std::nullopt, {{QStringLiteral("HEADRACE_KILL_AT"), point}});
    QVERIFY2(killed.killed, "the program ended without passing this point");
    QCOMPARE(job.wrongNow(), QString());
    checkResult(job, job.run(std::nullopt));
}

} // namespace headrace::test
