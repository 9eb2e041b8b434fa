// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/source_checks.h"

#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <set>

namespace headrace::test {

namespace {

/// Names, sizes and times of everything below a folder.
std::string snapshot(const std::string& folder)
{
    std::set<std::string> entries;
    if (!folder.empty())
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            entries.insert(fmt::format("{} {} {}", entry.path().string(),
                                       entry.is_regular_file() ? entry.file_size() : 0,
                                       entry.last_write_time().time_since_epoch().count()));
    std::string text;
    for (const std::string& entry : entries)
        text += entry + "\n";
    return text;
}

} // namespace

std::unique_ptr<Source> made(const SourceCase& c)
{
    auto source = createSource(c.type, c.options);
    return source ? *std::move(source) : nullptr;
}

void typeIsDescribed(const SourceCase& c)
{
    QVERIFY(!c.type.type.empty() && !c.type.label.empty() && !c.type.help.empty());
    QVERIFY((std::set<std::string>{"Files", "Databases", "Streams", "Test data"}.contains(c.type.group)));
    std::set<std::string> keys;
    for (const OptionSpec& spec : c.type.options) {
        QVERIFY2(keys.insert(spec.key).second, spec.key.c_str());
        QVERIFY2(!spec.label.empty() && !spec.help.empty() && spec.help.ends_with('.'), spec.key.c_str());
        QVERIFY2(!spec.required || spec.defaultText.empty(), spec.key.c_str());
        if (!spec.defaultText.empty())
            QVERIFY_RESULT((Options{{spec.key, spec.defaultText}}.check({spec}, "test")));
    }
}

void missingThingIsNamed(const SourceCase& c)
{
    const auto all = readAll(c.type, c.missing);
    QVERIFY(!all.has_value());
    QVERIFY2(all.error().code == ErrorCode::NotFound, all.error().message.c_str());
    QVERIFY2(all.error().message.find(c.missingName) != std::string::npos, all.error().message.c_str());
    if (c.type.probe)
        QVERIFY(!c.type.probe(c.missing, {}).has_value());
}

void badOptionIsQuoted(const SourceCase& c)
{
    const auto all = readAll(c.type, c.bad);
    QVERIFY(!all.has_value());
    QVERIFY2(all.error().code == ErrorCode::Usage, all.error().message.c_str());
    QVERIFY2(all.error().message.find(c.badValue) != std::string::npos, all.error().message.c_str());
}

void strangePositionIsRefused(const SourceCase& c)
{
    for (const char* text : {"", "{", "nonsense", "{\"other\": 1}", "[1, 2]"}) {
        const auto source = made(c);
        const auto opened = source->open(Position{text}, {});
        QVERIFY2(!opened.has_value(), text);
        QVERIFY2(!opened.error().message.empty(), text);
    }
}

void decisionsCanBeOverridden(const SourceCase& c)
{
    const auto all = readAll(*made(c));
    QVERIFY_RESULT(all);
    for (const Decision& decision : all->decisions) {
        const auto spec = std::ranges::find(c.type.options, decision.option, &OptionSpec::key);
        QVERIFY2(spec != c.type.options.end(), decision.option.c_str());
        QVERIFY2(decision.reason.ends_with('.'), decision.reason.c_str());
        if (spec->type == OptionType::Map || spec->type == OptionType::List)
            continue;
        Options same = c.options;
        same.set(decision.option, decision.value);
        const auto repeated = readAll(c.type, same);
        QVERIFY_RESULT(repeated);
        QCOMPARE(digest(repeated->batches()), digest(all->batches()));
    }
}

void probeAndDescribeLeaveNothing(const SourceCase& c)
{
    const std::string before = snapshot(c.folder);
    QVERIFY(c.type.probe != nullptr);
    const auto sentence = c.type.probe(c.options, {});
    QVERIFY_RESULT(sentence);
    QVERIFY2(sentence->ends_with('.'), sentence->c_str());
    if (c.type.describe) {
        const auto readables = c.type.describe(c.options, {});
        QVERIFY_RESULT(readables);
        QVERIFY(!readables->empty());
        for (const Readable& readable : *readables) {
            QVERIFY(!readable.name.empty() && !readable.description.empty());
            QVERIFY_RESULT(createSource(c.type, readable.options));
        }
    }
    QCOMPARE(snapshot(c.folder), before);
}

void previewLeavesNothing(const SourceCase& c)
{
    const std::string before = snapshot(c.folder);
    const auto source = made(c);
    QVERIFY_RESULT(source->open({}, {}));
    QVERIFY_RESULT(source->read({3, 8 << 20, {}}, {}));
    source->close();
    QCOMPARE(snapshot(c.folder), before);
}

} // namespace headrace::test
