// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/filter_bar.h"

#include "connectors/core/option_lookup.h"
#include "widgets/forms/flow_layout.h"
#include "widgets/forms/view_parts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>

namespace headrace {
namespace {

constexpr int kGap = 8;
const char* const kPartitions = "partitions";
const char* const kKey = "key";
const char* const kMetadata = "metadata";
const char* const kPrefix = "metadata_prefix";

bool knows(const SourceType& type, const char* key)
{
    return findOption(type.options, key) != nullptr;
}

/// The column of the keys, under the prefix that the source's columns beside the value have.
QString keyColumnOf(const ConnectorSpec& source)
{
    const std::string prefix = source.options.has(kPrefix) ? source.options.text(kPrefix) : "_";
    return QString::fromStdString(prefix) + QLatin1String(kKey);
}

} // namespace

FilterBar::FilterBar(QWidget* parent)
    : QWidget(parent)
    , m_partitionsName(new QLabel(tr("&partitions"), this))
    , m_partitions(new QLineEdit(this))
    , m_keyName(new QLabel(tr("&key has"), this))
    , m_key(new QLineEdit(this))
    , m_path(new QComboBox(this))
    , m_compare(new QComboBox(this))
    , m_value(new QLineEdit(this))
    , m_clear(createButton(tr("Show all"), "link", this))
{
    createParts();
    connectParts();
    showParts();
}

void FilterBar::createParts()
{
    m_partitionsName->setBuddy(m_partitions);
    m_partitions->setPlaceholderText(tr("all"));
    m_partitions->setToolTip(tr("Numbers and ranges: 0, 3, 5-7"));
    m_partitions->setAccessibleName(tr("Only these partitions"));
    m_partitions->setFixedWidth(inFont(*this, 84));
    m_keyName->setBuddy(m_key);
    m_key->setPlaceholderText(tr("any"));
    m_key->setAccessibleName(tr("Text that the key has"));
    m_key->setFixedWidth(inFont(*this, 120));
    auto* pathName = new QLabel(tr("&value at"), this);
    pathName->setBuddy(m_path);
    m_path->setEditable(true);
    m_path->setInsertPolicy(QComboBox::NoInsert);
    m_path->setMinimumWidth(inFont(*this, 130));
    m_path->lineEdit()->setPlaceholderText(tr("user.name"));
    m_path->setToolTip(tr("A column, or a place in a column of JSON text: tags.0 is the first of tags."));
    m_path->setAccessibleName(tr("Column or path of the value"));
    using Compare = RowFilter::Compare;
    for (const auto& [text, compare] :
         std::initializer_list<std::pair<QString, Compare>>{{tr("has"), Compare::Contains},
                                                            {tr("="), Compare::Is},
                                                            {tr("≠"), Compare::IsNot},
                                                            {tr("<"), Compare::Less},
                                                            {tr(">"), Compare::Greater},
                                                            {tr("is NULL"), Compare::IsNull}})
        m_compare->addItem(text, static_cast<int>(compare));
    m_compare->setAccessibleName(tr("How the value is compared"));
    m_value->setPlaceholderText(tr("any"));
    m_value->setAccessibleName(tr("What the value is compared with"));
    m_value->setMinimumWidth(inFont(*this, 120));
    // Each label stays with its field when the bar takes a second line.
    auto* parts = new FlowLayout(this, kGap);
    const auto add = [this, parts](std::initializer_list<QWidget*> group) {
        auto* place = new QWidget(this);
        auto* row = new QHBoxLayout(place);
        row->setContentsMargins({});
        row->setSpacing(kGap);
        for (QWidget* part : group)
            row->addWidget(part);
        parts->addWidget(place);
    };
    add({new QLabel(tr("Show only"), this), m_partitionsName, m_partitions});
    add({m_keyName, m_key});
    add({pathName, m_path, m_compare, m_value});
    add({m_clear});
}

void FilterBar::connectParts()
{
    const auto tell = [this] {
        showParts();
        Q_EMIT changed();
    };
    for (const QLineEdit* line : {m_partitions, m_key, m_value, m_path->lineEdit()})
        connect(line, &QLineEdit::editingFinished, this, tell);
    connect(m_path, &QComboBox::activated, this, tell);
    connect(m_compare, &QComboBox::activated, this, tell);
    connect(m_clear, &QPushButton::clicked, this, [this, tell] {
        clear();
        tell();
    });
}

void FilterBar::clear()
{
    m_partitions->clear();
    m_key->clear();
    m_path->setEditText({});
    m_value->clear();
}

void FilterBar::showParts()
{
    const bool isNull = m_compare->currentData().toInt() == static_cast<int>(RowFilter::Compare::IsNull);
    m_value->setEnabled(!isNull);
    m_clear->setVisible(!sql().empty() || !m_partitions->text().isEmpty());
}

void FilterBar::setSource(const ConnectorSpec& source, const SourceType* type)
{
    const bool isStream = type && knows(*type, kMetadata);
    setVisible(isStream);
    if (!isStream)
        return;
    m_partitionsName->setVisible(knows(*type, kPartitions));
    m_partitions->setVisible(knows(*type, kPartitions));
    m_keyName->setVisible(knows(*type, kKey));
    m_key->setVisible(knows(*type, kKey));
    m_keyColumn = keyColumnOf(source);
}

void FilterBar::setColumns(const QStringList& columns)
{
    if (columns == m_columns)
        return;
    m_columns = columns;
    const QString typed = m_path->currentText();
    m_path->clear();
    m_path->addItems(columns);
    m_path->setEditText(typed);
}

ConnectorSpec FilterBar::applied(ConnectorSpec source) const
{
    static const QRegularExpression kBetween(QStringLiteral("[,;\\s]+"));
    if (isHidden())
        return source;
    OptionList wanted;
    for (const QString& part : m_partitions->text().split(kBetween, Qt::SkipEmptyParts))
        wanted.push_back(part.toStdString());
    if (!wanted.empty())
        source.options.set(kPartitions, std::move(wanted));
    return source;
}

std::string FilterBar::sql() const
{
    if (isHidden())
        return {};
    return filterSql({m_keyColumn, m_key->isHidden() ? QString() : m_key->text(), m_path->currentText().trimmed(),
                      static_cast<RowFilter::Compare>(m_compare->currentData().toInt()), m_value->text()},
                     m_columns);
}

} // namespace headrace
