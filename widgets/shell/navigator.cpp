// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/navigator.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/quantity_text.h"
#include "widgets/shell/navigator_delegate.h"
#include "widgets/shell/stage_facts.h"

#include <QFileInfo>
#include <QListView>
#include <QVBoxLayout>

namespace headrace {
namespace {

QString nameOfFile(const QString& path)
{
    QString name = QFileInfo(path).fileName();
    return name.remove(QStringLiteral(".headrace.yaml"));
}

} // namespace

Navigator::Navigator(const PipelineDocument& document, const RunController& run, QWidget* parent)
    : QFrame(parent)
    , m_document(document)
    , m_run(run)
    , m_model(new NavigatorModel(this))
    , m_view(new QListView(this))
{
    setObjectName(QStringLiteral("navigator"));
    setFixedWidth(206);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new NavigatorDelegate(m_view));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setAccessibleName(tr("Pipelines and connections"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 1, 0);
    layout->addWidget(m_view);

    connect(m_view, &QListView::clicked, this, &Navigator::activate);
    connect(m_view, &QListView::activated, this, &Navigator::activate);
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
    addPlaces(entries);
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

void Navigator::addPlaces(std::vector<NavigatorEntry>& entries) const
{
    const Pipeline& pipeline = m_document.pipeline();
    const auto add = [&](NavigatorEntry::Kind kind, const ConnectorSpec& spec, const ConnectorType& type) {
        const QString name = objectOf(spec);
        entries.push_back({.kind = kind,
                           .name = name.isEmpty() ? QString::fromStdString(type.label) : name,
                           .note = QString::fromStdString(name.isEmpty() ? type.group : type.label),
                           .state = NavigatorEntry::State::Running});
    };
    if (const auto source = m_document.registry().source(pipeline.source.type))
        add(NavigatorEntry::Kind::Source, pipeline.source, **source);
    if (const auto sink = m_document.registry().sink(pipeline.destination.type))
        add(NavigatorEntry::Kind::Destination, pipeline.destination, **sink);
    entries.push_back({.kind = NavigatorEntry::Kind::Computer,
                       .name = tr("This computer"),
                       .note = tr("Files"),
                       .state = NavigatorEntry::State::Running});
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
    case NavigatorEntry::Kind::Source:
        Q_EMIT sourceActivated();
        break;
    case NavigatorEntry::Kind::Destination:
        Q_EMIT destinationActivated();
        break;
    case NavigatorEntry::Kind::Computer:
        Q_EMIT browseActivated();
        break;
    }
}

} // namespace headrace
