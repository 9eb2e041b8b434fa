// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/stage_facts.h"

#include "connectors/pipeline/delivery_promise.h"
#include "connectors/pipeline/plan_sentence.h"
#include "connectors/pipeline/pull_kind.h"
#include "widgets/quantity_text.h"
#include "widgets/theme.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace headrace {
namespace {

QString text(const char* source)
{
    return QCoreApplication::translate("PipelineStrip", source);
}

QString dotted(const QStringList& parts)
{
    QStringList present;
    std::copy_if(parts.begin(), parts.end(), std::back_inserter(present),
                 [](const QString& part) { return !part.isEmpty(); });
    return present.join(QStringLiteral(" · "));
}

QString sourceLabel(const StripInput& input)
{
    const auto type = input.registry->source(input.pipeline->source.type);
    return type ? QString::fromStdString((*type)->label) : QString();
}

QString sinkLabel(const StripInput& input)
{
    const auto type = input.registry->sink(input.pipeline->destination.type);
    return type ? QString::fromStdString((*type)->label) : QString();
}

StageFacts sourceFacts(const StripInput& input)
{
    StageFacts facts;
    facts.subtitle = dotted({sourceLabel(input), objectOf(input.pipeline->source)});
    if (input.pipeline->source.type.empty()) {
        facts.value = text("Choose a source");
        facts.detail = text("or drop a file here");
        return facts;
    }
    if (!input.latest) {
        facts.value = text("Ready");
        const Trigger& trigger = input.pipeline->trigger;
        facts.detail = trigger.kind == Trigger::Kind::Once && isEndless(input.pipeline->source, *input.registry)
                           ? text("until it is stopped")
                           : QString::fromStdString(trigger.describe());
        return facts;
    }
    facts.mood = StageFacts::Mood::Good;
    const SourceProgress& progress = input.latest->source;
    QString share;
    if (progress.bytesTotal && *progress.bytesTotal > 0)
        share =
            text("%1 of %2")
                .arg(percentText(static_cast<double>(progress.bytesRead) / static_cast<double>(*progress.bytesTotal)),
                     bytesText(static_cast<double>(*progress.bytesTotal)));
    if (input.isRunning && progress.outage) {
        facts.mood = StageFacts::Mood::Warning;
        facts.value = text("No answer");
        facts.detail = text("since %1").arg(QString::fromStdString(clockTime(progress.outage->since)));
    } else if (input.isRunning) {
        facts.value = compactText(input.figures->rowsReadPerSecond);
        facts.unit = text("rows/s");
        facts.detail = dotted({share, text("%1/s").arg(bytesText(input.figures->bytesPerSecond))});
    } else {
        facts.value = countText(input.latest->rowsRead);
        facts.unit = text("rows read");
        facts.detail = bytesText(static_cast<double>(input.latest->bytesRead));
    }
    return facts;
}

StageFacts shapeFacts(const StripInput& input)
{
    StageFacts facts;
    const bool shaped = !input.pipeline->shapeSql.empty();
    facts.subtitle = shaped ? text("SQL") : text("rows pass as they are");
    if (!input.latest) {
        facts.value = shaped ? text("SQL") : text("As it is");
        facts.detail = shaped ? QString::fromStdString(input.pipeline->shapeSql).simplified()
                              : text("add SQL to filter or compute");
        return facts;
    }
    facts.mood = StageFacts::Mood::Good;
    facts.value =
        input.isRunning ? compactText(input.figures->rowsShapedPerSecond) : countText(input.latest->rowsShaped);
    facts.unit = input.isRunning ? text("rows/s") : text("rows");
    const std::int64_t quarantined = input.latest->quarantined;
    const double read = static_cast<double>(input.latest->rowsRead);
    const double dropped =
        shaped && read > 0 ? std::max(0.0, 1.0 - static_cast<double>(input.latest->rowsShaped) / read) : 0;
    facts.detail = dotted({shaped ? text("%1 filtered out").arg(percentText(dropped)) : QString(),
                           text("%1 quarantined").arg(countText(quarantined))});
    if (quarantined > 0)
        facts.mood = StageFacts::Mood::Warning;
    return facts;
}

QString reasonSummary(const std::array<double, kCloseReasonCount>& shares)
{
    std::array<std::size_t, kCloseReasonCount> order{0, 1, 2, 3, 4, 5, 6};
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return shares.at(a) > shares.at(b); });
    QStringList parts;
    for (const std::size_t reason : order) {
        if (shares.at(reason) < 0.005 || parts.size() == 2)
            break;
        const QString name = reasonText(static_cast<CloseReason>(reason));
        parts
            << (parts.isEmpty() ? text("%1 closed by %2") : text("%1 by %2")).arg(percentText(shares.at(reason)), name);
    }
    return parts.join(QStringLiteral(", "));
}

StageFacts batchFacts(const StripInput& input)
{
    StageFacts facts;
    const QString policy = QString::fromStdString(input.pipeline->batch.describe());
    if (!input.latest) {
        facts.value = policy.section(QStringLiteral(" · "), 0, 0);
        facts.unit = policy.section(QStringLiteral(" · "), 1);
        const bool isUnlimited = input.pipeline->batch.isUnlimited();
        const bool endless = isEndless(input.pipeline->source, *input.registry);
        if (isUnlimited)
            facts.value = text("One batch");
        if (isUnlimited && endless) {
            facts.detail = text("no gate: waits until it is stopped");
            facts.mood = StageFacts::Mood::Warning;
        } else if (isUnlimited) {
            facts.detail = text("until the end of the input");
        } else if (!facts.unit.isEmpty()) {
            facts.detail = text("whichever comes first");
        } else if (!endless) {
            facts.detail = text("or the end of the input");
        }
        return facts;
    }
    facts.subtitle = policy;
    facts.mood = StageFacts::Mood::Good;
    if (input.isRunning) {
        facts.value = compactText(input.figures->batchesPerSecond);
        facts.unit = text("batches/s");
        facts.detail = reasonSummary(input.figures->reasonShare);
        if (facts.detail.isEmpty())
            facts.detail = text("the first batch is open");
        return facts;
    }
    facts.value = countText(input.latest->batches);
    facts.unit = text("batches");
    std::array<double, kCloseReasonCount> shares{};
    for (std::size_t reason = 0; reason < shares.size() && input.latest->batches > 0; ++reason)
        shares.at(reason) =
            static_cast<double>(input.latest->reasons.at(reason)) / static_cast<double>(input.latest->batches);
    facts.detail = reasonSummary(shares);
    return facts;
}

StageFacts destinationFacts(const StripInput& input)
{
    StageFacts facts;
    facts.subtitle = dotted({sinkLabel(input), objectOf(input.pipeline->destination)});
    if (input.pipeline->destination.type.empty()) {
        facts.value = text("Choose a destination");
        return facts;
    }
    if (!input.latest) {
        facts.value = text("Ready");
        facts.detail = promiseText(*input.pipeline, *input.registry);
        return facts;
    }
    facts.mood = input.latest->state == RunState::Failed ? StageFacts::Mood::Bad : StageFacts::Mood::Good;
    if (input.isRunning) {
        facts.value =
            durationText(std::chrono::nanoseconds(static_cast<std::int64_t>(input.figures->sinkSecondsPerBatch * 1e9)));
        facts.unit = text("per batch");
        facts.detail = text("%1 rows delivered").arg(countText(input.latest->rowsCommitted));
    } else {
        facts.value = countText(input.latest->rowsCommitted);
        facts.unit = text("rows delivered");
        facts.detail = bytesText(static_cast<double>(input.latest->bytesCommitted));
    }
    return facts;
}

} // namespace

QString stageName(Stage stage)
{
    switch (stage) {
    case Stage::Source:
        return text("Source");
    case Stage::Shape:
        return text("Shape");
    case Stage::Batch:
        return text("Batch");
    case Stage::Destination:
        return text("Destination");
    }
    return {};
}

QString promiseText(const Pipeline& pipeline, const Registry& registry)
{
    const auto promise = deliveryPromise(pipeline, registry);
    if (!promise)
        return {};
    if (promise->guarantee == Guarantee::ExactlyOnce)
        return text("exactly once");
    if (promise->guarantee == Guarantee::None)
        return text("rows may be lost");
    return promise->asWanted ? text("at least once") : text("only at least once");
}

QString objectOf(const ConnectorSpec& spec)
{
    return QString::fromStdString(objectOf(spec.options));
}

std::array<StageFacts, kStageCount> stageFacts(const StripInput& input)
{
    return {sourceFacts(input), shapeFacts(input), batchFacts(input), destinationFacts(input)};
}

} // namespace headrace
