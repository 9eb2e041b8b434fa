// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/connection_dialog.h"
#include "app/settings.h"
#include "app/window_menus.h"
#include "connectors/pipeline/pipeline_yaml.h"
#include "widgets/forms/drop_zone.h"
#include "widgets/shell/navigator.h"
#include "widgets/shell/pipeline_strip.h"
#include "widgets/shell/run_bar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace headrace {
namespace {

const QString kEnding = QStringLiteral(".headrace.yaml");

/// A field, or the viewport of a text editor.
bool takesText(const QWidget& widget)
{
    return qobject_cast<const QLineEdit*>(&widget) || qobject_cast<const QPlainTextEdit*>(widget.parentWidget());
}

} // namespace

MainWindow::MainWindow(Setup setup, QWidget* parent)
    : QMainWindow(parent)
    , m_setup(std::move(setup))
    , m_document(*m_setup.registry)
    , m_run(*m_setup.registry, m_setup.stateFolder)
    , m_connections(*m_setup.registry, m_setup.connectionsFile)
    , m_firstFolder(QDir::currentPath())
{
    m_document.reset(emptyPipeline());
    m_setup.services.connections = &m_connections;
    createLayout();
    createWindowMenus(*this, *m_setup.settings);
    connectDocument();
    connectRun();
    connectNavigation();
    connectConnections();
    showTitle();
    m_navigator->setRecentFiles(m_setup.settings->recentFiles());
    m_pages->showPage(Page::Connect);
    qApp->installEventFilter(this);
}

MainWindow::~MainWindow() = default;

void MainWindow::createLayout()
{
    setAcceptDrops(true);
    setMinimumSize(1000, 640);
    m_runBar = new RunBar(m_document, m_run, this);
    m_setup.services.plan = &m_runBar->plan();
    m_navigator = new Navigator(m_document, m_run, m_connections, this);
    m_strip = new PipelineStrip(m_document, m_run, this);
    m_pages = new PageArea(m_document, m_run, m_setup.services, this);

    auto* right = new QVBoxLayout;
    right->setContentsMargins(16, 12, 16, 12);
    right->setSpacing(12);
    right->addWidget(m_strip);
    right->addWidget(m_pages, 1);
    auto* below = new QHBoxLayout;
    below->setSpacing(0);
    below->addWidget(m_navigator);
    below->addLayout(right, 1);
    auto* content = new QWidget(this);
    content->setObjectName(QStringLiteral("content"));
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_runBar);
    layout->addLayout(below, 1);
    setCentralWidget(content);
}

void MainWindow::connectDocument()
{
    connect(&m_document, &PipelineDocument::changed, this, [this] {
        showTitle();
        m_run.setPolicy(m_document.pipeline().batch);
    });
    connect(&m_document, &PipelineDocument::modifiedChanged, this, &MainWindow::setWindowModified);
    connect(&m_document, &PipelineDocument::fileChanged, this, [this] {
        enterFolder();
        if (!m_document.filePath().isEmpty())
            m_setup.settings->addRecentFile(m_document.filePath());
        m_navigator->setRecentFiles(m_setup.settings->recentFiles());
        showTitle();
    });
}

void MainWindow::enterFolder()
{
    if (m_run.isRunning())
        return;
    const QString& file = m_document.filePath();
    QDir::setCurrent(file.isEmpty() ? m_firstFolder : QFileInfo(file).absolutePath());
}

void MainWindow::connectRun()
{
    connect(m_runBar, &RunBar::runRequested, this, [this] {
        m_run.start(m_document.pipeline());
        if (stageOf(m_pages->current()) != Stage::Batch && m_pages->current() != Page::Run)
            m_pages->showPage(Page::Batch);
    });
    connect(m_runBar, &RunBar::drainRequested, &m_run, &RunController::drain);
    connect(m_runBar, &RunBar::abortRequested, &m_run, &RunController::abort);
    connect(m_runBar, &RunBar::exportRequested, this, [this] { m_pages->showPage(Page::Export); });
    connect(&m_run, &RunController::finished, this, [this] {
        enterFolder();
        if (m_closesAfterRun)
            close();
    });
}

void MainWindow::connectNavigation()
{
    connect(m_strip, &PipelineStrip::selected, m_pages, &PageArea::showStage);
    connect(m_pages, &PageArea::shown, this, [this](Page page) { m_strip->setCurrent(stageOf(page)); });
    connect(m_pages, &PageArea::filesDropped, this, &MainWindow::openFiles);
    connect(m_pages, &PageArea::sampleRequested, this, &MainWindow::openSample);
    connect(m_navigator, &Navigator::pipelineActivated, this, &MainWindow::openFile);
    connect(m_navigator, &Navigator::browseActivated, this, &MainWindow::chooseFile);
    connect(m_navigator, &Navigator::pipelineForgotten, this, [this](const QString& path) {
        m_setup.settings->forgetRecentFile(path);
        m_navigator->setRecentFiles(m_setup.settings->recentFiles());
    });
}

void MainWindow::showTitle()
{
    setWindowTitle(tr("%1[*] – Headrace").arg(m_document.displayName()));
}

void MainWindow::openFiles(const QStringList& paths)
{
    if (paths.isEmpty() || !mayDiscard())
        return;
    const QString& first = paths.front();
    if (first.endsWith(QStringLiteral(".yaml")) || first.endsWith(QStringLiteral(".yml"))) {
        showOpened(m_document.open(first), Page::Batch);
        return;
    }
    std::vector<std::string> files;
    for (const QString& path : paths)
        files.push_back(path.toStdString());
    auto pipeline = pipelineForFiles(*m_setup.registry, files, m_setup.destination);
    if (pipeline)
        m_document.reset(*pipeline);
    showOpened(pipeline.map([](const Pipeline&) {}), Page::Preview);
}

void MainWindow::showOpened(const Status& opened, Page page)
{
    if (opened)
        m_pages->showPage(page);
    else
        m_runBar->showError(QString::fromStdString(opened.error().message));
}

void MainWindow::newPipeline()
{
    if (!mayDiscard())
        return;
    m_document.reset(emptyPipeline());
    m_pages->showPage(Page::Connect);
}

void MainWindow::openSample()
{
    if (!mayDiscard())
        return;
    QFile file(QStringLiteral(":/samples/devices.headrace.yaml"));
    const QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    auto sample = parsePipeline(text.toStdString(), file.fileName().toStdString(), *m_setup.registry);
    if (sample) {
        sample->destination = m_setup.destination(sample->name);
        m_document.reset(*sample);
    }
    showOpened(sample.map([](const Pipeline&) {}), Page::Batch);
}

bool MainWindow::save()
{
    if (m_document.filePath().isEmpty())
        return saveAs();
    const Status saved = m_document.save(m_document.filePath());
    if (!saved)
        m_runBar->showError(QString::fromStdString(saved.error().message));
    return saved.has_value();
}

bool MainWindow::saveAs()
{
    QString path = QFileDialog::getSaveFileName(this, tr("Save the pipeline"),
                                                QString::fromStdString(m_document.pipeline().name) + kEnding,
                                                tr("Pipelines (*%1)").arg(kEnding));
    if (path.isEmpty())
        return false;
    if (!path.endsWith(kEnding))
        path += kEnding;
    const Status saved = m_document.save(path);
    if (!saved)
        m_runBar->showError(QString::fromStdString(saved.error().message));
    return saved.has_value();
}

void MainWindow::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a pipeline or a data file"), {},
                                                      tr("All files (*);;Pipelines (*%1)").arg(kEnding));
    if (!path.isEmpty())
        openFile(path);
}

bool MainWindow::mayDiscard()
{
    if (m_run.isRunning()) {
        m_runBar->showError(
            tr("'%1' is running. Drain or abort it before another pipeline is opened.").arg(m_document.displayName()));
        return false;
    }
    if (!isWindowModified() || !isVisible())
        return true;
    const auto answer = QMessageBox::question(
        this, tr("Unsaved changes"), tr("'%1' has unsaved changes. Save them?").arg(m_document.displayName()),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
    if (answer == QMessageBox::Save)
        return save();
    return answer == QMessageBox::Discard;
}

bool MainWindow::mayClose()
{
    if (!m_run.isRunning())
        return mayDiscard();
    QMessageBox box(
        QMessageBox::Question, tr("A run is going on"),
        tr("'%1' is running. Drain delivers what was read and then closes the window.").arg(m_document.displayName()),
        QMessageBox::Cancel, this);
    QPushButton* drain = box.addButton(tr("Drain and close"), QMessageBox::AcceptRole);
    QPushButton* abort = box.addButton(tr("Abort and close"), QMessageBox::DestructiveRole);
    box.exec();
    const bool drains = box.clickedButton() == static_cast<QAbstractButton*>(drain);
    if (drains || box.clickedButton() == static_cast<QAbstractButton*>(abort)) {
        m_closesAfterRun = true;
        drains ? m_run.drain() : m_run.abort();
    }
    return false;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayClose()) {
        event->ignore();
        return;
    }
    m_setup.settings->setWindowGeometry(saveGeometry());
    event->accept();
}

bool MainWindow::eventFilter(QObject* object, QEvent* event)
{
    auto* widget = qobject_cast<QWidget*>(object);
    if (!widget || widget->window() != this)
        return QMainWindow::eventFilter(object, event);
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    // A text field would take the file's name as text.
    if (event->type() == QEvent::DragEnter && takesText(*widget) &&
        !localFilesOf(*static_cast<QDragEnterEvent*>(event)->mimeData()).isEmpty()) {
        event->ignore();
        return true;
    }
    return QMainWindow::eventFilter(object, event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFilesOf(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    openFiles(localFilesOf(*event->mimeData()));
}

} // namespace headrace
