// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"

#include <QAbstractItemModel>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// What a source can read, made ready for the tree beside the UI thread. Names of a database's tables say which schema
/// (and catalog) holds them, which become folders.
struct ReadableList {
    struct Item {
        QString name;                    ///< within its folder: "orders"
        QString fullName;                ///< "public.orders"
        QString description;             ///< "table, 8 columns, about 412 rows, 1.2 MiB"
        Options set;                     ///< what to set in the source's options to read it …
        std::vector<std::string> erased; ///< … and what to remove
        int folder = -1;                 ///< index in `folders`; −1: at the top
    };
    struct Folder {
        QString name;
        int parent = -1;
    };
    std::vector<Folder> folders; ///< a parent comes before its children
    std::vector<Item> items;

    /// `asked` are the options that describe() was given; only what it changed in them is kept. Any thread.
    [[nodiscard]] static std::shared_ptr<const ReadableList> from(const std::vector<Readable>& readables,
                                                                  const Options& asked, bool hasFolders);
};

/// The tree of what can be read: folders, tables or topics, and below each its columns, which are asked for when it is
/// first unfolded. Can be filtered by name. UI thread only.
class ReadableTree : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Name, Type, ColumnCount };

    using QAbstractItemModel::QAbstractItemModel;

    void setList(std::shared_ptr<const ReadableList> list);
    /// Leaves only what has `text` in its name, in any case, and the folders around it.
    void setFilter(const QString& text);
    [[nodiscard]] int shownItems() const { return m_shownItems; }

    /// The item at the index, or of the column at the index; null for folders.
    [[nodiscard]] const ReadableList::Item* itemAt(const QModelIndex& index) const;
    /// The name of the column at the index; empty for all else.
    [[nodiscard]] QString columnAt(const QModelIndex& index) const;

    /// Answers columnsWanted(): the columns, or the sentence that says why there are none.
    void setColumns(int item, const Result<std::vector<ReadableColumn>>& columns);
    [[nodiscard]] const ReadableList::Item& item(int number) const;

    /// The folder at the index; −1 for all else.
    [[nodiscard]] int folderAt(const QModelIndex& index) const;
    [[nodiscard]] QString folderName(int folder) const; ///< whole: "shop" or "catalog.schema"
    /// Puts in place what the items of a folder are, by their full names.
    void setDescriptions(int folder, const std::map<std::string, std::string>& descriptions);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void columnsWanted(int item);

private:
    enum class Kind { Folder, Item, Column, Note };
    enum class Loading { NotAsked, Asked, Done };

    struct Node {
        Kind kind = Kind::Folder;
        int parent = -1; ///< node; −1: the root
        int row = 0;     ///< among the shown children of the parent
        int source = 0;  ///< index in the list's folders or items
        std::vector<int> shown = {};
        ReadableColumn column = {}; ///< Column; a Note's sentence is its name
        Loading loading = Loading::NotAsked;
    };

    void arrange();
    void addChild(int parent, Node node);
    [[nodiscard]] const std::vector<int>& childrenOf(const QModelIndex& parent) const;
    [[nodiscard]] bool isShown(const Node& node, int number) const;
    [[nodiscard]] const Node* nodeAt(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex indexOf(int node) const;
    [[nodiscard]] QString textOf(const Node& node, int column) const;

    std::shared_ptr<const ReadableList> m_list;
    std::map<int, QString> m_descriptions; ///< of items, in place of the list's
    QString m_filter;
    std::vector<Node> m_nodes; ///< folders, then items, then columns and notes as they come
    std::vector<int> m_top;
    int m_shownItems = 0;
};

} // namespace headrace
