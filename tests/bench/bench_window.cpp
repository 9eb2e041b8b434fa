// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How long the UI thread stalls while rows flow at full speed, and how soon the window is up.
// Usage: bench_window [SECONDS [FILE [PAGE]]]; one line of JSON on stdout. A heartbeat timer of 2 ms measures: each
// beat that comes late by d is a stall of d.
//   without FILE    a million generated rows a second flow, the Batch page shows them
//   FILE.yaml       this pipeline is run instead; PAGE is batch, run (with its partitions, if it has some) or preview,
//   on
//                   which nothing runs: the stream is followed live
//   any other FILE  nothing runs: it tells how soon the file's first rows are on the Preview page
#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "tests/bench/heartbeat.h"
#include "widgets/forms/rows_view.h"
#include "widgets/forms/seek_bar.h"
#include "widgets/models/rows_model.h"
#include "widgets/pages/partitions_view.h"
#include "widgets/pages/preview_page.h"
#include "widgets/shell/run_bar.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

using namespace headrace;
using bench::Heartbeat;

namespace {

constexpr int kSettle = 500; ///< milliseconds until the window is at rest

/// Milliseconds since the process was made: exec, dynamic linking and static constructors included.
double sinceExec()
{
    std::FILE* file = std::fopen("/proc/self/stat", "r");
    if (!file)
        return -1;
    long long started = 0;
    // Field 22 is the start time in clock ticks after boot.
    const int read = std::fscanf(
        file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %lld",
        &started);
    std::fclose(file);
    timespec now{};
    if (read != 1 || clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        return -1;
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6 -
           static_cast<double>(started) * 1e3 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

Pipeline generatorPipeline()
{
    Pipeline pipeline;
    pipeline.name = "bench-window";
    pipeline.source = {"generator", Options{{"rate", "1000000"}}};
    pipeline.destination = {"null", {}};
    pipeline.delivery = Delivery::AtLeastOnce;
    pipeline.batch.rows = 20'000;
    pipeline.batch.age = std::chrono::milliseconds{100};
    return pipeline;
}

/// Notes when the first frame of the window was painted.
class FirstPaint : public QObject {
public:
    double at = -1;

protected:
    bool eventFilter(QObject* object, QEvent* event) override
    {
        if (at < 0 && event->type() == QEvent::UpdateRequest)
            QTimer::singleShot(0, this, [this] { at = at < 0 ? sinceExec() : at; });
        return QObject::eventFilter(object, event);
    }
};

/// Milliseconds from opening `file` to its first painted rows; −1 when there are none.
double firstRows(MainWindow& window, const QString& file)
{
    QElapsedTimer since;
    since.start();
    window.openFile(file);
    const auto& preview = window.pages().pageAs<PreviewPage>(Page::Preview);
    while (preview.loader().isLoading())
        QApplication::processEvents(QEventLoop::WaitForMoreEvents);
    window.repaint();
    const double taken = static_cast<double>(since.nsecsElapsed()) / 1e6;
    return preview.rows().model().rowCount() > 0 ? taken : -1;
}

void report(double windowUp, std::int64_t rows, const Heartbeat& heart)
{
    const std::vector<double>& stalls = heart.stalls();
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    std::printf("{\"window_up_ms\":%.0f,\"seconds\":%.1f,\"rows_per_second\":%.0f,\"memory_mb\":%.0f,\"beats\":%zu,"
                "\"stall_ms\":{\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}}\n",
                windowUp, heart.seconds(), static_cast<double>(rows) / heart.seconds(),
                static_cast<double>(used.ru_maxrss) / 1024, stalls.size(), bench::percentile(stalls, 0.5),
                bench::percentile(stalls, 0.99), stalls.back());
}

/// Runs the window's pipeline for at most `seconds`; rows that left the source.
std::int64_t runPipeline(MainWindow& window, Page page, int seconds, Heartbeat& heart)
{
    window.pages().showPage(page);
    // The partitions are a tab that comes with the first of them.
    QObject::connect(&window.run(), &RunController::sampled, [&window] {
        const auto* view = window.pages().page(Page::Run)->findChild<PartitionsView*>();
        auto* tabs = window.pages().page(Page::Run)->findChild<QTabWidget*>();
        for (int tab = 0; tab < tabs->count(); ++tab) {
            if (tabs->widget(tab) == view && tabs->isTabVisible(tab))
                tabs->setCurrentIndex(tab);
        }
    });
    QTimer::singleShot(kSettle, [&] {
        window.run().start(window.document().pipeline());
        heart.start();
    });
    QTimer::singleShot(kSettle + seconds * 1000, [&] { window.run().abort(); });
    // exit() rather than quit(), which would ask about the unsaved pipeline.
    QObject::connect(&window.run(), &RunController::finished, [&] {
        heart.stop();
        QApplication::exit(0);
    });
    QApplication::exec();
    return window.run().latest().rowsRead;
}

/// Follows the source live on the Preview page; rows that came.
std::int64_t followLive(MainWindow& window, int seconds, Heartbeat& heart)
{
    window.pages().showPage(Page::Preview);
    auto& preview = window.pages().pageAs<PreviewPage>(Page::Preview);
    preview.seek().choose(SeekBar::Mode::Live);
    QObject::connect(&preview.tail(), &LiveTail::ended, [] { QApplication::exit(0); });
    QTimer::singleShot(kSettle, [&] { heart.start(); });
    QTimer::singleShot(kSettle + seconds * 1000, [] { QApplication::exit(0); });
    QApplication::exec();
    heart.stop();
    if (!preview.tail().isRunning())
        std::fprintf(stderr, "%s\n", qPrintable(preview.rows().sentence()));
    return preview.tail().look().looked;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const int seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
    const QString file = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString();
    const QByteArray page = argc > 3 ? argv[3] : "batch";
    const QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("settings.ini")));
    const Registry registry = builtinConnectors();
    MainWindow window({.registry = &registry,
                       .settings = &settings,
                       .stateFolder = folder.path(),
                       .destination = [](const std::string&) {
                           return ConnectorSpec{"null", {}};
                       }});
    FirstPaint firstPaint;
    window.installEventFilter(&firstPaint);
    window.resize(1440, 900);
    window.show();
    if (!file.isEmpty() && !file.endsWith(QStringLiteral(".yaml"))) {
        QApplication::processEvents();
        std::printf("{\"first_rows_ms\":%.0f}\n", firstRows(window, file));
        std::fflush(stdout);
        return 0;
    }
    if (file.isEmpty())
        window.document().reset(generatorPipeline());
    else
        window.openFile(file);

    Heartbeat heart;
    const std::int64_t rows = page == "preview"
                                  ? followLive(window, seconds, heart)
                                  : runPipeline(window, page == "run" ? Page::Run : Page::Batch, seconds, heart);
    if (heart.stalls().empty() || rows == 0) {
        std::fprintf(stderr, "Nothing came: %s\n", qPrintable(window.runBar().status()));
        return 1;
    }
    report(firstPaint.at, rows, heart);
    return 0;
}
