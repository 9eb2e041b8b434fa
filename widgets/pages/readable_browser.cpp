// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/readable_browser.h"

#include "connectors/pipeline/readable_columns.h"
#include "widgets/bridge/connector_choice.h"
#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr std::chrono::milliseconds kTypingPause{500};
constexpr std::chrono::milliseconds kFilterPause{120};
constexpr int kNameWidth = 170;
constexpr int kUnfolded = 200; ///< folders are opened when no more than this many lines would appear

/// The options that decide what can be found: those of the connection, or all where a type knows no connections.
Options placeOf(const SourceType& type, const ConnectorSpec& source)
{
    Options place = connectionPart(source, type);
    if (source.options.has(kConnectionKey))
        place.set(kConnectionKey, source.options.values().at(kConnectionKey));
    return connectionType(type.type) ? place : source.options;
}

} // namespace

ReadableBrowser::ReadableBrowser(const Registry& registry, QWidget* parent)
    : QWidget(parent)
    , m_registry(registry)
    , m_tree(new ReadableTree(this))
{
    m_delay.setSingleShot(true);
    m_filterDelay.setSingleShot(true);
    createParts();
    connectParts();
}

void ReadableBrowser::createParts()
{
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter by name"));
    m_filter->setAccessibleName(tr("Filter by name"));
    m_filter->setClearButtonEnabled(true);
    m_reload = createButton(tr("Look again"), "", this);
    m_place = createSentence({}, "muted", this);
    m_note = createSentence({}, "muted", this);
    m_view = new QTreeView(this);
    m_view->setModel(m_tree);
    m_view->setAccessibleName(tr("What can be read"));
    m_view->setUniformRowHeights(true);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setTextElideMode(Qt::ElideRight);
    QHeaderView* header = m_view->header();
    header->setStretchLastSection(true);
    header->resizeSection(ReadableTree::Name, kNameWidth);

    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_filter, 1);
    row->addWidget(m_reload);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(m_place);
    layout->addLayout(row);
    layout->addWidget(m_note);
    layout->addWidget(m_view, 1);
    layout->addStretch();
    m_place->hide();
}

void ReadableBrowser::connectParts()
{
    connect(m_reload, &QPushButton::clicked, this, [this] { m_describe.isRunning() ? cancel() : reload(); });
    connect(m_filter, &QLineEdit::textEdited, this, [this] { m_filterDelay.start(kFilterPause); });
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty()) // cleared by its button
            m_filterDelay.start(kFilterPause);
    });
    connect(&m_filterDelay, &QTimer::timeout, this, &ReadableBrowser::applyFilter);
    connect(&m_delay, &QTimer::timeout, this, &ReadableBrowser::load);
    connect(m_tree, &ReadableTree::columnsWanted, this, &ReadableBrowser::askColumns);
    const auto pick = [this](const QModelIndex& index) {
        if (const auto* item = m_tree->itemAt(index))
            Q_EMIT picked(*item);
    };
    connect(m_view, &QTreeView::clicked, this, pick);
    connect(m_view, &QTreeView::activated, this, pick);
    connect(m_view, &QTreeView::expanded, this, &ReadableBrowser::fitNames);
    connect(m_view, &QTreeView::expanded, this, &ReadableBrowser::askDescriptions);
    connect(m_view, &QTreeView::customContextMenuRequested, this, &ReadableBrowser::openMenu);
}

const SourceType* ReadableBrowser::type() const
{
    const auto source = m_registry.source(m_source.type);
    return source ? *source : nullptr;
}

void ReadableBrowser::setSource(const ConnectorSpec& source)
{
    m_source = source;
    const SourceType* known = type();
    setVisible(known && known->describe);
    if (!known || !known->describe) {
        cancel();
        m_shownType.clear();
        return;
    }
    const Options place = placeOf(*known, source);
    if (source.type == m_shownType && place == m_shownPlace)
        return;
    const bool isTyped = source.type == m_shownType;
    m_shownType = source.type;
    m_shownPlace = place;
    m_describe.cancel();
    if (!isTyped)
        m_tree->setList(nullptr);
    showNote(tr("Looking…"), "muted");
    m_delay.start(isTyped ? kTypingPause : std::chrono::milliseconds{0});
}

void ReadableBrowser::reload()
{
    if (const SourceType* known = type(); known && known->describe) {
        m_shownType = m_source.type;
        m_shownPlace = placeOf(*known, m_source);
        load();
    }
}

void ReadableBrowser::cancel()
{
    m_delay.stop();
    m_describe.cancel();
    m_columns.cancel();
    for (const int item : m_waiting)
        m_tree->setColumns(item, fail(ErrorCode::Cancelled, tr("Stopped.").toStdString()));
    m_waiting.clear();
    forgetDescriptions();
    m_reload->setText(tr("Look again"));
    showNote(tr("Stopped."), "muted");
}

void ReadableBrowser::load()
{
    m_delay.stop();
    m_columns.cancel();
    m_waiting.clear();
    forgetDescriptions();
    m_reload->setText(tr("Stop"));
    showNote(tr("Looking…"), "muted");
    m_describe.start(
        [known = type(), options = m_source.options](const std::stop_token& stop) -> Result<Found> {
            Found found;
            HEADRACE_TRY(const Options resolved, resolvedOptions(*known, options));
            if (const ConnectionType* connection = connectionType(known->type); connection && connection->reach) {
                HEADRACE_TRY(const std::string place, connection->reach(resolved, stop));
                found.place = QString::fromStdString(place);
            }
            HEADRACE_TRY(const std::vector<Readable> readables, known->describe(resolved, stop));
            found.list = ReadableList::from(readables, resolved, known->group == "Databases");
            return found;
        },
        [this](const Result<Found>& found) { showFound(found); });
}

void ReadableBrowser::showFound(const Result<Found>& found)
{
    m_reload->setText(tr("Look again"));
    m_tree->setList(found ? found->list : nullptr);
    m_place->setText(found ? found->place : QString());
    m_place->setVisible(!m_place->text().isEmpty());
    const bool isBlank = m_shownPlace.values().empty();
    if (found)
        applyFilter();
    else if (isBlank) // nobody is told that what was not filled in yet is wrong
        showNote(tr("Fill in at the left where to read. What can be read there then appears here."), "muted");
    else
        showNote(QString::fromStdString(found.error().message), "error");
    m_note->setToolTip(found ? QString()
                             : QString::fromStdString(isBlank ? found.error().message : found.error().detail));
    Q_EMIT looked();
}

void ReadableBrowser::showNote(const QString& note, const char* role)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    setRole(m_note, role);
    const bool isEmpty = m_tree->rowCount() == 0;
    m_view->setVisible(!isEmpty);
    m_filter->setEnabled(!isEmpty || !m_filter->text().isEmpty());
}

void ReadableBrowser::applyFilter()
{
    m_tree->setFilter(m_filter->text());
    const int folders = m_tree->rowCount();
    if (folders == 1 || (folders > 0 && m_tree->shownItems() <= kUnfolded)) {
        for (int row = 0; row < folders; ++row) {
            const QModelIndex top = m_tree->index(row, 0);
            if (!m_tree->itemAt(top))
                m_view->expand(top);
        }
    }
    fitNames();
    const QString count = countText(m_tree->shownItems());
    if (m_tree->shownItems() > 0)
        showNote({}, "muted");
    else
        showNote(m_filter->text().isEmpty() ? tr("There is nothing to read here yet.")
                                            : tr("Nothing here has “%1” in its name.").arg(m_filter->text()),
                 "muted");
    m_filter->setPlaceholderText(m_filter->text().isEmpty() ? tr("Filter by name (%1)").arg(count)
                                                            : tr("Filter by name"));
}

/// Names get the room that they need, as long as what they are can be read beside them.
void ReadableBrowser::fitNames()
{
    m_view->resizeColumnToContents(ReadableTree::Name);
    const int most = std::max(kNameWidth, m_view->viewport()->width() * 3 / 5);
    m_view->header()->resizeSection(ReadableTree::Name,
                                    std::clamp(m_view->columnWidth(ReadableTree::Name), kNameWidth, most));
}

void ReadableBrowser::askColumns(int item)
{
    m_waiting.push_back(item);
    if (m_waiting.size() == 1)
        nextColumns();
}

void ReadableBrowser::nextColumns()
{
    if (m_waiting.empty())
        return;
    ConnectorSpec source = m_source;
    const ReadableList::Item& item = m_tree->item(m_waiting.front());
    for (const auto& [key, value] : item.set.values())
        source.options.set(key, value);
    for (const std::string& key : item.erased)
        source.options.erase(key);
    m_columns.start([this, source = std::move(source)](
                        std::stop_token stop) { return readableColumns(m_registry, source, std::move(stop)); },
                    [this](const Result<std::vector<ReadableColumn>>& columns) {
                        m_tree->setColumns(m_waiting.front(), columns);
                        fitNames();
                        m_waiting.pop_front();
                        nextColumns();
                    });
}

/// Those of a folder's items, when it is first unfolded and its server needs time for them.
void ReadableBrowser::askDescriptions(const QModelIndex& index)
{
    const int folder = m_tree->folderAt(index);
    const ConnectionType* connection = connectionType(m_source.type);
    if (folder < 0 || !connection || !connection->descriptions || !m_asked.insert(folder).second)
        return;
    m_folders.push_back(folder);
    if (m_folders.size() == 1)
        nextDescriptions();
}

void ReadableBrowser::nextDescriptions()
{
    if (m_folders.empty())
        return;
    m_descriptions.start(
        [known = type(), describe = connectionType(m_source.type)->descriptions, options = m_source.options,
         folder = m_tree->folderName(m_folders.front()).toStdString()](std::stop_token stop) -> Result<Descriptions> {
            HEADRACE_TRY(const Options resolved, resolvedOptions(*known, options));
            return describe(resolved, folder, std::move(stop));
        },
        [this](const Result<Descriptions>& descriptions) {
            if (descriptions)
                m_tree->setDescriptions(m_folders.front(), *descriptions);
            else
                showNote(QString::fromStdString(descriptions.error().message), "error");
            m_folders.pop_front();
            nextDescriptions();
        });
}

void ReadableBrowser::forgetDescriptions()
{
    m_descriptions.cancel();
    m_folders.clear();
    m_asked.clear();
}

void ReadableBrowser::openMenu(const QPoint& at)
{
    const QModelIndex index = m_view->indexAt(at);
    const ReadableList::Item* item = m_tree->itemAt(index);
    if (!item)
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Read %1").arg(item->fullName), this, [this, item = *item] { Q_EMIT picked(item); });
    const SourceType* known = type();
    const bool hasCursor = known && std::any_of(known->options.begin(), known->options.end(),
                                                [](const OptionSpec& spec) { return spec.key == "cursor"; });
    if (const QString column = m_tree->columnAt(index); hasCursor && !column.isEmpty())
        menu->addAction(tr("Read what is new by %1").arg(column), this,
                        [this, item = *item, column] { Q_EMIT cursorPicked(item, column); });
    menu->popup(m_view->viewport()->mapToGlobal(at));
}

QString ReadableBrowser::note() const
{
    return m_note->isHidden() ? QString() : m_note->text();
}

} // namespace headrace
