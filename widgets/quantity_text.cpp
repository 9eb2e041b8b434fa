// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/quantity_text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace headrace {
namespace {

QString withUnit(const QString& number, const char* unit)
{
    return number + QChar(QChar::Nbsp) + QString::fromUtf8(unit);
}

QString translated(const char* text)
{
    return QCoreApplication::translate("Quantity", text);
}

} // namespace

QString numberText(double value, int significantDigits)
{
    if (value == 0 || !std::isfinite(value))
        return QLocale().toString(0);
    const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
    return QLocale().toString(value, 'f', std::clamp(significantDigits - 1 - magnitude, 0, 6));
}

QString countText(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString compactText(double value)
{
    const double size = std::abs(value);
    if (size >= 1e9)
        return withUnit(numberText(value / 1e9, 3), "G");
    if (size >= 1e6)
        return withUnit(numberText(value / 1e6, 3), "M");
    if (size >= 100)
        return countText(std::llround(value));
    return QLocale().toString(value, 'f', size < 0.005 ? 0 : (size < 1 ? 2 : 1));
}

QString bytesText(double bytes)
{
    static constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (std::abs(bytes) >= 1024 && unit + 1 < kUnits.size()) {
        bytes /= 1024;
        ++unit;
    }
    const bool whole = unit == 0 || bytes >= 100 || bytes == std::floor(bytes);
    return withUnit(QLocale().toString(bytes, 'f', whole ? 0 : 1), kUnits.at(unit));
}

QString durationText(std::chrono::nanoseconds duration)
{
    const double seconds = std::chrono::duration<double>(duration).count();
    if (seconds == 0)
        return withUnit(QLocale().toString(0), "ms");
    if (seconds < 1e-3)
        return withUnit(numberText(seconds * 1e6, 2), "µs");
    if (seconds < 1)
        return withUnit(numberText(seconds * 1e3, 2), "ms");
    if (seconds < 60) {
        const bool whole = std::abs(seconds - std::round(seconds)) < 0.05;
        return withUnit(QLocale().toString(seconds, 'f', whole ? 0 : 1), "s");
    }
    struct Unit {
        double seconds;
        const char* name;
        double subSeconds;
        const char* subName;
    };
    static constexpr std::array kUnits{Unit{86400, "d", 3600, "h"}, Unit{3600, "h", 60, "min"},
                                       Unit{60, "min", 1, "s"}};
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return seconds >= u.seconds; });
    const double whole = std::floor(seconds / unit->seconds);
    const double rest = std::floor((seconds - whole * unit->seconds) / unit->subSeconds);
    const QString text = withUnit(QLocale().toString(whole, 'f', 0), unit->name);
    return rest == 0 ? text : text + QLatin1Char(' ') + withUnit(QLocale().toString(rest, 'f', 0), unit->subName);
}

QString elapsedText(std::chrono::nanoseconds duration)
{
    const auto total = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    return QStringLiteral("%1:%2:%3")
        .arg(total / 3600, 2, 10, QLatin1Char('0'))
        .arg(total / 60 % 60, 2, 10, QLatin1Char('0'))
        .arg(total % 60, 2, 10, QLatin1Char('0'));
}

QString percentText(double fraction)
{
    const double percent = fraction * 100;
    const bool whole = percent >= 10 || percent == std::floor(percent);
    return translated("%1 %")
        .arg(QLocale().toString(percent, 'f', whole ? 0 : 1))
        .replace(QLatin1Char(' '), QChar(QChar::Nbsp));
}

} // namespace headrace
