// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/navigator_model.h"

namespace headrace {

void NavigatorModel::setEntries(std::vector<NavigatorEntry> entries)
{
    if (entries.size() == m_entries.size()) {
        for (std::size_t row = 0; row < entries.size(); ++row) {
            if (entries[row] == m_entries[row])
                continue;
            m_entries[row] = std::move(entries[row]);
            const QModelIndex changed = index(static_cast<int>(row));
            Q_EMIT dataChanged(changed, changed);
        }
        return;
    }
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int NavigatorModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant NavigatorModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const NavigatorEntry& entry = m_entries[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return entry.name;
    case Qt::ToolTipRole:
        return !entry.tip.isEmpty() ? entry.tip : entry.path.isEmpty() ? QVariant() : entry.path;
    case NoteRole:
        return entry.note;
    case KindRole:
        return static_cast<int>(entry.kind);
    case StateRole:
        return static_cast<int>(entry.state);
    case CurrentRole:
        return entry.current;
    case PathRole:
        return entry.path;
    default:
        return {};
    }
}

Qt::ItemFlags NavigatorModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    if (m_entries[static_cast<std::size_t>(index.row())].kind == NavigatorEntry::Kind::Heading)
        return Qt::ItemNeverHasChildren;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace headrace
