// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/quantity_text.h"

#include "connectors/core/shown_number.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace headrace {
namespace {

QString localText(const ScaledNumber& number)
{
    const QString digits = QLocale().toString(number.value, 'f', number.decimals);
    return number.unit.empty() ? digits
                               : digits + QChar(QChar::Nbsp) +
                                     QString::fromUtf8(number.unit.data(), static_cast<qsizetype>(number.unit.size()));
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
    return localText(scaledNumber(value));
}

QString bytesText(double bytes)
{
    return localText(scaledSize(bytes));
}

QString durationText(std::chrono::nanoseconds duration)
{
    QStringList parts;
    for (const ScaledNumber& part : scaledDuration(duration))
        parts << localText(part);
    return parts.join(QLatin1Char(' '));
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
