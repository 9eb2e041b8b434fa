// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"
#include "widgets/bridge/async_task.h"
#include "widgets/models/readable_tree.h"

#include <QTimer>
#include <QWidget>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

class QLabel;
class QLineEdit;
class QPushButton;
class QTreeView;

namespace headrace {

/// What is there at the place that a source's options lead to: a tree of schemas, tables or topics and their columns.
/// All of it is asked for beside the UI, can be stopped, and is asked again only when the place changes.
class ReadableBrowser : public QWidget {
    Q_OBJECT

public:
    explicit ReadableBrowser(const Registry& registry, QWidget* parent = nullptr);

    /// Shows what `source` could read; the same place as before is not asked again. Hidden for types that cannot tell.
    void setSource(const ConnectorSpec& source);
    void reload();
    void cancel();

    [[nodiscard]] const ReadableTree& tree() const { return *m_tree; }
    [[nodiscard]] QTreeView& view() { return *m_view; }
    [[nodiscard]] QLineEdit& filter() { return *m_filter; }
    [[nodiscard]] QString note() const;

Q_SIGNALS:
    /// The answer is there: the tree, or note() with why there is none.
    void looked();
    void picked(const headrace::ReadableList::Item& item);
    /// The user wants the source to follow this column of `item`.
    void cursorPicked(const headrace::ReadableList::Item& item, const QString& column);

private:
    struct Found {
        std::shared_ptr<const ReadableList> list;
        QString place; ///< who answered, and how the way there is protected
    };

    void createParts();
    void connectParts();
    void load();
    void showFound(const Result<Found>& found);
    void showNote(const QString& note, const char* role);
    void applyFilter();
    void fitNames();
    void askColumns(int item);
    void nextColumns();
    void askDescriptions(const QModelIndex& index);
    void nextDescriptions();
    void forgetDescriptions();
    void openMenu(const QPoint& at);
    [[nodiscard]] const SourceType* type() const;

    const Registry& m_registry;
    ConnectorSpec m_source;
    std::string m_shownType;
    Options m_shownPlace; ///< of what the tree shows or is being asked
    QLineEdit* m_filter = nullptr;
    QPushButton* m_reload = nullptr;
    QLabel* m_note = nullptr;
    QLabel* m_place = nullptr;
    QTreeView* m_view = nullptr;
    ReadableTree* m_tree;
    QTimer m_delay;       ///< until the typing of an address has settled
    QTimer m_filterDelay; ///< a tree of ten thousand tables is not laid out for each letter
    AsyncTask<Result<Found>> m_describe;
    AsyncTask<Result<std::vector<ReadableColumn>>> m_columns;
    std::deque<int> m_waiting; ///< items whose columns are asked for one after the other
    using Descriptions = std::map<std::string, std::string>;
    AsyncTask<Result<Descriptions>> m_descriptions;
    std::set<int> m_asked;     ///< folders whose descriptions are here or on their way
    std::deque<int> m_folders; ///< those that wait for theirs
};

} // namespace headrace
