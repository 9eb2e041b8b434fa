// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/options.h"
#include "connectors/core/secret.h"
#include "tests/support/rows.h"

#include <QTest>

namespace headrace::test {

namespace {

using namespace std::chrono_literals;

std::vector<OptionSpec> specs()
{
    const auto spec = [](const std::string& key, OptionType type) {
        OptionSpec made;
        made.key = key;
        made.type = type;
        return made;
    };
    std::vector<OptionSpec> all{spec("path", OptionType::Path),      spec("rows", OptionType::Integer),
                                spec("size", OptionType::Bytes),     spec("wait", OptionType::Duration),
                                spec("header", OptionType::Boolean), spec("mode", OptionType::Choice),
                                spec("columns", OptionType::List),   spec("client", OptionType::Map)};
    all[0].required = true;
    all[1].defaultText = "100";
    all[1].minimum = 1;
    all[1].maximum = 1000;
    all[3].maximum = 60;
    all[5].choices = {"append", "replace"};
    return all;
}

} // namespace

class TestOptions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void checkedValuesHaveTheirTypes()
    {
        const auto checked = Options{{"path", "/a"},     {"size", "2KiB"},  {"wait", "5s"},
                                     {"header", "true"}, {"columns", "id"}, {"client", OptionMap{{"a", "1"}}}}
                                 .check(specs(), "csv source");
        QVERIFY_RESULT(checked);
        QCOMPARE(checked->text("path"), "/a");
        QCOMPARE(checked->integer("rows"), 100);
        QCOMPARE(checked->bytes("size"), 2048);
        QCOMPARE(checked->duration("wait"), 5s);
        QVERIFY(checked->boolean("header"));
        QCOMPARE(checked->list("columns"), OptionList{"id"});
        QCOMPARE((Options{{"columns", "id"}}).list("columns"), OptionList{"id"}); // before it is checked
        QVERIFY(Options().list("columns").empty());
        QCOMPARE(checked->map("client"), (OptionMap{{"a", "1"}}));
        QVERIFY(!checked->has("mode"));
        QCOMPARE(checked->text("mode"), "");
    }

    void badValuesAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("message");
        const QString owner = " of the csv source: ";
        QTest::newRow("near key") << "colums"
                                  << "id"
                                  << "The csv source has no option 'colums'; did you mean 'columns'?";
        QTest::newRow("far key") << "zzzzzz"
                                 << "id"
                                 << "The csv source has no option 'zzzzzz'; it has: path, rows, size, wait, header, "
                                    "mode, columns, client";
        QTest::newRow("too small") << "rows"
                                   << "0"
                                   << "The option 'rows'" + owner + "'0' is too small; the least is 1.";
        QTest::newRow("too large") << "wait"
                                   << "2m"
                                   << "The option 'wait'" + owner + "'2m' is too large; the most is 60.";
        QTest::newRow("no number") << "rows"
                                   << "ten"
                                   << "The option 'rows'" + owner + "'ten' is not a whole number.";
        QTest::newRow("boolean") << "header"
                                 << "yes"
                                 << "The option 'header'" + owner + "'yes' is not true or false.";
        QTest::newRow("choice") << "mode"
                                << "repalce"
                                << "The option 'mode'" + owner +
                                       "'repalce' is not one of append, replace; did you mean 'replace'?";
        QTest::newRow("map") << "client"
                             << "x"
                             << "The option 'client'" + owner + "a single value is given, a map is wanted.";
    }
    void badValuesAreRefused()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        Options options{{"path", "/a"}};
        options.set(key.toStdString(), value.toStdString());
        const auto checked = options.check(specs(), "csv source");
        QVERIFY(!checked);
        QVERIFY(checked.error().code == ErrorCode::Usage);
        QTEST(QString::fromStdString(checked.error().message), "message");
    }

    void aRequiredOptionIsAskedFor()
    {
        const auto checked = Options{}.check(specs(), "csv source");
        QVERIFY(!checked);
        QCOMPARE(checked.error().message, "The csv source needs the option 'path'.");
    }

    void theNearestWordIsMeant()
    {
        QCOMPARE(nearest("delimeter", {"delimiter", "escape"}), "delimiter");
        QCOMPARE(nearest("row", {"rows", "raw"}), "rows");
        QCOMPARE(nearest("x", {"delimiter"}), "");
        QCOMPARE(nearest("", {}), "");
    }

    void referencesAreResolved()
    {
        qputenv("HEADRACE_TEST_USER", "ada");
        setSecretLookup([](const std::string& name) -> Result<std::string> {
            if (name == "shop/password")
                return "s3cret}";
            return fail(ErrorCode::NotFound, "There is no secret '" + name + "'.");
        });
        const auto resolved =
            resolveReferences(Options{{"uri", "pg://${env:HEADRACE_TEST_USER}:${secret:shop/password}@db"},
                                      {"list", OptionList{"$", "${", "${other:x}"}},
                                      {"map", OptionMap{{"k", "${env:HEADRACE_TEST_USER}"}}}});
        QVERIFY_RESULT(resolved);
        QCOMPARE(resolved->text("uri"), "pg://ada:s3cret}@db");
        QCOMPARE(resolved->list("list"), (OptionList{"$", "${", "${other:x}"}));
        QCOMPARE(resolved->map("map"), (OptionMap{{"k", "ada"}}));
        QCOMPARE(resolveReferences("${secret:shop/user}").error().message, "There is no secret 'shop/user'.");
        QCOMPARE(resolveReferences("${env:HEADRACE_TEST_NONE}").error().message,
                 "The environment variable 'HEADRACE_TEST_NONE' is not set; the pipeline refers to it.");
    }

    void onlyABareReferenceIsOne_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("reference");
        QTest::newRow("environment") << "${env:PASSWORD}" << true;
        QTest::newRow("keyring") << "${secret:shop/password}" << true;
        QTest::newRow("with more") << "${env:PASSWORD}x" << false;
        QTest::newRow("two") << "${env:A}${env:B}" << false;
        QTest::newRow("plain") << "hunter2" << false;
        QTest::newRow("open") << "${env:PASSWORD" << false;
        QTest::newRow("unknown") << "${file:x}" << false;
    }
    void onlyABareReferenceIsOne()
    {
        QFETCH(QString, text);
        QTEST(isReference(text.toStdString()), "reference");
    }
};

} // namespace headrace::test

QTEST_APPLESS_MAIN(headrace::test::TestOptions)
#include "tst_options.moc"
