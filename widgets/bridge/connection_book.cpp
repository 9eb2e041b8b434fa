// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/connection_book.h"

#include "connectors/pipeline/connection_file.h"
#include "connectors/pipeline/connection_test.h"

#include <algorithm>

namespace headrace {

ConnectionBook::ConnectionBook(const Registry& registry, const QString& path, QObject* parent)
    : QObject(parent)
    , m_registry(registry)
    , m_path(path.toStdString())
{
    reload();
}

const SavedConnection* ConnectionBook::find(const std::string& name) const
{
    const auto found = std::ranges::find(m_connections, name, &SavedConnection::name);
    return found == m_connections.end() ? nullptr : &*found;
}

void ConnectionBook::reload()
{
    auto loaded = m_path.empty() ? std::vector<SavedConnection>{} : loadConnections(m_path);
    m_error = loaded ? QString() : QString::fromStdString(loaded.error().message);
    m_connections = loaded ? *std::move(loaded) : std::vector<SavedConnection>{};
    std::ranges::sort(m_connections, {}, &SavedConnection::name);
    Q_EMIT changed();
}

Status ConnectionBook::save(const SavedConnection& connection, const std::string& replaces)
{
    HEADRACE_CHECK(checkConnection(connection));
    HEADRACE_TRY(auto connections, loadConnections(m_path));
    if (connection.name != replaces &&
        std::ranges::find(connections, connection.name, &SavedConnection::name) != connections.end())
        return fail(ErrorCode::Usage, tr("There is a connection '%1' already; choose another name.")
                                          .arg(QString::fromStdString(connection.name))
                                          .toStdString());
    std::erase_if(connections, [&](const SavedConnection& known) { return known.name == replaces; });
    connections.push_back(connection);
    m_tests.erase(replaces);
    m_tests.erase(connection.name);
    return write(std::move(connections));
}

Status ConnectionBook::remove(const std::string& name)
{
    HEADRACE_TRY(auto connections, loadConnections(m_path));
    std::erase_if(connections, [&](const SavedConnection& known) { return known.name == name; });
    m_tests.erase(name);
    return write(std::move(connections));
}

Status ConnectionBook::write(std::vector<SavedConnection> connections)
{
    std::ranges::sort(connections, {}, &SavedConnection::name);
    HEADRACE_CHECK(saveConnections(connections, m_path));
    reload();
    return {};
}

void ConnectionBook::test(const std::string& name)
{
    const SavedConnection* connection = find(name);
    if (!connection)
        return;
    auto& test = m_tests[name];
    if (!test)
        test = std::make_unique<Test>();
    test->health = Health::Testing;
    test->answer = tr("Testing…");
    test->task.start(
        [this, tested = *connection](const std::stop_token& stop) { return testConnection(m_registry, tested, stop); },
        [this, test = test.get()](const Result<std::string>& answer) {
            test->health = answer ? Health::Good : Health::Bad;
            test->answer = QString::fromStdString(answer ? *answer : answer.error().message);
            Q_EMIT changed();
        });
    Q_EMIT changed();
}

ConnectionBook::Health ConnectionBook::health(const std::string& name) const
{
    const auto found = m_tests.find(name);
    return found == m_tests.end() ? Health::Unknown : found->second->health;
}

QString ConnectionBook::answer(const std::string& name) const
{
    const auto found = m_tests.find(name);
    return found == m_tests.end() ? QString() : found->second->answer;
}

} // namespace headrace
