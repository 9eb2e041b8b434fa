// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

#include <vector>

namespace headrace {

/// One line of the navigator.
struct NavigatorEntry {
    enum class Kind { Heading, Pipeline, Connection, NewConnection, Computer };
    enum class State { None, Idle, Running, Failed };

    Kind kind = Kind::Heading;
    QString name = {};
    QString note = {}; ///< at the right: "18 k/s", "DuckDB"
    QString path = {}; ///< of a pipeline's file
    QString tip = {};  ///< the path when empty
    State state = State::None;
    bool current = false;

    friend bool operator==(const NavigatorEntry&, const NavigatorEntry&) = default;
};

/// The navigator's lines: pipelines, then saved connections. Headings cannot be selected.
class NavigatorModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { NoteRole = Qt::UserRole, KindRole, StateRole, CurrentRole, PathRole };

    using QAbstractListModel::QAbstractListModel;

    void setEntries(std::vector<NavigatorEntry> entries);
    [[nodiscard]] const std::vector<NavigatorEntry>& entries() const { return m_entries; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    std::vector<NavigatorEntry> m_entries;
};

} // namespace headrace
