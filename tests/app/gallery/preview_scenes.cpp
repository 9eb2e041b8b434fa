// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery/real_servers.h"
#include "tests/app/gallery/scenes.h"
#include "tests/app/picture_folder.h"

#include "app/main_window.h"
#include "widgets/forms/rows_view.h"
#include "widgets/forms/seek_bar.h"
#include "widgets/pages/preview_page.h"

#include <QElapsedTimer>
#include <QTabWidget>
#include <QTableView>

#include <fmt/format.h>

namespace headrace::test {
namespace {

constexpr int kLongest = 15'000;

PreviewPage& preview(MainWindow& window)
{
    return window.pages().pageAs<PreviewPage>(Page::Preview);
}

void await(MainWindow& window, RealServers& /*servers*/)
{
    QElapsedTimer since;
    since.start();
    do
        waitFor(kSettle);
    while (preview(window).loader().isLoading() && since.elapsed() < kLongest);
}

/// Waits, then shows the tab of that name.
std::function<void(MainWindow&, RealServers&)> tab(const char* name)
{
    return [name = QString::fromLatin1(name)](MainWindow& window, RealServers& servers) {
        await(window, servers);
        auto* tabs = preview(window).findChild<QTabWidget*>();
        for (int index = 0; index < tabs->count(); ++index) {
            if (tabs->tabText(index).startsWith(name))
                tabs->setCurrentIndex(index);
        }
        waitFor(5 * kSettle);
    };
}

void followLive(MainWindow& window, RealServers& servers)
{
    preview(window).seek().choose(SeekBar::Mode::Live);
    waitFor(5 * kSettle);
    for (int second = 0; second < 4; ++second) {
        servers.kafka().produce("device-events", RealServers::events(30'000 + 50 * second, 50, 6));
        waitFor(2 * kSettle);
    }
}

} // namespace

std::vector<Scene> previewScenes()
{
    std::vector<Scene> scenes;
    const auto add = [&scenes](const char* name, const char* type, std::function<Options(RealServers&)> options,
                               std::function<void(MainWindow&, RealServers&)> act = await) {
        scenes.push_back({fmt::format("preview-{}", name),
                          [type, options = std::move(options)](RealServers& servers) {
                              return pipelineFrom(type, options(servers));
                          },
                          Page::Preview, std::move(act)});
    };
    for (const char* table : {"orders", "empty", "wide", "texts", "nulls", "open_orders", "nested"})
        add(fmt::format("postgres-{}", table).c_str(), "postgres", [table = std::string(table)](RealServers& servers) {
            return RealServers::database(servers.postgres(), {{"table", "public." + table}});
        });
    const auto orders = [](RealServers& servers) {
        return RealServers::database(servers.postgres(), {{"table", "public.orders"}});
    };
    add("postgres-profile", "postgres", orders, tab("Profile"));
    add(
        "postgres-long-value", "postgres",
        [](RealServers& servers) {
            return RealServers::database(servers.postgres(), {{"table", "public.texts"}});
        },
        [](MainWindow& window, RealServers& servers) {
            await(window, servers);
            auto* table = preview(window).rows().findChild<QTableView*>();
            table->setCurrentIndex(table->model()->index(2, 1));
            waitFor(kSettle);
        });
    const auto hardNames = [](RealServers& servers) {
        return RealServers::database(servers.postgres(), {{"table", R"(public."Größe & ""Söhne"" 😀 tab")"}});
    };
    add("postgres-names", "postgres", hardNames);
    add("postgres-names-profile", "postgres", hardNames, tab("Profile"));
    for (const char* table : {"nulls", "wide", "texts", "empty"})
        add(
            fmt::format("postgres-{}-profile", table).c_str(), "postgres",
            [table = std::string(table)](RealServers& servers) {
                return RealServers::database(servers.postgres(), {{"table", "public." + table}});
            },
            tab("Profile"));
    add("postgres-syntax", "postgres", [](RealServers& servers) {
        return RealServers::database(servers.postgres(), {{"query", "SELECT id,\n  custmer\nFROM orders"}});
    });
    add("postgres-refused", "postgres", [](RealServers& servers) {
        return RealServers::database(servers.postgres(), {{"table", "public.orders"}, {"port", "1"}});
    });
    add("mariadb-orders", "mariadb", [](RealServers& servers) {
        return RealServers::database(servers.maria(), {{"table", "orders"}});
    });
    add("odbc-invoice", "odbc", [](RealServers& servers) {
        return servers.odbc().options("lite", {{"table", "invoice"}});
    });
    const auto topic = [](const char* name) {
        return [name](RealServers& servers) {
            return Options{{"brokers", servers.kafka().address()}, {"topic", name}};
        };
    };
    add("kafka-events", "kafka", topic("device-events"));
    add("kafka-empty", "kafka", topic("empty"));
    add("kafka-poison", "kafka", topic("poison"));
    add("kafka-rejected", "kafka", topic("poison"), tab("Rejected"));
    add("kafka-partitions", "kafka", topic("device-events"), tab("Partitions"));
    add("kafka-many", "kafka", topic("many"), tab("Partitions"));
    add("kafka-live", "kafka", topic("device-events"), followLive);
    add("kinesis-events", "kinesis", [](RealServers& servers) {
        return Options{{"endpoint", servers.kinesis().endpoint()}, {"stream", "device-events"}};
    });
    add("mqtt-plant", "mqtt", [](RealServers& servers) {
        return Options{{"broker", servers.mqtt().address()},
                       {"topic", "plant/+/+"},
                       {"levels", OptionList{"site", "hall", "machine"}}};
    });
    return scenes;
}

} // namespace headrace::test
