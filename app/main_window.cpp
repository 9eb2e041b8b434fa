// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/settings.h"
#include "app/window_menus.h"
#include "widgets/forms/drop_zone.h"
#include "widgets/shell/navigator.h"
#include "widgets/shell/pipeline_strip.h"
#include "widgets/shell/run_bar.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QVBoxLayout>

namespace headrace {
namespace {

const QString kEnding = QStringLiteral(".headrace.yaml");

} // namespace

MainWindow::MainWindow(Setup setup, QWidget* parent)
    : QMainWindow(parent)
    , m_setup(std::move(setup))
    , m_document(*m_setup.registry)
    , m_run(*m_setup.registry, m_setup.stateFolder)
{
    createLayout();
    createWindowMenus(*this, *m_setup.settings);
    connectDocument();
    connectRun();
    connectNavigation();
    showTitle();
    m_navigator->setRecentFiles(m_setup.settings->recentFiles());
    m_pages->showPage(Page::Connect);
}

MainWindow::~MainWindow() = default;

void MainWindow::createLayout()
{
    setAcceptDrops(true);
    setMinimumSize(1000, 640);
    m_runBar = new RunBar(m_document, m_run, this);
    m_navigator = new Navigator(m_document, m_run, this);
    m_strip = new PipelineStrip(m_document, m_run, this);
    m_pages = new PageArea(m_document, m_run, this);

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
        if (!m_document.filePath().isEmpty())
            m_setup.settings->addRecentFile(m_document.filePath());
        m_navigator->setRecentFiles(m_setup.settings->recentFiles());
        showTitle();
    });
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
        if (m_closesAfterRun)
            close();
    });
}

void MainWindow::connectNavigation()
{
    connect(m_strip, &PipelineStrip::selected, m_pages, &PageArea::showStage);
    connect(m_pages, &PageArea::shown, this, [this](Page page) { m_strip->setCurrent(stageOf(page)); });
    connect(m_pages, &PageArea::fileDropped, this, &MainWindow::openFile);
    connect(m_navigator, &Navigator::pipelineActivated, this, &MainWindow::openFile);
    connect(m_navigator, &Navigator::sourceActivated, this, [this] { m_pages->showPage(Page::Connect); });
    connect(m_navigator, &Navigator::destinationActivated, this, [this] { m_pages->showPage(Page::Destination); });
    connect(m_navigator, &Navigator::browseActivated, this, &MainWindow::chooseFile);
}

void MainWindow::showTitle()
{
    setWindowTitle(tr("%1[*] – Headrace").arg(m_document.displayName()));
}

void MainWindow::openFile(const QString& path)
{
    if (!mayDiscard())
        return;
    if (path.endsWith(QStringLiteral(".yaml")) || path.endsWith(QStringLiteral(".yml"))) {
        if (const Status opened = m_document.open(path); !opened)
            m_runBar->showError(QString::fromStdString(opened.error().message));
        else
            m_pages->showPage(Page::Batch);
        return;
    }
    auto pipeline = pipelineForFile(*m_setup.registry, path.toStdString(), m_setup.destination);
    if (!pipeline) {
        m_runBar->showError(QString::fromStdString(pipeline.error().message));
        return;
    }
    m_document.reset(*std::move(pipeline));
    m_pages->showPage(Page::Preview);
}

void MainWindow::newPipeline()
{
    if (!mayDiscard())
        return;
    m_document.reset({});
    m_pages->showPage(Page::Connect);
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

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFileOf(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    openFile(localFileOf(*event->mimeData()));
}

} // namespace headrace
