// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/plan_text.h"

#include "connectors/pipeline/pull_kind.h"
#include "widgets/quantity_text.h"
#include "widgets/shell/stage_facts.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

namespace headrace {
namespace {

QString text(const char* source)
{
    return QCoreApplication::translate("PlanText", source);
}

/// "Every 15 min", "At 0 2 * * *, next on 26 Nov 02:00".
QString whenText(const Trigger& trigger, const QDateTime& now)
{
    switch (trigger.kind) {
    case Trigger::Kind::Once:
        return text("Once");
    case Trigger::Kind::Every:
        return text("Every %1").arg(durationText(trigger.every));
    case Trigger::Kind::Cron: {
        const auto start = trigger.nextStart(
            std::nullopt, std::chrono::system_clock::time_point(std::chrono::milliseconds(now.toMSecsSinceEpoch())));
        const QString at =
            text("At %1 (%2)").arg(QString::fromStdString(trigger.cron), QString::fromStdString(trigger.zone));
        if (!start)
            return at;
        const auto next = QDateTime::fromMSecsSinceEpoch(
            std::chrono::duration_cast<std::chrono::milliseconds>(start->time_since_epoch()).count());
        return text("%1, next on %2").arg(at, QLocale().toString(next, QStringLiteral("d MMM HH:mm")));
    }
    case Trigger::Kind::Continuous:
        return text("Without a break");
    default: {
        QString when = QString::fromStdString(trigger.describe());
        return when.replace(0, 1, when.left(1).toUpper());
    }
    }
}

/// "2026-11-22 10:00:00+00" of "2026-11-22 10:00:00.123456+00"; other values as they are.
QString shortMoment(const std::string& value)
{
    static const QRegularExpression kMoment(QStringLiteral("^(\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d)\\.\\d+"));
    return QString::fromStdString(value).replace(kMoment, QStringLiteral("\\1"));
}

/// The first column of the cursor: the others only tell rows apart that are equal in it.
QString cursorOf(const Options& options)
{
    const auto cursor = options.values().find("cursor");
    if (cursor == options.values().end())
        return {};
    if (const auto* single = std::get_if<std::string>(&cursor->second))
        return QString::fromStdString(*single);
    const auto* list = std::get_if<OptionList>(&cursor->second);
    return list && !list->empty() ? QString::fromStdString(list->front()) : QString();
}

/// "rows of public.orders with updated_at after 2026-11-22 10:00:00"
QString whatText(const Pipeline& pipeline, const SourceType& source, bool endless, const PlanFacts& facts)
{
    const QString named = objectOf(pipeline.source);
    const QString object = named.isEmpty() ? QString::fromStdString(source.label) : named;
    const QString cursor = cursorOf(pipeline.source.options);
    if (!cursor.isEmpty()) {
        if (!facts.after.empty())
            return text("rows of %1 with %2 after %3").arg(object, cursor, shortMoment(facts.after));
        return facts.hasPosition ? text("rows of %1 with %2 after the last one delivered").arg(object, cursor)
                                 : text("all rows of %1 at first, then those with a higher %2").arg(object, cursor);
    }
    const auto& options = pipeline.source.options.values();
    const auto from = options.find("from");
    if (source.unbounded && !endless) {
        const QString until = QString::fromStdString(pipeline.source.options.text("until"));
        if (facts.hasPosition)
            return text("what is in %1 behind the last row delivered, up to %2").arg(object, until);
        if (from == options.end())
            return text("what is in %1, up to %2").arg(object, until);
        return text("what is in %1 from %2 on, up to %3")
            .arg(object, QString::fromStdString(pipeline.source.options.text("from")), until);
    }
    if (endless && !facts.hasPosition && from != options.end())
        return text("what is in %1 from %2 on, and what arrives")
            .arg(object, QString::fromStdString(pipeline.source.options.text("from")));
    if (endless)
        return facts.hasPosition ? text("what arrives in %1 behind the last row delivered").arg(object)
                                 : text("what is in %1 and what arrives").arg(object);
    return facts.hasPosition ? text("what %1 holds behind the last row delivered").arg(object)
                             : text("all rows of %1").arg(object);
}

} // namespace

QString planText(const Pipeline& pipeline, const Registry& registry, const PlanFacts& facts, const QDateTime& now)
{
    const auto source = registry.source(pipeline.source.type);
    if (!source)
        return {};
    QString plan = text("%1: %2").arg(whenText(pipeline.trigger, now),
                                      whatText(pipeline, **source, isEndless(pipeline.source, registry), facts));
    if (facts.rowsAPull && pipeline.trigger.kind != Trigger::Kind::Once)
        plan = text("%1, about %2 a pull").arg(plan, compactText(*facts.rowsAPull));
    return facts.lateRows.empty() ? plan : text("%1. %2").arg(plan, QString::fromStdString(facts.lateRows));
}

} // namespace headrace
