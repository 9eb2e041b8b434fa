// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/seek_bar.h"

#include "widgets/forms/view_parts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

#include <algorithm>

namespace headrace {
namespace {

const char* const kFrom = "from";

} // namespace

SeekBar::SeekBar(QWidget* parent)
    : QWidget(parent)
    , m_modes(new QComboBox(this))
    , m_value(new QLineEdit(this))
    , m_unit(createLabel({}, "muted", this))
{
    m_modes->setAccessibleName(tr("From where to look"));
    m_value->setAccessibleName(tr("Place to look from"));
    m_value->setFixedWidth(210);
    m_modes->addItem(tr("as the pipeline"), static_cast<int>(Mode::Pipeline));
    m_modes->addItem(tr("earliest"), static_cast<int>(Mode::Earliest));
    m_modes->addItem(tr("latest: wait for new ones"), static_cast<int>(Mode::Latest));
    m_modes->addItem(tr("last of each partition"), static_cast<int>(Mode::LastRows));
    m_modes->addItem(tr("offset"), static_cast<int>(Mode::Offset));
    m_modes->addItem(tr("time"), static_cast<int>(Mode::Time));
    auto* name = new QLabel(tr("&Look from"), this);
    name->setBuddy(m_modes);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(8);
    row->addWidget(name);
    row->addWidget(m_modes);
    row->addWidget(m_value);
    row->addWidget(m_unit);
    row->addStretch();
    connect(m_modes, &QComboBox::activated, this, [this] {
        showMode();
        Q_EMIT changed();
    });
    connect(m_value, &QLineEdit::editingFinished, this, &SeekBar::changed);
    showMode();
}

SeekBar::Mode SeekBar::mode() const
{
    return static_cast<Mode>(m_modes->currentData().toInt());
}

void SeekBar::showMode()
{
    m_value->clear();
    switch (mode()) {
    case Mode::LastRows:
        m_value->setText(QStringLiteral("100"));
        m_unit->setText(tr("rows"));
        break;
    case Mode::Offset:
        m_value->setPlaceholderText(QStringLiteral("0"));
        m_unit->setText(tr("in every partition"));
        break;
    case Mode::Time:
        m_value->setPlaceholderText(QStringLiteral("2026-01-31T12:00:00Z"));
        m_unit->clear();
        break;
    case Mode::Pipeline:
    case Mode::Earliest:
    case Mode::Latest:
        m_unit->clear();
        break;
    }
    const bool hasValue = mode() == Mode::LastRows || mode() == Mode::Offset || mode() == Mode::Time;
    m_value->setVisible(hasValue);
    m_unit->setVisible(hasValue);
}

void SeekBar::setSource(const ConnectorSpec& source, const SourceType* type)
{
    const auto specs = type ? type->options : std::vector<OptionSpec>{};
    const auto from = std::ranges::find(specs, kFrom, &OptionSpec::key);
    setVisible(from != specs.end());
    if (from == specs.end())
        return;
    const auto set = source.options.values().find(kFrom);
    const std::string own = set == source.options.values().end() ? from->defaultText : source.options.text(kFrom);
    m_modes->setItemText(0, own.empty() ? tr("as the pipeline")
                                        : tr("as the pipeline: %1").arg(QString::fromStdString(own)));
    m_modes->setToolTip(QString::fromStdString(from->help));
}

ConnectorSpec SeekBar::applied(ConnectorSpec source) const
{
    if (isHidden())
        return source;
    const std::string value = m_value->text().trimmed().toStdString();
    switch (mode()) {
    case Mode::Pipeline:
        break;
    case Mode::Earliest:
        source.options.set(kFrom, "earliest");
        break;
    case Mode::Latest:
        source.options.set(kFrom, "latest");
        break;
    case Mode::LastRows:
        source.options.set(kFrom, "-" + (value.empty() ? "100" : value));
        break;
    case Mode::Offset:
    case Mode::Time:
        if (!value.empty())
            source.options.set(kFrom, value);
        break;
    }
    return source;
}

} // namespace headrace
