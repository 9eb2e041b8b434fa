// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/decision_bar.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/flow_layout.h"

#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace headrace {

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
    for (const Decision& decision : decisions)
        addChip(decision);
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

void DecisionBar::addChip(const Decision& decision)
{
    const OptionSpec* spec = specOf(decision.option);
    const QString label = QString::fromStdString(spec ? spec->label : decision.option);
    const bool overridden = m_document.pipeline().source.options.has(decision.option);
    auto* chip = new QToolButton(m_chips);
    chip->setProperty("kind", QStringLiteral("chip"));
    chip->setProperty("overridden", overridden);
    chip->setText(tr("%1: %2").arg(label, QString::fromStdString(decision.value)));
    chip->setToolTip(QString::fromStdString(decision.reason));
    chip->setAccessibleDescription(chip->toolTip());
    m_chips->layout()->addWidget(chip);
    if (!spec)
        return;
    auto* menu = new QMenu(chip);
    menu->addAction(QString::fromStdString(decision.reason))->setEnabled(false);
    menu->addSeparator();
    for (const std::string& choice : spec->choices) {
        QAction* action = menu->addAction(QString::fromStdString(choice), this,
                                          [this, key = spec->key, choice] { setOption(key, choice); });
        action->setCheckable(true);
        action->setChecked(choice == decision.value);
    }
    menu->addAction(tr("Another value…"), this,
                    [this, key = decision.option] { Q_EMIT editRequested(QString::fromStdString(key)); });
    QAction* detect =
        menu->addAction(tr("Detect it again"), this, [this, key = decision.option] { setOption(key, std::nullopt); });
    detect->setEnabled(overridden);
    chip->setMenu(menu);
    chip->setPopupMode(QToolButton::InstantPopup);
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
