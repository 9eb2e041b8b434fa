// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery/real_servers.h"
#include "tests/app/gallery/scenes.h"
#include "tests/app/picture_folder.h"

#include "app/main_window.h"
#include "widgets/pages/run_page.h"

#include <QElapsedTimer>
#include <QTabWidget>

namespace headrace::test {
namespace {

constexpr int kLongest = 30'000;

using Act = std::function<void(MainWindow&, RealServers&)>;

void showTab(MainWindow& window, const char* name)
{
    auto* tabs = window.pages().page(Page::Run)->findChild<QTabWidget*>();
    for (int index = 0; index < tabs->count(); ++index) {
        if (tabs->tabText(index).startsWith(QLatin1String(name)) && tabs->isTabVisible(index))
            tabs->setCurrentIndex(index);
    }
    waitFor(kSettle);
}

void start(MainWindow& window)
{
    window.run().start(window.document().pipeline());
    waitFor(kSettle);
}

void awaitEnd(MainWindow& window)
{
    QElapsedTimer since;
    since.start();
    while (window.run().isRunning() && since.elapsed() < kLongest)
        waitFor(50);
    waitFor(kSettle);
}

/// Runs while new events come to `topic` for some seconds, and shows a tab.
Act flowing(const char* topic, int partitions, const char* tab)
{
    return [topic, partitions, tab](MainWindow& window, RealServers& servers) {
        start(window);
        for (int round = 0; round < 16; ++round) {
            servers.kafka().produce(topic, RealServers::events(50'000 + 400 * round, 400, partitions));
            waitFor(kSettle);
        }
        showTab(window, tab);
        servers.kafka().produce(topic, RealServers::events(90'000, 400, partitions));
        waitFor(2 * kSettle);
    };
}

void finish(MainWindow& window, RealServers& /*servers*/)
{
    start(window);
    awaitEnd(window);
}

void stopAndResume(MainWindow& window, RealServers& servers)
{
    start(window);
    waitFor(4 * kSettle);
    window.run().drain();
    awaitEnd(window);
    servers.kafka().produce("device-events", RealServers::events(70'000, 900, 6));
    start(window);
    waitFor(4 * kSettle);
}

void stop(MainWindow& window, RealServers& /*servers*/)
{
    start(window);
    waitFor(6 * kSettle);
    window.run().drain();
    awaitEnd(window);
}

Pipeline topicPipeline(RealServers& servers, const char* topic)
{
    Pipeline pipeline = pipelineFrom("kafka", {{"brokers", servers.kafka().address()}, {"topic", topic}});
    pipeline.batch.rows = 2'000;
    pipeline.batch.age = std::chrono::milliseconds{500};
    return pipeline;
}

Pipeline ordersPipeline(RealServers& servers, Options more)
{
    more.set("table", std::string("public.orders"));
    Pipeline pipeline = pipelineFrom("postgres", RealServers::database(servers.postgres(), std::move(more)));
    pipeline.batch.rows = 1'000;
    return pipeline;
}

} // namespace

std::vector<Scene> runScenes()
{
    const auto events = [](RealServers& servers) { return topicPipeline(servers, "device-events"); };
    const auto many = [](RealServers& servers) { return topicPipeline(servers, "many"); };
    const auto poison = [](RealServers& servers) { return topicPipeline(servers, "poison"); };
    const auto every = [](RealServers& servers) {
        Pipeline pipeline = ordersPipeline(servers, {{"cursor", OptionList{"updated_at", "id"}}});
        pipeline.trigger.kind = Trigger::Kind::Every;
        pipeline.trigger.every = std::chrono::minutes{15};
        return pipeline;
    };
    const auto newRows = [every](RealServers& servers) {
        Pipeline pipeline = every(servers);
        pipeline.trigger.kind = Trigger::Kind::NewRows;
        pipeline.trigger.atLeast = std::chrono::minutes{15};
        return pipeline;
    };
    const auto into = [](const char* table) {
        return [table](RealServers& servers) {
            Pipeline pipeline = ordersPipeline(servers, {});
            pipeline.source.options.erase("table");
            pipeline.source.options.set("query", std::string("SELECT id, customer FROM orders ORDER BY id"));
            pipeline.destination = {"postgres",
                                    RealServers::database(servers.postgres(), {{"table", std::string(table)}})};
            pipeline.delivery = Delivery::ExactlyOnce;
            return pipeline;
        };
    };
    const auto kinesis = [](RealServers& servers) {
        Pipeline pipeline =
            pipelineFrom("kinesis", {{"endpoint", servers.kinesis().endpoint()}, {"stream", "device-events"}});
        pipeline.batch.age = std::chrono::milliseconds{500};
        return pipeline;
    };
    const auto stopped = [](RealServers& servers) { return ordersPipeline(servers, {{"port", "1"}}); };
    const Act none = [](MainWindow&, RealServers&) { waitFor(3 * kSettle); };
    const Act shardsRead = [](MainWindow& window, RealServers&) {
        start(window);
        waitFor(15 * kSettle);
        showTab(window, "Partitions");
        waitFor(2 * kSettle);
    };
    const Act away = [](MainWindow& window, RealServers& servers) { // for good: the last scene of all
        flowing("device-events", 6, "Log")(window, servers);
        servers.kafka().kill();
        waitFor(10'000);
    };
    const Act quarantined = [](MainWindow& window, RealServers&) {
        start(window);
        waitFor(6 * kSettle);
        window.run().drain();
        awaitEnd(window);
        showTab(window, "Quarantine");
    };
    const Act pulled = [](MainWindow& window, RealServers&) {
        start(window);
        waitFor(6 * kSettle);
    };
    return {
        {"batch-postgres-every", every, Page::Batch, none},
        {"batch-postgres-new-rows", newRows, Page::Batch, none},
        {"trigger-postgres-every", every, Page::Destination, none},
        {"trigger-postgres-new-rows", newRows, Page::Destination, none},
        {"trigger-kafka", events, Page::Destination, none},
        {"run-not-yet", every, Page::Run, none},
        {"run-kafka-partitions", events, Page::Run, flowing("device-events", 6, "Partitions")},
        {"run-kafka-log", events, Page::Run, flowing("device-events", 6, "Log")},
        {"run-kafka-batches", events, Page::Run, flowing("device-events", 6, "Batches")},
        {"run-kafka-many", many, Page::Run, flowing("many", RealServers::kManyPartitions, "Partitions")},
        {"run-kafka-resumed", events, Page::Run, stopAndResume},
        {"run-kafka-stopped", events, Page::Run, stop},
        {"run-kafka-quarantine", poison, Page::Run, quarantined},
        {"run-kinesis-shards", kinesis, Page::Run, shardsRead},
        {"run-postgres-finished", [](RealServers& servers) { return ordersPipeline(servers, {}); }, Page::Run, finish},
        {"run-postgres-waiting", every, Page::Run, pulled},
        {"run-postgres-failed", stopped, Page::Run, finish},
        {"run-postgres-not-null", into("strict_copy"), Page::Run, finish},
        {"run-postgres-key-conflict", into("orders_twice"), Page::Run,
         [](MainWindow& window, RealServers& servers) {
             servers.postgres().run("CREATE TABLE IF NOT EXISTS orders_twice(id bigint PRIMARY KEY, customer text); "
                                    "INSERT INTO orders_twice VALUES (1500, 'earlier') ON CONFLICT DO NOTHING");
             finish(window, servers);
         }},
        {"run-postgres-killed", into("orders_copy"), Page::Run,
         [](MainWindow& window, RealServers& servers) {
             start(window);
             servers.postgres().stop();
             waitFor(6 * kSettle);
             servers.postgres().start();
             awaitEnd(window);
         }},
        {"run-kafka-away", events, Page::Run, away}};
}

} // namespace headrace::test
