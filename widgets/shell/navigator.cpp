// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/navigator.h"

#include "widgets/bridge/connection_book.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"
#include "widgets/shell/navigator_delegate.h"

#include <QFileInfo>
#include <QListView>
#include <QMenu>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kWidest = 260; ///< long names are cut rather than the page

QString nameOfFile(const QString& path)
{
    QString name = QFileInfo(path).fileName();
    return name.remove(QStringLiteral(".headrace.yaml"));
}

NavigatorEntry::State stateOf(ConnectionBook::Health health)
{
    switch (health) {
    case ConnectionBook::Health::Good:
        return NavigatorEntry::State::Running;
    case ConnectionBook::Health::Bad:
        return NavigatorEntry::State::Failed;
    case ConnectionBook::Health::Unknown:
    case ConnectionBook::Health::Testing:
        break;
    }
    return NavigatorEntry::State::Idle;
}

/// "PostgreSQL" of the type "postgres".
QString labelOf(const Registry& registry, const std::string& type)
{
    if (const auto source = registry.source(type))
        return QString::fromStdString((*source)->label);
    const auto sink = registry.sink(type);
    return QString::fromStdString(sink ? (*sink)->label : type);
}

} // namespace

Navigator::Navigator(const PipelineDocument& document, const RunController& run, ConnectionBook& connections,
                     QWidget* parent)
    : QFrame(parent)
    , m_document(document)
    , m_run(run)
    , m_connections(connections)
    , m_model(new NavigatorModel(this))
    , m_view(new QListView(this))
{
    setObjectName(QStringLiteral("navigator"));
    setFixedWidth(std::min(inFont(*this, 206), kWidest));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new NavigatorDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setAccessibleName(tr("Pipelines and connections"));
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 1, 0);
    layout->addWidget(m_view);

    connect(m_view, &QListView::clicked, this, &Navigator::activate);
    connect(m_view, &QListView::activated, this, &Navigator::activate);
    connect(m_view, &QListView::customContextMenuRequested, this, &Navigator::openMenu);
    connect(&connections, &ConnectionBook::changed, this, &Navigator::refresh);
    connect(&document, &PipelineDocument::changed, this, &Navigator::refresh);
    connect(&document, &PipelineDocument::fileChanged, this, &Navigator::refresh);
    connect(&run, &RunController::started, this, &Navigator::refresh);
    connect(&run, &RunController::sampled, this, &Navigator::refresh);
    refresh();
}

void Navigator::setRecentFiles(const QStringList& paths)
{
    m_recent = paths;
    refresh();
}

void Navigator::refresh()
{
    std::vector<NavigatorEntry> entries;
    entries.push_back({.kind = NavigatorEntry::Kind::Heading, .name = tr("Pipelines")});
    addPipelines(entries);
    entries.push_back({.kind = NavigatorEntry::Kind::Heading, .name = tr("Connections")});
    addConnections(entries);
    m_model->setEntries(std::move(entries));
}

void Navigator::addPipelines(std::vector<NavigatorEntry>& entries) const
{
    NavigatorEntry open{.kind = NavigatorEntry::Kind::Pipeline,
                        .name = m_document.displayName(),
                        .path = m_document.filePath(),
                        .state = NavigatorEntry::State::Idle,
                        .current = true};
    if (m_run.isRunning()) {
        open.state = NavigatorEntry::State::Running;
        open.note = tr("%1/s").arg(compactText(m_run.history().figures().rowsReadPerSecond));
    } else if (m_run.latest().state == RunState::Failed) {
        open.state = NavigatorEntry::State::Failed;
        open.note = tr("failed");
    }
    entries.push_back(open);
    for (const QString& path : m_recent) {
        if (path != m_document.filePath())
            entries.push_back({.kind = NavigatorEntry::Kind::Pipeline,
                               .name = nameOfFile(path),
                               .path = path,
                               .state = NavigatorEntry::State::Idle});
    }
}

void Navigator::addConnections(std::vector<NavigatorEntry>& entries) const
{
    for (const SavedConnection& connection : m_connections.connections())
        entries.push_back({.kind = NavigatorEntry::Kind::Connection,
                           .name = QString::fromStdString(connection.name),
                           .note = labelOf(m_document.registry(), connection.type),
                           .tip = m_connections.answer(connection.name),
                           .state = stateOf(m_connections.health(connection.name))});
    entries.push_back({.kind = NavigatorEntry::Kind::Computer,
                       .name = tr("This computer"),
                       .note = tr("Files"),
                       .state = NavigatorEntry::State::Running});
    entries.push_back(
        {.kind = NavigatorEntry::Kind::NewConnection, .name = tr("New connection…"), .tip = m_connections.error()});
}

void Navigator::activate(const QModelIndex& index)
{
    const NavigatorEntry& entry = m_model->entries()[static_cast<std::size_t>(index.row())];
    switch (entry.kind) {
    case NavigatorEntry::Kind::Heading:
        break;
    case NavigatorEntry::Kind::Pipeline:
        if (!entry.current)
            Q_EMIT pipelineActivated(entry.path);
        break;
    case NavigatorEntry::Kind::Connection:
        Q_EMIT connectionActivated(entry.name);
        break;
    case NavigatorEntry::Kind::NewConnection:
        Q_EMIT connectionCreated();
        break;
    case NavigatorEntry::Kind::Computer:
        Q_EMIT browseActivated();
        break;
    }
}

void Navigator::openMenu(const QPoint& at)
{
    if (QMenu* menu = createMenu(m_view->indexAt(at)))
        menu->popup(m_view->viewport()->mapToGlobal(at));
}

QMenu* Navigator::createMenu(const QModelIndex& index)
{
    if (!index.isValid())
        return nullptr;
    const NavigatorEntry entry = m_model->entries()[static_cast<std::size_t>(index.row())];
    if (entry.kind == NavigatorEntry::Kind::Heading)
        return nullptr;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (entry.kind == NavigatorEntry::Kind::Connection) {
        fillConnectionMenu(menu, entry.name);
        return menu;
    }
    menu->addAction(entry.kind == NavigatorEntry::Kind::NewConnection ? tr("New connection…") : tr("Open"), this,
                    [this, index = QPersistentModelIndex(index)] {
                        if (index.isValid())
                            activate(index);
                    })
        ->setEnabled(!entry.current);
    if (entry.kind == NavigatorEntry::Kind::Pipeline && !entry.path.isEmpty())
        menu->addAction(tr("Remove from the list"), this, [this, entry] { Q_EMIT pipelineForgotten(entry.path); })
            ->setEnabled(!entry.current);
    return menu;
}

void Navigator::fillConnectionMenu(QMenu* menu, const QString& name)
{
    const SavedConnection* connection = m_connections.find(name.toStdString());
    const std::string type = connection ? connection->type : std::string();
    menu->addAction(tr("Read from it"), this, [this, name] { Q_EMIT sourceChosen(name); })
        ->setEnabled(m_document.registry().source(type).has_value());
    menu->addAction(tr("Write to it"), this, [this, name] { Q_EMIT destinationChosen(name); })
        ->setEnabled(m_document.registry().sink(type).has_value());
    menu->addSeparator();
    menu->addAction(tr("Test"), this, [this, name] { m_connections.test(name.toStdString()); });
    menu->addAction(tr("Edit…"), this, [this, name] { Q_EMIT connectionActivated(name); });
    menu->addAction(tr("Delete…"), this, [this, name] { Q_EMIT connectionRemoved(name); });
}

} // namespace headrace
