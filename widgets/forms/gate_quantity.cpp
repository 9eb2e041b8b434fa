// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/gate_quantity.h"

#include "connectors/core/quantity.h"
#include "connectors/core/shown_number.h"
#include "widgets/forms/log_slider.h"
#include "widgets/quantity_text.h"

#include <QLocale>

#include <array>
#include <chrono>
#include <cmath>

namespace headrace {
namespace {

double toSeconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

std::chrono::nanoseconds toNanoseconds(double seconds)
{
    return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

double snapWithin(double quantity, std::initializer_list<double> unitsDescending)
{
    for (const double unit : unitsDescending) {
        if (quantity >= unit)
            return std::max(1.0, roundedForDrag(std::round(quantity / unit * 2) / 2)) * unit;
    }
    return std::max(1.0, roundedForDrag(quantity));
}

} // namespace

GateQuantity GateQuantity::of(Gate gate)
{
    switch (gate) {
    case Gate::Rows:
        return {gate, 1, 1e7};
    case Gate::Bytes:
        return {gate, 1024, 16.0 * 1024 * 1024 * 1024};
    case Gate::Age:
        return {gate, 1e-3, 86400};
    case Gate::Grid:
        break;
    }
    return {Gate::Grid, 1, 86400};
}

std::optional<double> GateQuantity::get(const BatchPolicy& policy) const
{
    switch (gate) {
    case Gate::Rows:
        return policy.rows ? std::optional(static_cast<double>(*policy.rows)) : std::nullopt;
    case Gate::Bytes:
        return policy.bytes ? std::optional(static_cast<double>(*policy.bytes)) : std::nullopt;
    case Gate::Age:
        return policy.age ? std::optional(toSeconds(*policy.age)) : std::nullopt;
    case Gate::Grid:
        return policy.grid ? std::optional(toSeconds(*policy.grid)) : std::nullopt;
    }
    return std::nullopt;
}

void GateQuantity::set(BatchPolicy& policy, std::optional<double> quantity) const
{
    const auto whole = quantity ? std::optional<std::int64_t>(std::llround(*quantity)) : std::nullopt;
    const auto time = quantity ? std::optional(toNanoseconds(*quantity)) : std::nullopt;
    switch (gate) {
    case Gate::Rows:
        policy.rows = whole;
        break;
    case Gate::Bytes:
        policy.bytes = whole;
        break;
    case Gate::Age:
        policy.age = time;
        break;
    case Gate::Grid:
        policy.grid = time;
        break;
    }
}

QString GateQuantity::format(double quantity) const
{
    switch (gate) {
    case Gate::Rows:
        return countText(std::llround(quantity));
    case Gate::Bytes:
        return QString::fromStdString(exactSize(std::llround(quantity)));
    case Gate::Age:
    case Gate::Grid:
        break;
    }
    return QString::fromStdString(exactDuration(toNanoseconds(quantity)));
}

Result<double> GateQuantity::parse(const QString& text) const
{
    QString plain;
    const QString group = QLocale().groupSeparator();
    for (const QChar character : text) {
        if (!character.isSpace() && !(gate == Gate::Rows && character == group))
            plain.append(character);
    }
    switch (gate) {
    case Gate::Rows: {
        HEADRACE_TRY(const std::int64_t rows, parseInteger(plain.toStdString()));
        return static_cast<double>(rows);
    }
    case Gate::Bytes: {
        HEADRACE_TRY(const std::int64_t bytes, parseBytes(plain.toStdString()));
        return static_cast<double>(bytes);
    }
    case Gate::Age:
    case Gate::Grid:
        break;
    }
    HEADRACE_TRY(const std::chrono::nanoseconds duration, parseDuration(plain.toStdString()));
    return toSeconds(duration);
}

double GateQuantity::snap(double quantity) const
{
    switch (gate) {
    case Gate::Rows:
        return roundedForDrag(std::round(quantity));
    case Gate::Bytes:
        return snapWithin(quantity, {1024.0 * 1024 * 1024, 1024.0 * 1024, 1024.0});
    case Gate::Age:
    case Gate::Grid:
        break;
    }
    return snapWithin(quantity, {86400.0, 3600.0, 60.0, 1.0, 1e-3});
}

} // namespace headrace
