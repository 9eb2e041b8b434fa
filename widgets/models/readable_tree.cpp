// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/readable_tree.h"

#include "widgets/theme.h"

#include <QGuiApplication>
#include <QPalette>

#include <algorithm>
#include <map>

namespace headrace {
namespace {

/// The parts of "shop.public.orders".
std::vector<std::string> partsOf(const std::string& name)
{
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', from)) {
        parts.push_back(name.substr(from, dot - from));
        from = dot + 1;
    }
    parts.push_back(name.substr(from));
    return parts;
}

} // namespace

std::shared_ptr<const ReadableList> ReadableList::from(const std::vector<Readable>& readables, const Options& asked,
                                                       bool hasFolders)
{
    auto list = std::make_shared<ReadableList>();
    std::map<std::vector<std::string>, int> known;
    const auto folderOf = [&](const std::vector<std::string>& path) {
        int parent = -1;
        for (std::size_t depth = 1; depth <= path.size(); ++depth) {
            const auto end = path.begin() + static_cast<std::ptrdiff_t>(depth);
            const auto [found, isNew] = known.try_emplace({path.begin(), end}, static_cast<int>(list->folders.size()));
            if (isNew)
                list->folders.push_back({QString::fromStdString(path[depth - 1]), parent});
            parent = found->second;
        }
        return parent;
    };
    for (const Readable& readable : readables) {
        std::vector<std::string> path = hasFolders ? partsOf(readable.name) : std::vector{readable.name};
        Item item;
        item.name = QString::fromStdString(path.back());
        item.fullName = QString::fromStdString(readable.name);
        item.description = QString::fromStdString(readable.description);
        path.pop_back();
        item.folder = folderOf(path);
        for (const auto& [key, value] : readable.options.values()) {
            const auto before = asked.values().find(key);
            if (before == asked.values().end() || before->second != value)
                item.set.set(key, value);
        }
        for (const auto& [key, value] : asked.values()) {
            if (!readable.options.has(key))
                item.erased.push_back(key);
        }
        list->items.push_back(std::move(item));
    }
    return list;
}

void ReadableTree::setList(std::shared_ptr<const ReadableList> list)
{
    beginResetModel();
    m_list = std::move(list);
    m_descriptions.clear();
    m_nodes.clear();
    if (m_list) {
        m_nodes.reserve(m_list->folders.size() + m_list->items.size());
        for (std::size_t folder = 0; folder < m_list->folders.size(); ++folder)
            m_nodes.push_back({Kind::Folder, m_list->folders[folder].parent, 0, static_cast<int>(folder)});
        for (std::size_t item = 0; item < m_list->items.size(); ++item)
            m_nodes.push_back({Kind::Item, m_list->items[item].folder, 0, static_cast<int>(item)});
    }
    arrange();
    endResetModel();
}

void ReadableTree::setFilter(const QString& text)
{
    if (text == m_filter)
        return;
    beginResetModel();
    m_filter = text;
    arrange();
    endResetModel();
}

void ReadableTree::arrange()
{
    m_top.clear();
    m_shownItems = 0;
    const int folders = m_list ? static_cast<int>(m_list->folders.size()) : 0;
    const int last = m_list ? folders + static_cast<int>(m_list->items.size()) : 0;
    std::vector<bool> isShown(static_cast<std::size_t>(folders), m_filter.isEmpty());
    for (int node = folders; node < last; ++node) {
        const ReadableList::Item& item = this->item(m_nodes[static_cast<std::size_t>(node)].source);
        if (!item.fullName.contains(m_filter, Qt::CaseInsensitive))
            continue;
        for (int folder = item.folder; folder >= 0; folder = m_list->folders[static_cast<std::size_t>(folder)].parent)
            isShown[static_cast<std::size_t>(folder)] = true;
    }
    for (int node = 0; node < folders; ++node)
        m_nodes[static_cast<std::size_t>(node)].shown.clear();
    for (int index = 0; index < last; ++index) {
        Node& node = m_nodes[static_cast<std::size_t>(index)];
        if (node.kind == Kind::Folder ? !isShown[static_cast<std::size_t>(index)]
                                      : !item(node.source).fullName.contains(m_filter, Qt::CaseInsensitive))
            continue;
        std::vector<int>& row = node.parent < 0 ? m_top : m_nodes[static_cast<std::size_t>(node.parent)].shown;
        node.row = static_cast<int>(row.size());
        row.push_back(index);
        m_shownItems += node.kind == Kind::Item ? 1 : 0;
    }
}

const ReadableList::Item& ReadableTree::item(int number) const
{
    return m_list->items[static_cast<std::size_t>(number)];
}

const ReadableTree::Node* ReadableTree::nodeAt(const QModelIndex& index) const
{
    return index.isValid() ? &m_nodes[static_cast<std::size_t>(index.internalId())] : nullptr;
}

const ReadableList::Item* ReadableTree::itemAt(const QModelIndex& index) const
{
    const Node* node = nodeAt(index);
    if (node && (node->kind == Kind::Column || node->kind == Kind::Note))
        node = &m_nodes[static_cast<std::size_t>(node->parent)];
    return node && node->kind == Kind::Item ? &item(node->source) : nullptr;
}

QString ReadableTree::columnAt(const QModelIndex& index) const
{
    const Node* node = nodeAt(index);
    return node && node->kind == Kind::Column ? QString::fromStdString(node->column.name) : QString();
}

QModelIndex ReadableTree::indexOf(int node) const
{
    return node < 0 ? QModelIndex()
                    : createIndex(m_nodes[static_cast<std::size_t>(node)].row, 0, static_cast<quintptr>(node));
}

const std::vector<int>& ReadableTree::childrenOf(const QModelIndex& parent) const
{
    const Node* node = nodeAt(parent);
    return node ? node->shown : m_top;
}

QModelIndex ReadableTree::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, static_cast<quintptr>(childrenOf(parent)[static_cast<std::size_t>(row)]));
}

QModelIndex ReadableTree::parent(const QModelIndex& child) const
{
    const Node* node = nodeAt(child);
    return node ? indexOf(node->parent) : QModelIndex();
}

int ReadableTree::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(childrenOf(parent).size());
}

int ReadableTree::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

bool ReadableTree::hasChildren(const QModelIndex& parent) const
{
    const Node* node = nodeAt(parent);
    if (parent.column() > 0)
        return false;
    return node && node->kind == Kind::Item ? node->loading != Loading::Done || !node->shown.empty()
                                            : !childrenOf(parent).empty();
}

bool ReadableTree::canFetchMore(const QModelIndex& parent) const
{
    const Node* node = nodeAt(parent);
    return node && parent.column() == 0 && node->kind == Kind::Item && node->loading == Loading::NotAsked;
}

void ReadableTree::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    const auto index = static_cast<std::size_t>(parent.internalId());
    m_nodes[index].loading = Loading::Asked;
    const int wanted = m_nodes[index].source;
    beginInsertRows(parent, 0, 0);
    addChild(static_cast<int>(index), {.kind = Kind::Note, .column = {tr("Reading the columns…").toStdString()}});
    endInsertRows();
    Q_EMIT columnsWanted(wanted);
}

void ReadableTree::addChild(int parent, Node node)
{
    std::vector<int>& row = m_nodes[static_cast<std::size_t>(parent)].shown;
    node.parent = parent;
    node.row = static_cast<int>(row.size());
    row.push_back(static_cast<int>(m_nodes.size()));
    m_nodes.push_back(std::move(node));
}

void ReadableTree::setColumns(int item, const Result<std::vector<ReadableColumn>>& columns)
{
    std::vector<Node> children;
    if (columns) {
        for (const ReadableColumn& column : *columns)
            children.push_back({.kind = Kind::Column, .column = column});
    } else {
        children.push_back({.kind = Kind::Note, .column = {columns.error().message}});
    }
    const int number = static_cast<int>(m_list->folders.size()) + item;
    Node& node = m_nodes[static_cast<std::size_t>(number)];
    const bool isSeen = isShown(node, number); // what the filter hides, no view knows of
    if (isSeen)
        beginRemoveRows(indexOf(number), 0, static_cast<int>(node.shown.size()) - 1);
    node.shown.clear();
    node.loading = Loading::Done;
    if (isSeen)
        endRemoveRows();
    if (children.empty())
        return;
    if (isSeen)
        beginInsertRows(indexOf(number), 0, static_cast<int>(children.size()) - 1);
    for (Node& child : children)
        addChild(number, std::move(child));
    if (isSeen)
        endInsertRows();
}

int ReadableTree::folderAt(const QModelIndex& index) const
{
    const Node* node = nodeAt(index);
    return node && node->kind == Kind::Folder ? node->source : -1;
}

QString ReadableTree::folderName(int folder) const
{
    const ReadableList::Folder& it = m_list->folders[static_cast<std::size_t>(folder)];
    return it.parent < 0 ? it.name : folderName(it.parent) + QLatin1Char('.') + it.name;
}

void ReadableTree::setDescriptions(int folder, const std::map<std::string, std::string>& descriptions)
{
    for (std::size_t number = 0; number < m_list->items.size(); ++number) {
        const ReadableList::Item& item = m_list->items[number];
        if (item.folder != folder)
            continue;
        if (const auto found = descriptions.find(item.fullName.toStdString()); found != descriptions.end())
            m_descriptions[static_cast<int>(number)] = QString::fromStdString(found->second);
    }
    const Node& node = m_nodes[static_cast<std::size_t>(folder)];
    if (!isShown(node, folder) || node.shown.empty())
        return;
    const QModelIndex index = indexOf(folder);
    Q_EMIT dataChanged(this->index(0, Type, index), this->index(rowCount(index) - 1, Type, index), {Qt::DisplayRole});
}

bool ReadableTree::isShown(const Node& node, int number) const
{
    const std::vector<int>& row = node.parent < 0 ? m_top : m_nodes[static_cast<std::size_t>(node.parent)].shown;
    const auto at = static_cast<std::size_t>(node.row);
    return at < row.size() && row[at] == number &&
           (node.parent < 0 || isShown(m_nodes[static_cast<std::size_t>(node.parent)], node.parent));
}

QString ReadableTree::textOf(const Node& node, int column) const
{
    switch (node.kind) {
    case Kind::Folder:
        return column == Name ? m_list->folders[static_cast<std::size_t>(node.source)].name : QString();
    case Kind::Note:
        return column == Name ? QString::fromStdString(node.column.name) : QString();
    case Kind::Column:
        if (column == Name)
            return QString::fromStdString(node.column.name);
        if (column == Type)
            return QString::fromStdString(node.column.note.empty() ? node.column.type
                                                                   : node.column.type + ", " + node.column.note);
        return {};
    case Kind::Item:
        break;
    }
    if (column == Name)
        return item(node.source).name;
    const auto described = m_descriptions.find(node.source);
    return described == m_descriptions.end() ? item(node.source).description : described->second;
}

QVariant ReadableTree::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node& node = *nodeAt(index);
    switch (role) {
    case Qt::DisplayRole:
        return textOf(node, index.column());
    case Qt::ToolTipRole:
        return node.kind == Kind::Item && index.column() == Name ? item(node.source).fullName
                                                                 : textOf(node, index.column());
    case Qt::ForegroundRole:
        return index.column() == Name && node.kind != Kind::Note
                   ? QVariant()
                   : QVariant(themeColors(QGuiApplication::palette()).mutedText);
    case Qt::FontRole: {
        QFont font(QGuiApplication::font());
        font.setBold(true);
        return node.kind == Kind::Column && node.column.isKey && index.column() == Name ? QVariant(font) : QVariant();
    }
    default:
        return {};
    }
}

QVariant ReadableTree::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Name") : tr("What it is");
}

} // namespace headrace
