// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/core/result.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace headrace {

using OptionList = std::vector<std::string>;
using OptionMap = std::map<std::string, std::string>;
using OptionValue = std::variant<std::string, OptionList, OptionMap>;

/// Option values of one connector by key, as texts. Values in the pipeline file are texts, lists or maps of texts;
/// `check()` proves that they fit their specs, after which the typed getters cannot fail.
class Options {
public:
    Options() = default;
    Options(std::initializer_list<std::pair<const std::string, OptionValue>> values)
        : m_values(values)
    {
    }

    void set(const std::string& key, OptionValue value) { m_values.insert_or_assign(key, std::move(value)); }
    void erase(const std::string& key) { m_values.erase(key); }
    [[nodiscard]] bool has(const std::string& key) const { return m_values.contains(key); }
    [[nodiscard]] const std::map<std::string, OptionValue>& values() const { return m_values; }

    /// Fills in defaults of absent options and checks every value. Unknown keys name the nearest right one; the
    /// message quotes the bad value and says what is accepted. `owner` opens the sentence: "csv source".
    [[nodiscard]] Result<Options> check(const std::vector<OptionSpec>& specs, std::string_view owner) const;

    // Getters for checked options. An absent option without default gives "", 0, false or an empty container.
    [[nodiscard]] std::string text(const std::string& key) const;
    [[nodiscard]] std::int64_t integer(const std::string& key) const;
    [[nodiscard]] double decimal(const std::string& key) const;
    [[nodiscard]] bool boolean(const std::string& key) const;
    [[nodiscard]] std::int64_t bytes(const std::string& key) const;
    [[nodiscard]] std::chrono::nanoseconds duration(const std::string& key) const;
    /// Also of unchecked options, where a single text is a list of one.
    [[nodiscard]] OptionList list(const std::string& key) const;
    [[nodiscard]] OptionMap map(const std::string& key) const;

    friend bool operator==(const Options&, const Options&) = default;

private:
    std::map<std::string, OptionValue> m_values;
};

/// The candidate closest to `word` by edit distance, or "" when none is near enough to be meant.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace headrace
