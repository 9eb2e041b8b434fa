// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/file_set.h"
#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace headrace;

/// The rules of a source over several files, shown with JSON lines.
class TestFileSource : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    std::string path(const QString& name) { return m_folder->filePath(name).toStdString(); }

    void write(const QString& name, const QByteArray& content)
    {
        QDir(m_folder->path()).mkpath(QFileInfo(name).path());
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("the test's file cannot be written");
    }

    void append(const QString& name, const QByteArray& content)
    {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::Append) || file.write(content) != content.size())
            qFatal("the test's file cannot be written");
    }

    /// Reads what is new behind `m_position` and moves it: the values of column a, or the error's sentence.
    std::string nextRun(const OptionValue& patterns, const std::string& changedFiles = "fail")
    {
        const auto all =
            test::readAll(ndjsonSource(), {{"path", patterns}, {"changed_files", changedFiles}}, {}, m_position);
        if (!all)
            return all.error().message;
        std::string text;
        for (const Chunk& chunk : all->chunks) {
            m_position = chunk.at->after(chunk.rows->num_rows());
            const auto& column = static_cast<const arrow::Int64Array&>(*chunk.rows->column(0));
            for (std::int64_t row = 0; row < column.length(); ++row)
                text += (text.empty() ? "" : " ") + std::to_string(column.Value(row));
        }
        return text;
    }

    std::optional<Position> m_position;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_position.reset();
    }

    void patterns_data()
    {
        QTest::addColumn<QStringList>("patterns");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char* name, const QStringList& patterns, const QStringList& expected) {
            QTest::newRow(name) << patterns << expected;
        };
        row("a path", {"b.csv"}, {"b.csv"});
        row("star", {"*.csv"}, {"a.csv", "b.csv"});
        row("question mark", {"?.csv"}, {"a.csv", "b.csv"});
        row("range", {"[b-z].csv"}, {"b.csv"});
        row("folder", {"sub"}, {"sub/c.csv", "sub/d.txt"});
        row("folders by pattern", {"s*/*.csv"}, {"sub/c.csv"});
        row("any depth", {"**/*.csv"}, {"a.csv", "b.csv", "sub/c.csv", "sub/deep/e.csv"});
        row("any depth, then a folder", {"**/deep/*.csv"}, {"sub/deep/e.csv"});
        row("everything below", {"sub/**"}, {"sub/c.csv", "sub/d.txt", "sub/deep/e.csv"});
        row("each once", {"b.csv", "*.csv", "./b.csv"}, {"a.csv", "b.csv"});
        row("hidden only by name", {".*.csv"}, {".hidden.csv"});
        row("a name with brackets", {"x[1].txt"}, {"x[1].txt"});
    }

    void patterns()
    {
        QFETCH(QStringList, patterns);
        QFETCH(QStringList, expected);
        for (const char* name : {"b.csv", "a.csv", "sub/c.csv", "sub/d.txt", "sub/deep/e.csv", ".hidden.csv",
                                 "sub/.hidden", "sub/_manifest.json", "a.csv.headrace-tmp", "x[1].txt"})
            write(name, "x");
        OptionList options;
        for (const QString& pattern : patterns)
            options.push_back(path(pattern));
        const auto files = expandPaths(options);
        QVERIFY_RESULT(files);
        QStringList found;
        for (const FileEntry& file : *files)
            found << QDir(m_folder->path()).relativeFilePath(QString::fromStdString(file.path));
        QCOMPARE(found, expected);
    }

    void relativePathsStayRelative()
    {
        const QString before = QDir::currentPath();
        write("r/a.csv", "x");
        QVERIFY(QDir::setCurrent(m_folder->path()));
        const auto files = expandPaths({"r/*.csv"});
        QDir::setCurrent(before);
        QVERIFY_RESULT(files);
        QCOMPARE(files->front().path, std::string("r/a.csv"));
    }

    void nothingFoundIsNamed_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("message");
        QTest::newRow("file") << "gone.csv"
                              << "The file '%1/gone.csv' does not exist.";
        QTest::newRow("pattern") << "*.tsv"
                                 << "No file matches '%1/*.tsv'.";
        QTest::newRow("folder") << "empty"
                                << "There are no files in the folder '%1/empty'.";
    }

    void nothingFoundIsNamed()
    {
        QFETCH(QString, pattern);
        QFETCH(QString, message);
        QDir(m_folder->path()).mkdir("empty");
        const auto files = expandPaths({path(pattern)});
        QVERIFY(!files.has_value());
        QVERIFY(files.error().code == ErrorCode::NotFound);
        QCOMPARE(QString::fromStdString(files.error().message), message.arg(m_folder->path()));
    }

    void namesThatAreNotUtf8AreRefused()
    {
        const std::string bad = m_folder->path().toStdString() + "/x\xff.csv";
        std::filesystem::copy_file("/proc/self/cmdline", bad);
        const auto files = expandPaths({m_folder->path().toStdString()});
        QVERIFY(!files.has_value());
        QVERIFY(files.error().code == ErrorCode::Data);
        std::filesystem::remove(bad);
    }

    void laterFilesAreReadWhereverTheySort()
    {
        write("m.json", "{\"a\":1}\n{\"a\":2}\n");
        const std::string all = path("*.json");
        QCOMPARE(nextRun(all), std::string("1 2"));
        QCOMPARE(nextRun(all), std::string());
        write("a.json", "{\"a\":3}\n");
        write("z.json", "{\"a\":4}\n");
        QCOMPARE(nextRun(all), std::string("3 4"));
        write("b.json", "{\"a\":5}\n");
        QCOMPARE(nextRun(all), std::string("5"));
        QCOMPARE(nextRun(all), std::string());
    }

    void theInterruptedFileComesFirst()
    {
        write("m.json", "{\"a\":1}\n{\"a\":2}\n");
        const auto source = test::createSource(ndjsonSource(), {{"path", path("*.json")}});
        QVERIFY_RESULT(source);
        QVERIFY_RESULT((*source)->open({}, {}));
        const auto chunk = (*source)->read({1, 1 << 20, {}}, {});
        QVERIFY_RESULT(chunk);
        m_position = (*chunk)->at->after(1);
        write("a.json", "{\"a\":3}\n");
        QCOMPARE(nextRun(path("*.json")), std::string("2 3"));
    }

    void theLastFileMayGrow()
    {
        write("log.json", "{\"a\":1}\n");
        QCOMPARE(nextRun(path("log.json")), std::string("1"));
        append("log.json", "{\"a\":2}\n{\"a\":3}\n");
        QCOMPARE(nextRun(path("log.json")), std::string("2 3"));
        QCOMPARE(nextRun(path("log.json")), std::string());
    }

    void aFileThatGrewInTheMiddleOfALineIsRefused()
    {
        write("log.json", "{\"a\":1}\n{\"a\":2}");
        QCOMPARE(nextRun(path("log.json")), std::string("1 2"));
        append("log.json", "34}\n");
        QVERIFY(nextRun(path("log.json")).find("was appended to in the middle of line 2") != std::string::npos);
    }

    void changesOfReadFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        QTest::newRow("shorter") << QByteArray("{\"a\":1}\n") << "has become shorter since it was read";
        QTest::newRow("replaced") << QByteArray("{\"a\":7}\n{\"a\":8}\n{\"a\":9}\n")
                                  << "has been replaced since it was read";
    }

    void changesOfReadFilesAreRefused()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, message);
        write("a.json", "{\"a\":1}\n{\"a\":2}\n");
        QCOMPARE(nextRun(path("a.json")), std::string("1 2"));
        write("a.json", content);
        const std::string error = nextRun(path("a.json"));
        QVERIFY2(error.find(message.toStdString()) != std::string::npos && error.find("a.json") != std::string::npos,
                 error.c_str());
    }

    void finishedFilesThatChanged()
    {
        write("a.json", "{\"a\":1}\n");
        write("b.json", "{\"a\":2}\n");
        const std::string all = path("*.json");
        QCOMPARE(nextRun(all), std::string("1 2"));
        append("a.json", "{\"a\":3}\n");
        const std::string error = nextRun(all);
        QVERIFY2(error.find("a.json' has changed since it was read") != std::string::npos, error.c_str());
        QCOMPARE(nextRun(all, "skip"), std::string());
        QCOMPARE(nextRun(all, "read_again"), std::string("1 3"));
        QCOMPARE(nextRun(all), std::string());
    }

    void finishedFilesMayBeRemoved()
    {
        write("a.json", "{\"a\":1}\n");
        write("b.json", "{\"a\":2}\n");
        QCOMPARE(nextRun(path("*.json")), std::string("1 2"));
        QFile::remove(m_folder->filePath("a.json"));
        QFile::remove(m_folder->filePath("b.json"));
        QCOMPARE(nextRun(path("*.json")), std::string());
        write("c.json", "{\"a\":3}\n");
        QCOMPARE(nextRun(path("*.json")), std::string("3"));
    }

    void aHalfReadFileMustBeThere()
    {
        write("a.json", "{\"a\":1}\n{\"a\":2}\n");
        const auto source = test::createSource(ndjsonSource(), {{"path", path("a.json")}});
        QVERIFY_RESULT((*source)->open({}, {}));
        const auto chunk = (*source)->read({1, 1 << 20, {}}, {});
        QVERIFY_RESULT(chunk);
        m_position = (*chunk)->at->after(1);
        QFile::remove(m_folder->filePath("a.json"));
        QVERIFY(nextRun(path("a.json")).find("in which the last run stopped, is gone") != std::string::npos);
    }

    void anEmptyFileIsReadWhenItIsFilled()
    {
        write("a.json", "");
        QVERIFY(nextRun(path("a.json")).find("is empty") != std::string::npos);
        write("b.json", "{\"a\":1}\n");
        QCOMPARE(nextRun(path("*.json")), std::string("1"));
        write("a.json", "{\"a\":2}\n");
        QCOMPARE(nextRun(path("*.json")), std::string("2"));
    }

    void theColumnsOfTheFirstRunStay()
    {
        write("log.json", "{\"a\":1}\n");
        QCOMPARE(nextRun(path("log.json")), std::string("1"));
        append("log.json", "{\"a\":2.5}\n{\"a\":3}\n");
        QCOMPARE(nextRun(path("log.json")), std::string("3")); // 2.5 is no int64 and goes to quarantine
    }

    void tenThousandFilesFitIntoAPosition()
    {
        DoneFiles done;
        for (int i = 0; i < 10'000; ++i)
            done.add(
                {fmt::format("/data/incoming/2026/part-{:06}.json.gz", i), 1000 + i, 1'700'000'000'000'000'000 + i});
        QCOMPARE(done.count(), std::size_t{10'000});
        QVERIFY(done.toText().size() <= 160'000);
        const auto read = DoneFiles::parse(done.toText());
        QVERIFY_RESULT(read);
        QVERIFY(*read == done);
        QVERIFY(read->find({"/data/incoming/2026/part-000007.json.gz", 1007, 1'700'000'000'000'000'007}) ==
                DoneFiles::Match::Same);
        QVERIFY(read->find({"/data/incoming/2026/part-000007.json.gz", 1008, 1'700'000'000'000'000'007}) ==
                DoneFiles::Match::Changed);
        QVERIFY(read->find({"/data/incoming/2026/part-010000.json.gz", 1, 1}) == DoneFiles::Match::Unknown);
    }

    /// Positions saved by any version must be found again.
    void hashesInPositionsStay()
    {
        DoneFiles done;
        done.add({"/data/a.csv", 7, 11});
        QCOMPARE(done.toText(), std::string("bExTxZuKhLzaX+YI"));
        write("a.txt", "hello, headrace");
        const auto head = headHash(path("a.txt"), 5);
        QVERIFY_RESULT(head);
        QCOMPARE(*head, std::string("c8c76d8999b8ebcc"));
    }

    void progressEndsAtTheTotal()
    {
        write("a.json", "{\"a\":1}\n");
        write("b.json", "{\"a\":2}\n{\"a\":3}\n");
        const auto source = test::createSource(ndjsonSource(), {{"path", path("*.json")}});
        QVERIFY_RESULT((*source)->open({}, {}));
        QCOMPARE((*source)->progress().bytesTotal, std::optional<std::int64_t>(24));
        for (auto chunk = (*source)->read({}, {}); chunk && *chunk; chunk = (*source)->read({}, {})) {
        }
        QCOMPARE((*source)->progress().bytesRead, 24);
    }
};

QTEST_GUILESS_MAIN(TestFileSource)
#include "tst_file_source.moc"
