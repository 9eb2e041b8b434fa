// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/seek_bar.h"

#include "connectors/core/option_lookup.h"
#include "widgets/forms/view_parts.h"

#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

#include <algorithm>

namespace headrace {
namespace {

const char* const kFrom = "from";
const char* const kUntil = "until";
const char* const kLastRows = "100";

/// "2026-01-31T12:00:00Z": the last full hour.
QString lastHour()
{
    QDateTime now = QDateTime::currentDateTimeUtc();
    now.setTime(QTime(now.time().hour(), 0));
    return now.toString(Qt::ISODate);
}

/// The places that an example of the option `from` stands for.
SeekBar::Mode modeOf(const std::string& example)
{
    bool isNumber = false;
    const auto number = QString::fromStdString(example).toLongLong(&isNumber);
    if (isNumber)
        return number < 0 ? SeekBar::Mode::LastRows : SeekBar::Mode::Offset;
    if (example == "earliest")
        return SeekBar::Mode::Earliest;
    return example == "latest" ? SeekBar::Mode::Latest : SeekBar::Mode::Time;
}

} // namespace

SeekBar::SeekBar(QWidget* parent)
    : QWidget(parent)
    , m_modes(new QComboBox(this))
    , m_value(new QLineEdit(this))
    , m_unit(createLabel({}, "muted", this))
{
    m_modes->setAccessibleName(tr("From where to look"));
    m_modes->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_value->setAccessibleName(tr("Place to look from"));
    m_value->setFixedWidth(inFont(*this, 190));
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

void SeekBar::fillModes(const SourceType& type)
{
    const OptionSpec* from = findOption(type.options, kFrom);
    std::vector<Mode> known{Mode::Pipeline};
    for (const std::string& example : from->shownChoices())
        known.push_back(modeOf(example));
    const auto knows = [&known](Mode mode) { return std::ranges::find(known, mode) != known.end(); };
    const auto offer = [this](bool isKnown, const QString& text, Mode mode) {
        if (isKnown)
            m_modes->addItem(text, static_cast<int>(mode));
    };
    m_modes->clear();
    offer(true, tr("as the pipeline"), Mode::Pipeline);
    offer(knows(Mode::Earliest), tr("earliest"), Mode::Earliest);
    offer(knows(Mode::Latest), tr("latest: the next ones that come"), Mode::Latest);
    offer(knows(Mode::LastRows), tr("last of each partition"), Mode::LastRows);
    offer(knows(Mode::Offset), tr("from offset"), Mode::Offset);
    offer(knows(Mode::Time), tr("from time"), Mode::Time);
    offer(knows(Mode::LastRows) && knows(Mode::Time) && findOption(type.options, kUntil), tr("up to time"),
          Mode::UntilTime);
    offer(knows(Mode::Latest), tr("live: as they come"), Mode::Live);
    m_modes->setToolTip(QString::fromStdString(from->help));
    m_type = type.type;
    showMode();
}

SeekBar::Mode SeekBar::mode() const
{
    return static_cast<Mode>(m_modes->currentData().toInt());
}

bool SeekBar::isLive() const
{
    return !isHidden() && mode() == Mode::Live;
}

void SeekBar::choose(Mode mode)
{
    m_modes->setCurrentIndex(std::max(0, m_modes->findData(static_cast<int>(mode))));
    showMode();
    Q_EMIT changed();
}

void SeekBar::showMode()
{
    QString value;
    QString unit;
    switch (mode()) {
    case Mode::LastRows:
        value = QString::fromLatin1(kLastRows);
        unit = tr("rows");
        break;
    case Mode::Offset:
        value = QStringLiteral("0");
        unit = tr("in every partition");
        break;
    case Mode::Time:
        value = lastHour();
        unit = tr("and later");
        break;
    case Mode::UntilTime:
        value = lastHour();
        unit = tr("and before: the last %1 rows of each partition").arg(QLatin1String(kLastRows));
        break;
    case Mode::Pipeline:
    case Mode::Earliest:
    case Mode::Latest:
    case Mode::Live:
        break;
    }
    m_value->setText(value);
    m_value->setVisible(!value.isEmpty());
    m_unit->setText(unit);
    m_unit->setVisible(!unit.isEmpty());
}

void SeekBar::setSource(const ConnectorSpec& source, const SourceType* type)
{
    const OptionSpec* from = type ? findOption(type->options, kFrom) : nullptr;
    setVisible(from != nullptr);
    if (!from)
        return;
    if (type->type != m_type)
        fillModes(*type);
    const std::string own = source.options.has(kFrom) ? source.options.text(kFrom) : from->defaultText;
    m_modes->setItemText(0, own.empty() ? tr("as the pipeline")
                                        : tr("as the pipeline: %1").arg(QString::fromStdString(own)));
}

ConnectorSpec SeekBar::applied(ConnectorSpec source) const
{
    if (isHidden())
        return source;
    const std::string value = m_value->text().trimmed().toStdString();
    const auto look = [&source](const std::string& from) { source.options.set(kFrom, from); };
    switch (mode()) {
    case Mode::Pipeline:
        break;
    case Mode::Earliest:
        look("earliest");
        break;
    case Mode::Live:
        source.options.erase(kUntil);
        look("latest");
        break;
    case Mode::Latest:
        look("latest");
        break;
    case Mode::LastRows:
        look("-" + (value.empty() ? kLastRows : value));
        break;
    case Mode::Offset:
    case Mode::Time:
        if (!value.empty())
            look(value);
        break;
    case Mode::UntilTime:
        if (!value.empty())
            source.options.set(kUntil, value);
        look(std::string("-") + kLastRows);
        break;
    }
    return source;
}

} // namespace headrace
