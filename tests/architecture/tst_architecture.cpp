// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rules that no compiler checks: which box may use which, where Qt ends, and how long a file may grow.

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

namespace {

struct Box {
    const char* folder;
    QStringList mayUse; ///< folders of other boxes
};

/// The arrows of the design; every box may use connectors/core as well.
const QList<Box>& boxes()
{
    static const QList<Box> kBoxes{
        {"connectors/core", {}},
        {"connectors/aws", {"connectors/formats", "connectors/http"}},
        {"connectors/duckdb", {}},
        {"connectors/http", {}},
        {"connectors/kafka", {}},
        {"connectors/mariadb", {"connectors/formats"}},
        {"connectors/odbc", {"connectors/formats"}},
        {"connectors/postgres", {"connectors/formats"}},
        {"connectors/registry", {"connectors/formats", "connectors/http"}},
        {"connectors/formats", {"connectors/duckdb"}},
        {"connectors/sources",
         {"connectors/aws", "connectors/duckdb", "connectors/formats", "connectors/kafka", "connectors/mariadb",
          "connectors/odbc", "connectors/postgres", "connectors/registry"}},
        {"connectors/sinks",
         {"connectors/aws", "connectors/duckdb", "connectors/formats", "connectors/kafka", "connectors/mariadb",
          "connectors/odbc", "connectors/postgres", "connectors/registry"}},
        {"connectors/pipeline", {"connectors/duckdb"}},
        {"connectors/exporters", {"connectors/pipeline"}},
        {"widgets", {"connectors/pipeline", "connectors/exporters"}},
    };
    return kBoxes;
}

const QDir& root()
{
    static const QDir kRoot(QStringLiteral(HEADRACE_ROOT));
    return kRoot;
}

/// Paths from the project's root of the files below `folders` whose names match.
QStringList filesBelow(const QStringList& folders, const QStringList& names)
{
    QStringList found;
    for (const QString& folder : folders) {
        QDirIterator it(root().filePath(folder), names, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext())
            found << root().relativeFilePath(it.next());
    }
    found.sort();
    return found;
}

QString contents(const QString& path)
{
    QFile file(root().filePath(path));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("'%s' cannot be read: %s", qPrintable(path), qPrintable(file.errorString()));
    return QString::fromUtf8(file.readAll());
}

/// What the first group of `pattern` holds, for each match in the file.
QStringList captured(const QString& path, const char* pattern)
{
    QStringList found;
    const QString text = contents(path);
    const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
    for (auto it = expression.globalMatch(text); it.hasNext();)
        found << it.next().captured(1);
    return found;
}

/// "connectors/core" of "connectors/core/error.h", "widgets" of "widgets/pages/run_page.h"; empty outside the boxes.
QString boxOf(const QString& path)
{
    for (const Box& box : boxes()) {
        if (path.startsWith(QLatin1String(box.folder) + '/'))
            return box.folder;
    }
    return path.startsWith(QLatin1String("app/")) ? QStringLiteral("app") : QString();
}

bool mayUse(const Box& box, const QString& other)
{
    return other.isEmpty() || other == box.folder || other == QLatin1String("connectors/core") ||
           box.mayUse.contains(other);
}

/// The stem of a connector's own files: "csv" of "connectors/sources/csv_source.cpp"; empty for shared helpers, of
/// which file_source and file_sink, on which all file formats stand, are named like connectors.
QString connectorOf(const QString& path)
{
    static const QRegularExpression kConnector("^connectors/(?:sources|sinks)/(?:.*/)?(\\w+)_(?:source|sink)\\b");
    const QString stem = kConnector.match(path).captured(1);
    return stem == QLatin1String("file") ? QString() : stem;
}

} // namespace

class ArchitectureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void includesFollowTheArrows();
    void linkLinesFollowTheArrows();
    void connectorsDoNotKnowEachOther();
    void engineHeadersAreFreeOfQt();
    void filesStaySmall();
    void everyFileNamesItsLicence();
};

void ArchitectureTest::includesFollowTheArrows()
{
    QStringList wrong;
    for (const Box& box : boxes()) {
        for (const QString& file : filesBelow({box.folder}, {"*.h", "*.cpp"})) {
            for (const QString& include : captured(file, "^#include \"([^\"]+)\"")) {
                if (!mayUse(box, boxOf(include)) || include == QLatin1String("connectors/builtins.h"))
                    wrong << file + " includes " + include;
            }
        }
    }
    QCOMPARE(wrong.join('\n'), QString());
}

void ArchitectureTest::linkLinesFollowTheArrows()
{
    QStringList wrong;
    for (const Box& box : boxes()) {
        const QString file = QLatin1String(box.folder) + "/CMakeLists.txt";
        for (const QString& link : captured(file, "target_link_libraries\\(\\s*\\w+([^)]*)\\)")) {
            static const QRegularExpression kSpace("\\s+");
            for (const QString& library : link.split(kSpace, Qt::SkipEmptyParts)) {
                for (const Box& other : boxes()) {
                    const QString target = "headrace_" + QString(other.folder).section('/', -1);
                    if (library == target && !mayUse(box, other.folder))
                        wrong << file + " links " + library;
                }
                if (library == QLatin1String("headrace_builtins") || library.startsWith("headrace_app"))
                    wrong << file + " links " + library;
            }
        }
    }
    QCOMPARE(wrong.join('\n'), QString());
}

void ArchitectureTest::connectorsDoNotKnowEachOther()
{
    QStringList wrong;
    for (const QString& file : filesBelow({"connectors/sources", "connectors/sinks"}, {"*.h", "*.cpp"})) {
        for (const QString& include : captured(file, "^#include \"([^\"]+)\"")) {
            const QString other = connectorOf(include);
            if (!other.isEmpty() && other != connectorOf(file))
                wrong << file + " includes " + include;
        }
    }
    QCOMPARE(wrong.join('\n'), QString());
}

void ArchitectureTest::engineHeadersAreFreeOfQt()
{
    QStringList wrong;
    for (const QString& file : filesBelow({"connectors"}, {"*.h"})) {
        for (const QString& include : captured(file, "^\\s*#\\s*include\\s*<(Q[^>]*|q[a-z]+\\.h)>"))
            wrong << file + " includes " + include;
    }
    QCOMPARE(wrong.join('\n'), QString());
}

void ArchitectureTest::filesStaySmall()
{
    QStringList wrong;
    for (const QString& file : filesBelow({"app", "connectors", "widgets", "tests"}, {"*.h", "*.cpp"})) {
        const auto lines = contents(file).count('\n');
        const int limit = file.endsWith(QLatin1String(".h")) ? 250 : 450;
        if (lines > limit)
            wrong << QStringLiteral("%1 has %2 lines, the limit is %3").arg(file).arg(lines).arg(limit);
    }
    QCOMPARE(wrong.join('\n'), QString());
}

void ArchitectureTest::everyFileNamesItsLicence()
{
    const QStringList files = filesBelow({"app", "connectors", "widgets", "tests", "installer"},
                                         {"*.h", "*.cpp", "CMakeLists.txt", "*.cmake", "*.py"});
    QVERIFY(files.size() > 50);
    QStringList wrong;
    for (const QString& file : files) {
        if (!contents(file).left(300).contains(QLatin1String("SPDX-License-Identifier: GPL-3.0-or-later")))
            wrong << file;
    }
    QCOMPARE(wrong.join('\n'), QString());
}

QTEST_GUILESS_MAIN(ArchitectureTest)
#include "tst_architecture.moc"
