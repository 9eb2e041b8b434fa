// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/pipeline_settings.h"

#include "connectors/core/quantity.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/plan_watch.h"
#include "widgets/forms/option_form.h"
#include "widgets/forms/view_parts.h"

#include <QCoreApplication>
#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>

namespace headrace {
namespace {

const Pipeline kDefaults;
constexpr std::chrono::minutes kFirstInterval{15};
const std::string kFirstCron = "0 2 * * *";

std::string translated(const char* text)
{
    return QCoreApplication::translate("PipelineSettings", text).toStdString();
}

std::string kindName(Trigger::Kind kind)
{
    switch (kind) {
    case Trigger::Kind::Once:
        return "once";
    case Trigger::Kind::Every:
        return "every";
    case Trigger::Kind::Cron:
        return "cron";
    case Trigger::Kind::NewRows:
        return "new_rows";
    case Trigger::Kind::Continuous:
        break;
    }
    return "continuous";
}

std::string actionName(BadRecordPolicy::Action action)
{
    return action == BadRecordPolicy::Action::Fail ? "fail" : "quarantine";
}

std::string deliveryName(Delivery delivery)
{
    return delivery == Delivery::ExactlyOnce ? "exactly_once" : "at_least_once";
}

std::string textOf(const Options& options, const std::string& key, const std::string& otherwise)
{
    const auto found = options.values().find(key);
    const auto* text = found == options.values().end() ? nullptr : std::get_if<std::string>(&found->second);
    return text ? *text : otherwise;
}

Trigger triggerOf(const Options& options, Trigger trigger)
{
    const std::string name = textOf(options, "trigger", kindName(kDefaults.trigger.kind));
    for (const auto kind : {Trigger::Kind::Once, Trigger::Kind::Every, Trigger::Kind::Cron, Trigger::Kind::NewRows,
                            Trigger::Kind::Continuous}) {
        if (kindName(kind) == name)
            trigger.kind = kind;
    }
    if (const auto every = parseDuration(textOf(options, "every", "")))
        trigger.every = *every;
    trigger.cron = textOf(options, "cron", trigger.cron);
    trigger.zone = textOf(options, "zone", kDefaults.trigger.zone);
    if (const auto rows = parseInteger(textOf(options, "new_rows", std::to_string(kDefaults.trigger.newRows))))
        trigger.newRows = *rows;
    if (const auto poll = parseDuration(textOf(options, "poll", formatDuration(kDefaults.trigger.poll))))
        trigger.poll = *poll;
    const auto atLeast = parseDuration(textOf(options, "at_least", ""));
    trigger.atLeast = atLeast ? std::optional(*atLeast) : std::nullopt;
    if (trigger.kind == Trigger::Kind::Every && trigger.every.count() == 0)
        trigger.every = kFirstInterval;
    if (trigger.kind == Trigger::Kind::Cron && trigger.cron.empty())
        trigger.cron = kFirstCron;
    return trigger;
}

std::vector<OptionSpec> triggerSpecs()
{
    return {
        {.key = "trigger",
         .type = OptionType::Choice,
         .label = translated("Starts"),
         .help = translated("Once when it is run, or again and again until it is stopped."),
         .defaultText = "once",
         .choices = {"once", "every", "cron", "new_rows", "continuous"}},
        {.key = "every",
         .type = OptionType::Duration,
         .label = translated("Every"),
         .help = translated("From one start to the next: 15m, 1h."),
         .minimum = 0.001},
        {.key = "cron",
         .label = translated("Cron"),
         .help = translated("Minute, hour, day, month, weekday: 0 2 * * * is every night at two.")},
        {.key = "zone",
         .label = translated("Time zone"),
         .help = translated("Of the cron line: Europe/Berlin."),
         .defaultText = kDefaults.trigger.zone},
        {.key = "new_rows",
         .type = OptionType::Integer,
         .label = translated("New rows"),
         .help = translated("A pull starts when so many rows lie behind the last one."),
         .defaultText = std::to_string(kDefaults.trigger.newRows),
         .minimum = 1},
        {.key = "poll",
         .type = OptionType::Duration,
         .label = translated("Look every"),
         .help = translated("How often the source is asked how many rows are new."),
         .defaultText = formatDuration(kDefaults.trigger.poll),
         .minimum = 0.001},
        {.key = "at_least",
         .type = OptionType::Duration,
         .label = translated("At least every"),
         .help = translated("A pull starts after this time even if there are fewer new rows: 15m."),
         .minimum = 0.001},
    };
}

std::vector<OptionSpec> deliverySpecs()
{
    return {
        {.key = "delivery",
         .type = OptionType::Choice,
         .label = translated("Delivery"),
         .help = translated("What is wanted; above stands what both ends can promise."),
         .defaultText = deliveryName(kDefaults.delivery),
         .choices = {"exactly_once", "at_least_once"}},
        {.key = "bad_records",
         .type = OptionType::Choice,
         .label = translated("Bad records"),
         .help = translated("Set aside in the quarantine with their place and reason, or the run fails."),
         .defaultText = actionName(kDefaults.badRecords.action),
         .choices = {"quarantine", "fail"}},
        {.key = "limit",
         .type = OptionType::Integer,
         .label = translated("At most"),
         .help = translated("The run fails when more records than this are bad."),
         .defaultText = std::to_string(kDefaults.badRecords.limit),
         .advanced = true,
         .minimum = 0},
        {.key = "attempts",
         .type = OptionType::Integer,
         .label = translated("Retries"),
         .help = translated("So many in a row without progress before the run fails. Empty: 5, which are half a "
                            "minute, or where the run goes on until it is stopped, 1000: half a day."),
         .advanced = true,
         .minimum = 0},
        {.key = "initial",
         .type = OptionType::Duration,
         .label = translated("First wait"),
         .help = translated("Before the first retry; it doubles from one to the next."),
         .defaultText = formatDuration(kDefaults.retry.initial),
         .advanced = true},
        {.key = "maximum",
         .type = OptionType::Duration,
         .label = translated("Longest wait"),
         .help = translated("Between two retries."),
         .defaultText = formatDuration(kDefaults.retry.maximum),
         .advanced = true},
    };
}

} // namespace

PipelineSettings::PipelineSettings(PipelineDocument& document, const PlanWatch* plan, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_plan(plan)
    , m_form(new OptionForm(specs(), tr("pipeline"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(createPlan());
    layout->addWidget(m_form);
    layout->addStretch();
    connect(m_form, &OptionForm::edited, this, &PipelineSettings::accept);
    connect(&document, &PipelineDocument::changed, this, &PipelineSettings::showDocument);
    if (plan)
        connect(plan, &PlanWatch::changed, this, &PipelineSettings::showPlan);
    showDocument();
}

QWidget* PipelineSettings::createPlan()
{
    auto* box = new QFrame(this);
    box->setProperty("tip", true);
    m_planSentence = createSentence({}, "", box);
    m_planSentence->setAccessibleName(tr("What the next run will do"));
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(10, 7, 10, 7);
    layout->addWidget(m_planSentence);
    return box;
}

void PipelineSettings::showPlan()
{
    m_planSentence->setText(m_plan ? m_plan->text() : QString());
    m_planSentence->parentWidget()->setVisible(!m_planSentence->text().isEmpty());
}

QString PipelineSettings::planSentence() const
{
    return m_planSentence->text();
}

const std::vector<OptionSpec>& PipelineSettings::specs()
{
    static const std::vector<OptionSpec> all = [] {
        std::vector<OptionSpec> specs{{.key = "name",
                                       .label = translated("Name"),
                                       .help = translated("Its state and its quarantine are kept under it."),
                                       .required = true}};
        for (const std::vector<OptionSpec>& part : {triggerSpecs(), deliverySpecs()})
            specs.insert(specs.end(), part.begin(), part.end());
        return specs;
    }();
    return all;
}

Options PipelineSettings::optionsOf(const Pipeline& pipeline)
{
    Options options;
    const auto set = [&options](const char* key, const std::string& value, const std::string& standard) {
        if (value != standard)
            options.set(key, value);
    };
    set("name", pipeline.name, "");
    set("trigger", kindName(pipeline.trigger.kind), kindName(kDefaults.trigger.kind));
    set("every", pipeline.trigger.every.count() > 0 ? formatDuration(pipeline.trigger.every) : "", "");
    set("cron", pipeline.trigger.cron, "");
    set("zone", pipeline.trigger.zone, kDefaults.trigger.zone);
    set("new_rows", std::to_string(pipeline.trigger.newRows), std::to_string(kDefaults.trigger.newRows));
    set("poll", formatDuration(pipeline.trigger.poll), formatDuration(kDefaults.trigger.poll));
    set("at_least", pipeline.trigger.atLeast ? formatDuration(*pipeline.trigger.atLeast) : "", "");
    set("delivery", deliveryName(pipeline.delivery), deliveryName(kDefaults.delivery));
    set("bad_records", actionName(pipeline.badRecords.action), actionName(kDefaults.badRecords.action));
    set("limit", std::to_string(pipeline.badRecords.limit), std::to_string(kDefaults.badRecords.limit));
    set("attempts", pipeline.retry.attempts ? std::to_string(*pipeline.retry.attempts) : "", "");
    set("initial", formatDuration(pipeline.retry.initial), formatDuration(kDefaults.retry.initial));
    set("maximum", formatDuration(pipeline.retry.maximum), formatDuration(kDefaults.retry.maximum));
    return options;
}

Pipeline PipelineSettings::applied(Pipeline pipeline, const Options& options)
{
    const std::string name = textOf(options, "name", "");
    if (checkPipelineName(name))
        pipeline.name = name;
    if (const Trigger trigger = triggerOf(options, pipeline.trigger); trigger.check())
        pipeline.trigger = trigger;
    pipeline.delivery =
        textOf(options, "delivery", "exactly_once") == "at_least_once" ? Delivery::AtLeastOnce : Delivery::ExactlyOnce;
    pipeline.badRecords.action = textOf(options, "bad_records", "quarantine") == "fail"
                                     ? BadRecordPolicy::Action::Fail
                                     : BadRecordPolicy::Action::Quarantine;
    if (const auto limit = parseInteger(textOf(options, "limit", std::to_string(kDefaults.badRecords.limit))))
        pipeline.badRecords.limit = *limit;
    RetryPolicy retry = pipeline.retry;
    const std::string attempts = textOf(options, "attempts", "");
    if (attempts.empty())
        retry.attempts.reset();
    else if (const auto number = parseInteger(attempts))
        retry.attempts = static_cast<int>(*number);
    if (const auto initial = parseDuration(textOf(options, "initial", formatDuration(kDefaults.retry.initial))))
        retry.initial = *initial;
    if (const auto maximum = parseDuration(textOf(options, "maximum", formatDuration(kDefaults.retry.maximum))))
        retry.maximum = *maximum;
    if (retry.check())
        pipeline.retry = retry;
    return pipeline;
}

void PipelineSettings::showDocument()
{
    m_form->setOptions(optionsOf(m_document.pipeline()));
    const Trigger::Kind kind = m_document.pipeline().trigger.kind;
    m_form->setFieldVisible(QStringLiteral("every"), kind == Trigger::Kind::Every);
    m_form->setFieldVisible(QStringLiteral("cron"), kind == Trigger::Kind::Cron);
    m_form->setFieldVisible(QStringLiteral("zone"), kind == Trigger::Kind::Cron);
    for (const char* key : {"new_rows", "poll", "at_least"})
        m_form->setFieldVisible(QLatin1String(key), kind == Trigger::Kind::NewRows);
    showPlan();
}

void PipelineSettings::accept(const QString& key)
{
    Pipeline next = applied(m_document.pipeline(), m_form->options());
    if (key == QLatin1String("name") || key == QLatin1String("cron") || key == QLatin1String("zone") ||
        key == QLatin1String("at_least")) {
        const Status fits = key == QLatin1String("name")
                                ? checkPipelineName(textOf(m_form->options(), "name", ""))
                                : triggerOf(m_form->options(), m_document.pipeline().trigger).check();
        m_form->setFieldError(key, fits ? QString() : QString::fromStdString(fits.error().message));
        if (!fits)
            return;
    }
    m_document.edit(tr("Change %1").arg(key), std::move(next), m_document.typingKey(QStringLiteral("pipeline-") + key));
}

} // namespace headrace
