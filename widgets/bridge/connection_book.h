// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"
#include "widgets/bridge/async_task.h"

#include <QObject>
#include <QString>

#include <map>
#include <memory>
#include <vector>

namespace headrace {

/// The saved connections as the window shows them, and how their last tests went. UI thread only.
class ConnectionBook : public QObject {
    Q_OBJECT

public:
    enum class Health { Unknown, Testing, Good, Bad };

    /// `path` is the file that holds them; it need not exist.
    ConnectionBook(const Registry& registry, const QString& path, QObject* parent = nullptr);

    [[nodiscard]] const Registry& registry() const { return m_registry; }
    [[nodiscard]] const std::vector<SavedConnection>& connections() const { return m_connections; }
    [[nodiscard]] const SavedConnection* find(const std::string& name) const;
    /// Why the file could not be read; empty when it could.
    [[nodiscard]] QString error() const { return m_error; }

    /// Reads the file again.
    void reload();
    /// Adds a connection, or puts it in place of the one named `replaces`. What another program wrote since is kept.
    Status save(const SavedConnection& connection, const std::string& replaces = {});
    Status remove(const std::string& name);

    /// Asks whether it works; changed() tells of the answer.
    void test(const std::string& name);
    [[nodiscard]] Health health(const std::string& name) const;
    /// The answer of the last test as a sentence.
    [[nodiscard]] QString answer(const std::string& name) const;

Q_SIGNALS:
    void changed();

private:
    struct Test {
        Health health = Health::Unknown;
        QString answer;
        AsyncTask<Result<std::string>> task;
    };

    Status write(std::vector<SavedConnection> connections);

    const Registry& m_registry;
    std::string m_path;
    std::vector<SavedConnection> m_connections; ///< by name
    QString m_error;
    std::map<std::string, std::unique_ptr<Test>> m_tests;
};

} // namespace headrace
