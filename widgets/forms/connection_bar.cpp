// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/connection_bar.h"

#include "widgets/bridge/connection_book.h"
#include "widgets/forms/flow_layout.h"
#include "widgets/forms/option_editor.h"
#include "widgets/forms/view_parts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headrace {
namespace {

constexpr int kLabelWidth = 128; // as in the form below
constexpr int kSpacing = 10;

} // namespace

QString connectionText(const SavedConnection& connection)
{
    QStringList parts;
    const ConnectionType* type = connectionType(connection.type);
    for (const OptionSpec& spec : type ? type->options : std::vector<OptionSpec>{}) {
        const auto value = connection.options.values().find(spec.key);
        if (!spec.secret && value != connection.options.values().end())
            parts << optionText(value->second);
    }
    return parts.join(QStringLiteral(" · "));
}

ConnectionBar::ConnectionBar(const ConnectionBook& book, QWidget* parent)
    : QWidget(parent)
    , m_book(book)
    , m_choice(new QComboBox(this))
    , m_edit(createButton({}, "", this))
    , m_summary(createSentence({}, "muted", this))
{
    m_choice->setAccessibleName(tr("Saved connection"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* name = new QLabel(tr("Connection"), this);
    const int nameWidth = std::max(kLabelWidth, name->sizeHint().width());
    name->setMinimumWidth(nameWidth);
    name->setBuddy(m_choice);
    auto* row = new QHBoxLayout;
    row->setSpacing(kSpacing);
    name->setMinimumHeight(m_choice->sizeHint().height()); // beside the first of two lines
    row->addWidget(name, 0, Qt::AlignTop);
    auto* choice = new FlowLayout(nullptr, kSpacing);
    choice->addWidget(m_choice);
    choice->addWidget(m_edit);
    row->addLayout(choice, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addLayout(row);
    auto* below = new QHBoxLayout;
    below->addSpacing(nameWidth + kSpacing);
    below->addWidget(m_summary, 1);
    layout->addLayout(below);
    connect(m_choice, &QComboBox::activated, this, [this] { Q_EMIT chosen(m_choice->currentData().toString()); });
    connect(m_edit, &QPushButton::clicked, this, [this] {
        const QString current = m_choice->currentData().toString();
        if (current.isEmpty())
            Q_EMIT saveRequested();
        else
            Q_EMIT editRequested(current);
    });
}

void ConnectionBar::show(const std::string& type, const std::string& current)
{
    m_choice->clear();
    m_choice->addItem(tr("set up here"), QString());
    for (const SavedConnection& connection : m_book.connections()) {
        if (connection.type == type)
            m_choice->addItem(QString::fromStdString(connection.name), QString::fromStdString(connection.name));
    }
    const QString name = QString::fromStdString(current);
    const SavedConnection* saved = m_book.find(current);
    const bool isKnown = saved && saved->type == type;
    if (!current.empty() && !isKnown)
        m_choice->addItem(tr("%1 (missing)").arg(name), name);
    m_choice->setCurrentIndex(std::max(0, m_choice->findData(name)));
    m_edit->setText(isKnown ? tr("Edit…") : tr("Save for other pipelines…"));
    m_edit->setVisible(current.empty() || isKnown);
    if (isKnown)
        m_summary->setText(connectionText(*saved));
    else
        m_summary->setText(current.empty() ? QString()
                                           : tr("No connection of that name and kind is saved here. Save one, or "
                                                "choose another."));
    m_summary->setVisible(!m_summary->text().isEmpty());
    setRole(m_summary, isKnown || current.empty() ? "muted" : "error");
}

QString ConnectionBar::summary() const
{
    return m_summary->text();
}

} // namespace headrace
