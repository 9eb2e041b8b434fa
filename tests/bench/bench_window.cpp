// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How long the UI thread stalls while a million generated rows a second flow, and how soon the window is up.
// Usage: bench_window [SECONDS [FILE]]; one line of JSON on stdout. A heartbeat timer of 2 ms measures: each beat that
// comes late by d is a stall of d. With a data FILE nothing runs: it tells how soon the file's first rows are on the
// Preview page.
#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/forms/rows_view.h"
#include "widgets/models/rows_model.h"
#include "widgets/pages/preview_page.h"
#include "widgets/shell/run_bar.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <unistd.h>

using namespace headrace;

namespace {

constexpr int kBeat = 2;

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

double percentile(const std::vector<double>& sorted, double share)
{
    return sorted.at(std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size()))));
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

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const int seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
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
    if (argc > 2) {
        QApplication::processEvents();
        std::printf("{\"first_rows_ms\":%.0f}\n", firstRows(window, QString::fromLocal8Bit(argv[2])));
        std::fflush(stdout);
        return 0;
    }
    window.document().reset(generatorPipeline());
    window.pages().showPage(Page::Batch);

    std::vector<double> stalls;
    QElapsedTimer sinceBeat;
    QTimer beat;
    beat.setTimerType(Qt::PreciseTimer);
    beat.setInterval(kBeat);
    QObject::connect(&beat, &QTimer::timeout, [&] {
        stalls.push_back(std::max(0.0, static_cast<double>(sinceBeat.nsecsElapsed()) / 1e6 - kBeat));
        sinceBeat.restart();
    });
    QTimer::singleShot(500, [&] {
        window.run().start(window.document().pipeline());
        sinceBeat.start();
        beat.start();
    });
    QTimer::singleShot(500 + seconds * 1000, [&] {
        beat.stop();
        window.run().abort();
    });
    // exit() rather than quit(), which would ask about the unsaved pipeline.
    QObject::connect(&window.run(), &RunController::finished, [] { QApplication::exit(0); });
    QApplication::exec();

    if (stalls.empty()) {
        std::fprintf(stderr, "The run ended at once: %s\n", qPrintable(window.runBar().status()));
        return 1;
    }
    std::sort(stalls.begin(), stalls.end());
    const double rate = static_cast<double>(window.run().latest().rowsRead) / seconds;
    std::printf("{\"window_up_ms\":%.0f,\"rows_per_second\":%.0f,\"beats\":%zu,\"stall_ms\":{\"p50\":%.2f,\"p99\":%.2f,"
                "\"max\":%.2f}}\n",
                firstPaint.at, rate, stalls.size(), percentile(stalls, 0.5), percentile(stalls, 0.99), stalls.back());
    return 0;
}
