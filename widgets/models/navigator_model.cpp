// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/navigator_model.h"

namespace headrace {
namespace {

QString stateText(const NavigatorEntry& entry)
{
    const bool isPipeline = entry.kind == NavigatorEntry::Kind::Pipeline;
    switch (entry.state) {
    case NavigatorEntry::State::Running:
        return isPipeline ? NavigatorModel::tr("running") : NavigatorModel::tr("answers");
    case NavigatorEntry::State::Failed:
        return NavigatorModel::tr("failed");
    case NavigatorEntry::State::Idle:
    case NavigatorEntry::State::None:
        break;
    }
    return isPipeline ? NavigatorModel::tr("not running") : NavigatorModel::tr("not tried");
}

} // namespace

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
    case Qt::AccessibleTextRole:
        return entry.state == NavigatorEntry::State::None ? entry.name : tr("%1, %2").arg(entry.name, stateText(entry));
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
