// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery/real_servers.h"
#include "tests/app/gallery/scenes.h"
#include "tests/app/picture_folder.h"

#include "app/main_window.h"
#include "widgets/pages/connect_page.h"
#include "widgets/pages/readable_browser.h"

#include <QElapsedTimer>
#include <QTreeView>

#include <fmt/format.h>

namespace headrace::test {
namespace {

constexpr int kLongest = 15'000;

using Filled = std::function<Options(RealServers&)>;

/// Presses "Test connection" and waits for both answers.
void test(MainWindow& window, RealServers& /*servers*/)
{
    auto& page = window.pages().pageAs<ConnectPage>(Page::Connect);
    page.test();
    QElapsedTimer since;
    since.start();
    const auto isBusy = [&page] {
        return page.testAnswer() == QStringLiteral("Testing…") || page.browser()->note() == QStringLiteral("Looking…");
    };
    do
        waitFor(kSettle);
    while (isBusy() && since.elapsed() < kLongest);
}

/// Unfolds the first things down to their columns as well.
void unfold(MainWindow& window, RealServers& servers)
{
    test(window, servers);
    QTreeView& view = window.pages().pageAs<ConnectPage>(Page::Connect).browser()->view();
    for (QModelIndex at = view.model()->index(0, 0); at.isValid(); at = view.model()->index(0, 0, at)) {
        view.expand(at);
        waitFor(3 * kSettle);
    }
}

void add(std::vector<Scene>& scenes, const std::string& type, const char* name, Filled options,
         std::function<void(MainWindow&, RealServers&)> act = test)
{
    scenes.push_back(
        {fmt::format("connect-{}-{}", type, name),
         [type, options = std::move(options)](RealServers& servers) { return pipelineFrom(type, options(servers)); },
         Page::Connect, std::move(act)});
}

/// `filled` with some options in place of its own.
Filled with(Filled filled, const Options& other)
{
    return [filled = std::move(filled), other](RealServers& servers) {
        Options options = filled(servers);
        for (const auto& [key, value] : other.values())
            options.set(key, value);
        return options;
    };
}

void addServer(std::vector<Scene>& scenes, const std::string& type, const Filled& filled)
{
    add(
        scenes, type, "empty", [](RealServers&) { return Options{}; }, [](MainWindow&, RealServers&) {});
    add(scenes, type, "connected", filled, unfold);
}

void addDatabase(std::vector<Scene>& scenes, const std::string& type, const Filled& filled)
{
    addServer(scenes, type, filled);
    add(scenes, type, "wrong-name", with(filled, {{"host", "no-such-host.invalid"}}));
    add(scenes, type, "refused", with(filled, {{"port", "1"}}));
    add(scenes, type, "wrong-password", with(filled, {{"password", "${env:HEADRACE_WRONG}"}}));
    add(scenes, type, "no-database", with(filled, {{"database", "shpo"}}));
    add(scenes, type, "tls-refused", with(filled, {{"sslmode", "verify-full"}, {"host", "localhost"}}));
    add(scenes, type, "tls-verified", [filled, isPostgres = type == "postgres"](RealServers& servers) {
        const std::string ca = isPostgres ? servers.postgres().caFile() : servers.maria().caFile();
        return with(filled, {{"sslmode", "verify-full"}, {"host", "localhost"}, {"sslrootcert", ca}})(servers);
    });
    add(scenes, type, "no-table", with(filled, {{"table", "no_such_table"}}));
}

void addOdbc(std::vector<Scene>& scenes)
{
    const Filled lite = [](RealServers& servers) { return servers.odbc().options("lite", {{"table", "invoice"}}); };
    const Filled postgres = [](RealServers& servers) {
        return servers.odbc().options("pg", {{"table", "public.orders"}, {"password", "${env:HEADRACE_RIGHT}"}});
    };
    addServer(scenes, "odbc", lite);
    add(scenes, "odbc", "postgres", postgres, unfold);
    add(scenes, "odbc", "no-dsn", with(lite, {{"dsn", "erp"}}));
    add(scenes, "odbc", "no-driver", [](RealServers& servers) {
        static_cast<void>(servers.odbc());
        return Options{{"driver", "Oracle 21 ODBC driver"}, {"server", "erp.example.org"}};
    });
    add(scenes, "odbc", "wrong-password", with(postgres, {{"password", "${env:HEADRACE_WRONG}"}}));
}

void addQtSql(std::vector<Scene>& scenes)
{
    const Filled firebird = [](RealServers& servers) {
        return RealServers::database(servers.firebird(), {{"table", "ORDERS"}});
    };
    addServer(scenes, "qtsql", firebird);
    add(scenes, "qtsql", "no-driver", with(firebird, {{"driver", "QOCI"}}));
    add(scenes, "qtsql", "wrong-password", with(firebird, {{"password", "${env:HEADRACE_WRONG}"}}));
    add(scenes, "qtsql", "refused", with(firebird, {{"port", "1"}}));
}

void addStreams(std::vector<Scene>& scenes)
{
    const Filled kafka = [](RealServers& servers) {
        return Options{{"brokers", servers.kafka().address()}, {"topic", "device-events"}};
    };
    addServer(scenes, "kafka", kafka);
    add(scenes, "kafka", "wrong-name", with(kafka, {{"brokers", "no-such-host.invalid:9092"}}));
    add(scenes, "kafka", "refused", with(kafka, {{"brokers", "127.0.0.1:1"}}));
    add(scenes, "kafka", "no-topic", with(kafka, {{"topic", "device-evens"}}));
    add(scenes, "kafka", "wrong-password", [](RealServers& servers) {
        return Options{{"brokers", servers.kafka().address(3)},
                       {"security", "sasl_plaintext"},
                       {"mechanism", "PLAIN"},
                       {"username", "bob"},
                       {"password", "${env:HEADRACE_WRONG}"},
                       {"topic", "device-events"}};
    });
    add(scenes, "kafka", "tls-refused", [](RealServers& servers) {
        return Options{{"brokers", servers.kafka().address(2)}, {"security", "ssl"}, {"topic", "device-events"}};
    });
    add(scenes, "kafka", "tls", [](RealServers& servers) {
        return Options{{"brokers", servers.kafka().address(2)},
                       {"security", "ssl"},
                       {"topic", "device-events"},
                       {"ca_file", servers.kafka().file("ca.pem")}};
    });
    const Filled kinesis = [](RealServers& servers) {
        return Options{{"endpoint", servers.kinesis().endpoint()}, {"stream", "device-events"}};
    };
    addServer(scenes, "kinesis", kinesis);
    add(scenes, "kinesis", "refused", with(kinesis, {{"endpoint", "http://127.0.0.1:1"}}));
    add(scenes, "kinesis", "no-stream", with(kinesis, {{"stream", "device-evens"}}));
    add(scenes, "kinesis", "no-profile", with(kinesis, {{"profile", "produktion"}}));
    const Filled mqtt = [](RealServers& servers) {
        return Options{{"broker", servers.mqtt().address()}, {"topic", "plant/+/+"}};
    };
    addServer(scenes, "mqtt", mqtt);
    add(scenes, "mqtt", "wrong-name", with(mqtt, {{"broker", "no-such-host.invalid"}}));
    add(scenes, "mqtt", "refused", with(mqtt, {{"broker", "127.0.0.1:1"}}));
    add(scenes, "mqtt", "wrong-password", [](RealServers& servers) {
        return Options{{"broker", servers.mqtt().address(1)},
                       {"topic", "plant/#"},
                       {"user", "app"},
                       {"password", "${env:HEADRACE_WRONG}"}};
    });
    add(scenes, "mqtt", "tls-refused", [](RealServers& servers) {
        return Options{{"broker", servers.mqtt().address(2)},
                       {"topic", "plant/#"},
                       {"user", "app"},
                       {"password", "${env:HEADRACE_WRONG}"}};
    });
}

} // namespace

std::vector<Scene> connectScenes()
{
    std::vector<Scene> scenes;
    const Options common{{"password", "${env:HEADRACE_RIGHT}"}};
    addDatabase(scenes, "postgres",
                with(
                    [](RealServers& servers) {
                        return servers.postgres().options({{"table", "public.orders"}});
                    },
                    common));
    addDatabase(scenes, "mariadb",
                with(
                    [](RealServers& servers) {
                        return servers.maria().options({{"table", "orders"}});
                    },
                    common));
    addOdbc(scenes);
    addQtSql(scenes);
    addStreams(scenes);
    return scenes;
}

} // namespace headrace::test
