// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>
#include <zlib.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

class TestNdjsonSource : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::vector<test::SourceCase> m_cases;

    std::string write(const char* name, const std::string& content)
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content.data(), static_cast<qint64>(content.size())) < 0)
            qFatal("the test's file cannot be written");
        return path.toStdString();
    }

    std::vector<test::SourceCase> cases()
    {
        std::string lines;
        for (int i = 0; i < 40; ++i) {
            lines += fmt::format(R"({{"id": {}, "name": "row {}", "at": "2026-01-01T00:00:{:02}Z", "price": {}.5}})"
                                 "\n",
                                 i, i, i, i);
            if (i % 10 == 3)
                lines += "broken\n\n";
        }
        test::SourceCase plain;
        plain.name = "lines";
        plain.type = ndjsonSource();
        plain.options = {{"path", write("a.ndjson", lines)}};
        plain.rows = 40;
        plain.rejected = 4;
        plain.missing = {{"path", "/nowhere/a.ndjson"}};
        plain.missingName = "/nowhere/a.ndjson";
        plain.bad = {{"path", "a.ndjson"}, {"columns", OptionMap{{"id", "int65"}}}};
        plain.badValue = "'int65'";
        plain.folder = m_folder.path().toStdString();

        test::SourceCase several = plain;
        several.name = "several files";
        write("s1.ndjson", "{\"a\":1}\n{\"a\":2}\n");
        write("s2.ndjson", "");
        write("s3.ndjson", "{\"a\":3}\nnothing");
        write("s4.ndjson", "{\"a\":4}\n{\"a\":null}");
        several.options = {{"path", m_folder.filePath("s?.ndjson").toStdString()}};
        several.rows = 5;
        several.rejected = 1;

        test::SourceCase array = plain;
        array.name = "array";
        array.options = {
            {"path", write("a.json", " [ {\"a\": 1,\n \"b\": [1, \"]\"]}, {\"a\": \"x\"}\n,5,{\"b\":{}}\n]\n ")}};
        array.rows = 3;
        array.rejected = 1;
        return {plain, several, array};
    }

private Q_SLOTS:
    void initTestCase() { m_cases = cases(); }
    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }
};

QTEST_GUILESS_MAIN(TestNdjsonSource)
#include "tst_ndjson_source.moc"
