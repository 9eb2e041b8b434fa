// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/options.h"

#include "connectors/core/option_lookup.h"
#include "connectors/core/quantity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace headrace {

namespace {

/// Insertions, deletions, replacements and swaps of neighbours that make `b` out of `a`.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> beforeLast;
    std::vector<std::size_t> last;
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        beforeLast = std::exchange(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
    }
    return row.back();
}

/// The value in the type's base unit where the type is a quantity, for the range check.
Result<std::optional<double>> quantityOf(const OptionSpec& spec, const std::string& text)
{
    const auto widen = [](auto&& parsed, double divisor) -> Result<std::optional<double>> {
        if (!parsed)
            return fail(std::move(parsed).error());
        return static_cast<double>(*parsed) / divisor;
    };
    switch (spec.type) {
    case OptionType::Integer:
        return widen(parseInteger(text), 1);
    case OptionType::Decimal:
        return widen(parseDecimal(text), 1);
    case OptionType::Bytes:
        return widen(parseBytes(text), 1);
    case OptionType::Duration:
        return widen(parseDuration(text).map([](auto duration) { return duration.count(); }), 1e9);
    default:
        return std::optional<double>{};
    }
}

Status checkText(const OptionSpec& spec, const std::string& text)
{
    HEADRACE_TRY(const std::optional<double> quantity, quantityOf(spec, text));
    if (quantity && spec.minimum && *quantity < *spec.minimum)
        return fail(ErrorCode::Usage, fmt::format("'{}' is too small; the least is {}.", text, *spec.minimum));
    if (quantity && spec.maximum && *quantity > *spec.maximum)
        return fail(ErrorCode::Usage, fmt::format("'{}' is too large; the most is {}.", text, *spec.maximum));
    if (spec.type == OptionType::Boolean && text != "true" && text != "false")
        return fail(ErrorCode::Usage, fmt::format("'{}' is not true or false.", text));
    if (spec.type == OptionType::Choice && std::ranges::find(spec.choices, text) == spec.choices.end()) {
        const std::string near = nearest(text, spec.choices);
        return fail(ErrorCode::Usage, fmt::format("'{}' is not one of {}{}", text, fmt::join(spec.choices, ", "),
                                                  near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
    }
    return {};
}

/// Brings a value into the shape its type asks for: a single text is a list of one.
Result<OptionValue> shaped(const OptionSpec& spec, OptionValue value)
{
    if (spec.type == OptionType::List) {
        if (const auto* text = std::get_if<std::string>(&value))
            return OptionList{*text};
        if (std::holds_alternative<OptionList>(value))
            return value;
        return fail(ErrorCode::Usage, "a map is given, a list is wanted.");
    }
    if (spec.type == OptionType::Map) {
        if (std::holds_alternative<OptionMap>(value))
            return value;
        return fail(ErrorCode::Usage, "a single value is given, a map is wanted.");
    }
    if (!std::holds_alternative<std::string>(value))
        return fail(ErrorCode::Usage, "a list or map is given, a single value is wanted.");
    HEADRACE_CHECK(checkText(spec, std::get<std::string>(value)));
    return value;
}

Error unknownKey(const std::string& key, const std::vector<OptionSpec>& specs, std::string_view owner)
{
    std::vector<std::string> keys;
    std::ranges::transform(specs, std::back_inserter(keys), &OptionSpec::key);
    const std::string near = nearest(key, keys);
    const std::string hint =
        near.empty() ? fmt::format("it has: {}", fmt::join(keys, ", ")) : fmt::format("did you mean '{}'?", near);
    return {ErrorCode::Usage, fmt::format("The {} has no option '{}'; {}", owner, key, hint), {}, {}};
}

template <typename T>
T value(Result<T> parsed)
{
    return parsed.value_or(T{});
}

} // namespace

Result<Options> Options::check(const std::vector<OptionSpec>& specs, std::string_view owner) const
{
    for (const auto& [key, unused] : m_values)
        if (findOption(specs, key) == nullptr)
            return fail(unknownKey(key, specs, owner));

    Options checked;
    for (const OptionSpec& spec : specs) {
        const auto found = m_values.find(spec.key);
        if (found == m_values.end()) {
            if (spec.required)
                return fail(ErrorCode::Usage, fmt::format("The {} needs the option '{}'.", owner, spec.key));
            if (!spec.defaultText.empty())
                checked.set(spec.key, *shaped(spec, spec.defaultText));
            continue;
        }
        auto fitted = shaped(spec, found->second);
        if (!fitted)
            return fail(ErrorCode::Usage,
                        fmt::format("The option '{}' of the {}: {}", spec.key, owner, fitted.error().message));
        checked.set(spec.key, *std::move(fitted));
    }
    return checked;
}

std::string Options::text(const std::string& key) const
{
    const auto found = m_values.find(key);
    const auto* text = found == m_values.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text == nullptr ? std::string{} : *text;
}

std::int64_t Options::integer(const std::string& key) const
{
    return value(parseInteger(text(key)));
}

double Options::decimal(const std::string& key) const
{
    return value(parseDecimal(text(key)));
}

bool Options::boolean(const std::string& key) const
{
    return text(key) == "true";
}

std::int64_t Options::bytes(const std::string& key) const
{
    return value(parseBytes(text(key)));
}

std::chrono::nanoseconds Options::duration(const std::string& key) const
{
    return value(parseDuration(text(key)));
}

OptionList Options::list(const std::string& key) const
{
    const auto found = m_values.find(key);
    if (found == m_values.end())
        return {};
    if (const auto* text = std::get_if<std::string>(&found->second))
        return {*text};
    const auto* list = std::get_if<OptionList>(&found->second);
    return list == nullptr ? OptionList{} : *list;
}

OptionMap Options::map(const std::string& key) const
{
    const auto found = m_values.find(key);
    const auto* map = found == m_values.end() ? nullptr : std::get_if<OptionMap>(&found->second);
    return map == nullptr ? OptionMap{} : *map;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates)
{
    std::string best;
    std::size_t bestDistance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}

} // namespace headrace
