// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>

namespace headrace::test {

struct Finished {
    int code = -1;
    QString out;
    QString err;
};

/// A folder with pipeline files in which the real program is run, without a display.
class Workplace {
public:
    /// Writes `name`.headrace.yaml and returns its path. `body` is YAML after the head and the name.
    QString pipeline(const QString& name, const QString& body) const
    {
        return file(name + ".headrace.yaml", QString("headrace: 1\nname: %1\n%2").arg(name, body));
    }

    QString file(const QString& name, const QString& content) const
    {
        QFile out(path(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(content.toUtf8()) < 0)
            qFatal("'%s' cannot be written", qPrintable(out.fileName()));
        return out.fileName();
    }

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }

    QString content(const QString& name) const
    {
        QFile in(path(name));
        return in.open(QIODevice::ReadOnly) ? QString::fromUtf8(in.readAll()) : QString("no file");
    }

    void prepare(QProcess& process, const QStringList& words) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(name);
        environment.insert("HEADRACE_STATE_DIR", path("state"));
        environment.insert("HEADRACE_CONFIG_DIR", path("config"));
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder.path());
        process.setProgram(HEADRACE_PROGRAM);
        process.setArguments(words);
    }

    Finished run(const QStringList& words) const
    {
        QProcess process;
        prepare(process, words);
        process.start();
        return finish(process);
    }

    static Finished finish(QProcess& process)
    {
        if (!process.waitForFinished(120'000))
            qFatal("'%s' does not end", qPrintable(process.arguments().join(' ')));
        const bool exited = process.exitStatus() == QProcess::NormalExit;
        return {exited ? process.exitCode() : -1, QString::fromUtf8(process.readAllStandardOutput()),
                QString::fromUtf8(process.readAllStandardError())};
    }

private:
    QTemporaryDir m_folder;
};

} // namespace headrace::test
