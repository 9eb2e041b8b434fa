// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/decision_bar.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/flow_layout.h"
#include "widgets/quantity_text.h"

#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr std::size_t kListed = 20;

} // namespace

DecisionBar::DecisionBar(PipelineDocument& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins({});
    setAccessibleName(tr("What was detected"));
}

void DecisionBar::setDecisions(const std::vector<Decision>& decisions)
{
    delete m_chips;
    m_chips = new QWidget(this);
    new FlowLayout(m_chips);
    m_layout->addWidget(m_chips);
    for (auto first = decisions.begin(); first != decisions.end();) {
        const auto last = std::find_if(first, decisions.end(),
                                       [&](const Decision& decision) { return decision.option != first->option; });
        addChip({first, last});
        first = last;
    }
    setVisible(!decisions.empty());
}

int DecisionBar::count() const
{
    return m_chips ? m_chips->layout()->count() : 0;
}

const OptionSpec* DecisionBar::specOf(const std::string& key) const
{
    const auto source = m_document.registry().source(m_document.pipeline().source.type);
    if (!source)
        return nullptr;
    for (const OptionSpec& spec : (*source)->options) {
        if (spec.key == key)
            return &spec;
    }
    return nullptr;
}

void DecisionBar::addChip(const std::vector<Decision>& decisions)
{
    const Decision& first = decisions.front();
    const OptionSpec* spec = specOf(first.option);
    const QString label = QString::fromStdString(spec ? spec->label : first.option);
    const QString value = decisions.size() == 1
                              ? QString::fromStdString(first.value)
                              : tr("%1 detected").arg(countText(static_cast<std::int64_t>(decisions.size())));
    const bool overridden = m_document.pipeline().source.options.has(first.option);
    auto* chip = new QToolButton(m_chips);
    chip->setProperty("kind", QStringLiteral("chip"));
    chip->setProperty("overridden", overridden);
    chip->setText(tr("%1: %2").arg(label, value));
    chip->setToolTip(QString::fromStdString(first.reason));
    chip->setAccessibleDescription(chip->toolTip());
    m_chips->layout()->addWidget(chip);
    if (!spec)
        return;
    auto* menu = new QMenu(chip);
    fillMenu(menu, *spec, decisions, overridden);
    chip->setMenu(menu);
    chip->setPopupMode(QToolButton::InstantPopup);
}

void DecisionBar::fillMenu(QMenu* menu, const OptionSpec& spec, const std::vector<Decision>& decisions, bool overridden)
{
    for (std::size_t index = 0; index < std::min(decisions.size(), kListed); ++index) {
        const Decision& decision = decisions[index];
        const QString reason = QString::fromStdString(decision.reason);
        menu->addAction(decisions.size() == 1 ? reason
                                              : tr("%1 – %2").arg(QString::fromStdString(decision.value), reason))
            ->setEnabled(false);
    }
    if (decisions.size() > kListed)
        menu->addAction(tr("and %1 more").arg(countText(static_cast<std::int64_t>(decisions.size() - kListed))))
            ->setEnabled(false);
    menu->addSeparator();
    for (const std::string& choice : spec.choices) {
        QAction* action = menu->addAction(QString::fromStdString(choice), this,
                                          [this, key = spec.key, choice] { setOption(key, choice); });
        action->setCheckable(true);
        action->setChecked(choice == decisions.front().value);
    }
    menu->addAction(tr("Another value…"), this,
                    [this, key = spec.key] { Q_EMIT editRequested(QString::fromStdString(key)); });
    menu->addAction(tr("Detect it again"), this, [this, key = spec.key] { setOption(key, std::nullopt); })
        ->setEnabled(overridden);
}

void DecisionBar::setOption(const std::string& key, const std::optional<std::string>& value)
{
    Pipeline next = m_document.pipeline();
    if (value)
        next.source.options.set(key, *value);
    else
        next.source.options.erase(key);
    m_document.edit(tr("Override %1").arg(QString::fromStdString(key)), std::move(next));
}

} // namespace headrace
