// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/yaml_node.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

namespace headrace {

namespace {

constexpr std::size_t kMaxBytes = 1024 * 1024;
constexpr std::size_t kMaxLevels = 16;
constexpr std::size_t kMaxValues = 10'000;

/// Leaves yaml-cpp's parser from inside an event; never leaves this file.
struct Refused {
    int line;
    std::string reason;
};

/// Builds the tree from yaml-cpp's events. Aliases are copied, so their cost counts against kMaxValues.
class TreeBuilder : public YAML::EventHandler {
public:
    YamlNode take() { return std::move(m_root); }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (m_documents++ > 0)
            throw Refused{mark.line + 1, "a second document begins here; a pipeline file holds one"};
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        // yaml-cpp reports a plain `null` without its text. As a key it is the CSV option of that name.
        if (expectsKey())
            add(mark, "?", anchor, textAt(mark, "null"));
        else
            add(mark, "?", anchor, YamlNode{});
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        add(mark, tag, anchor, textAt(mark, value));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto found = m_anchors.find(anchor);
        if (found == m_anchors.end())
            throw Refused{mark.line + 1, "this alias stands inside the value it refers to"};
        countCopy(found->second, mark.line + 1);
        add(mark, "?", 0, found->second);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        begin(mark, tag, anchor, YamlNode::Kind::List);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        begin(mark, tag, anchor, YamlNode::Kind::Map);
    }
    void OnMapEnd() override { end(); }

private:
    struct Open {
        YamlNode node;
        YAML::anchor_t anchor = 0;
        bool hasKey = false;
    };

    static YamlNode textAt(const YAML::Mark& mark, const std::string& text)
    {
        YamlNode node = YamlNode::ofText(text);
        node.line = mark.line + 1;
        return node;
    }

    [[nodiscard]] bool expectsKey() const
    {
        return !m_open.empty() && m_open.back().node.kind == YamlNode::Kind::Map && !m_open.back().hasKey;
    }

    static void checkTag(const YAML::Mark& mark, const std::string& tag)
    {
        if (!tag.empty() && tag != "?" && tag != "!")
            throw Refused{mark.line + 1, fmt::format("tags are not used in pipeline files; remove '{}'", tag)};
    }

    void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind)
    {
        checkTag(mark, tag);
        if (expectsKey())
            throw Refused{mark.line + 1, "a key must be a text, not a list or a map"};
        if (m_open.size() >= kMaxLevels)
            throw Refused{mark.line + 1, fmt::format("values are nested deeper than {} levels", kMaxLevels)};
        YamlNode node;
        node.kind = kind;
        node.line = mark.line + 1;
        m_open.push_back({std::move(node), anchor, false});
    }

    void end()
    {
        Open closed = std::move(m_open.back());
        m_open.pop_back();
        place(closed.node.line, closed.anchor, std::move(closed.node));
    }

    void add(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode node)
    {
        checkTag(mark, tag);
        const int line = mark.line + 1;
        node.line = line;
        place(line, anchor, std::move(node));
    }

    void place(int line, YAML::anchor_t anchor, YamlNode node)
    {
        if (++m_values > kMaxValues)
            throw Refused{line, fmt::format("the file holds more than {} values", kMaxValues)};
        if (anchor != 0)
            m_anchors[anchor] = node;
        if (m_open.empty()) {
            m_root = std::move(node);
            return;
        }
        Open& parent = m_open.back();
        if (parent.node.kind == YamlNode::Kind::List) {
            parent.node.items.push_back(std::move(node));
        } else if (parent.hasKey) {
            parent.node.entries.back().value = std::move(node);
            parent.hasKey = false;
        } else {
            addKey(parent, line, std::move(node));
        }
    }

    static void addKey(Open& parent, int line, YamlNode key)
    {
        if (key.kind != YamlNode::Kind::Text)
            throw Refused{line, "a key must be a text, not a list or a map"};
        const auto same = std::ranges::find(parent.node.entries, key.text, &YamlNode::Entry::key);
        if (same != parent.node.entries.end())
            throw Refused{line, fmt::format("the key '{}' stands here a second time; the first is on line {}", key.text,
                                            same->line)};
        parent.node.entries.push_back({std::move(key.text), line, {}});
        parent.hasKey = true;
    }

    /// An alias is a copy: its values and texts count as if they were written out.
    void countCopy(const YamlNode& node, int line)
    {
        m_copiedBytes += node.text.size();
        if (++m_values > kMaxValues || m_copiedBytes > kMaxBytes)
            throw Refused{line, "the aliases repeat too much; write the values out or drop some"};
        for (const YamlNode& item : node.items)
            countCopy(item, line);
        for (const YamlNode::Entry& entry : node.entries)
            countCopy(entry.value, line);
    }

    YamlNode m_root;
    std::vector<Open> m_open;
    std::map<YAML::anchor_t, YamlNode> m_anchors;
    std::size_t m_values = 0;
    std::size_t m_copiedBytes = 0;
    int m_documents = 0;
};

} // namespace

Result<YamlNode> parseYaml(std::string_view yaml, const std::string& fileName)
{
    const auto refuse = [&](int line, std::string_view reason) {
        return fail(ErrorCode::Usage, fmt::format("{}:{}: {}.", fileName, std::max(line, 1), reason));
    };
    if (yaml.size() > kMaxBytes)
        return fail(ErrorCode::Usage, fmt::format("{}: the file has {} bytes; a pipeline file has at most {}.",
                                                  fileName, yaml.size(), kMaxBytes));
    try {
        std::istringstream stream{std::string(yaml)};
        YAML::Parser parser(stream);
        TreeBuilder builder;
        while (parser.HandleNextDocument(builder)) {
        }
        YamlNode root = builder.take();
        if (root.kind != YamlNode::Kind::Map)
            return refuse(root.line, fmt::format("the file holds {}; a pipeline file is a map that begins with "
                                                 "'headrace: 1'",
                                                 root.describe()));
        return root;
    } catch (const Refused& refused) {
        return refuse(refused.line, refused.reason);
    } catch (const YAML::Exception& error) {
        return refuse(error.mark.line + 1, error.msg);
    }
}

} // namespace headrace
