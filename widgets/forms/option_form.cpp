// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/option_form.h"

#include "widgets/forms/option_editor.h"
#include "widgets/forms/view_parts.h"
#include "widgets/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kLabelWidth = 128;
constexpr int kBeside = 300; ///< names stand beside fields from this width on, in the usual font; else above them
constexpr int kRowsOfField = 3;
constexpr int kWidest = 760; ///< in a wide window fields end where the eye still finds their names

QGridLayout* createGrid(QWidget* owner)
{
    auto* grid = new QGridLayout(owner);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    return grid;
}

} // namespace

OptionForm::OptionForm(const std::vector<OptionSpec>& specs, const QString& owner, QWidget* parent)
    : QWidget(parent)
    , m_owner(owner)
{
    createFields(specs);
}

void OptionForm::createFields(const std::vector<OptionSpec>& specs)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    auto* plain = new QWidget(this);
    QGridLayout* plainGrid = createGrid(plain);
    layout->addWidget(plain);
    m_advanced = new QWidget(this);
    QGridLayout* advancedGrid = createGrid(m_advanced);
    for (const OptionSpec& spec : specs)
        addField(spec, spec.advanced ? advancedGrid : plainGrid);
    arrange();

    const auto advanced =
        std::count_if(specs.begin(), specs.end(), [](const OptionSpec& spec) { return spec.advanced; });
    m_fold = new QToolButton(this);
    m_fold->setText(tr("Advanced options (%1)").arg(advanced));
    m_fold->setCheckable(true);
    m_fold->setArrowType(Qt::RightArrow);
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_fold->setProperty("kind", QStringLiteral("quiet"));
    m_fold->setVisible(advanced > 0);
    m_advanced->setVisible(false);
    layout->addWidget(m_fold, 0, Qt::AlignLeft);
    layout->addWidget(m_advanced);
    connect(m_fold, &QToolButton::toggled, this, [this](bool open) {
        m_fold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_advanced->setVisible(open);
    });
}

void OptionForm::addField(const OptionSpec& spec, QGridLayout* grid)
{
    const QString label = QString::fromStdString(spec.label);
    auto* name = new QLabel(spec.required ? tr("%1 *").arg(label) : label, this);
    name->setToolTip(QString::fromStdString(spec.key));
    name->setWordWrap(true);
    auto* editor = OptionEditor::create(spec, this);
    name->setBuddy(editor);
    auto* note = createSentence(QString::fromStdString(spec.help), "muted", this);
    note->setFont(scaledFont(font(), 0.88));
    note->setContentsMargins(0, 0, 0, 7);
    m_fields.push_back({spec, name, editor, note, grid});
    const std::size_t index = m_fields.size() - 1;
    connect(editor, &OptionEditor::edited, this, [this, index] {
        validate(m_fields[index]);
        Q_EMIT edited(QString::fromStdString(m_fields[index].spec.key));
    });
    connect(editor, &OptionEditor::secretTyped, this, [this, index](const QString& secret) {
        Q_EMIT secretTyped(QString::fromStdString(m_fields[index].spec.key), secret);
    });
}

void OptionForm::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // Not a maximum width: what is above would give the form the height for the width that it does not take.
    layout()->setContentsMargins(0, 0, std::max(0, width() - inFont(*this, kWidest)), 0);
    const bool isNarrow = width() < inFont(*this, kBeside);
    if (isNarrow == m_isNarrow)
        return;
    m_isNarrow = isNarrow;
    arrange();
}

void OptionForm::arrange()
{
    int row = 0;
    for (const Field& field : m_fields) {
        for (QWidget* part : std::initializer_list<QWidget*>{field.name, field.editor, field.note})
            field.grid->removeWidget(part);
        field.grid->setColumnMinimumWidth(0, m_isNarrow ? 0 : kLabelWidth);
        if (m_isNarrow) {
            field.grid->addWidget(field.name, row, 0, 1, 2);
            field.grid->addWidget(field.editor, row + 1, 0, 1, 2);
            field.grid->addWidget(field.note, row + 2, 0, 1, 2);
        } else {
            field.grid->addWidget(field.name, row, 0,
                                  Qt::AlignLeft |
                                      (field.spec.type == OptionType::Sql ? Qt::AlignTop : Qt::AlignVCenter));
            field.grid->addWidget(field.editor, row, 1);
            field.grid->addWidget(field.note, row + 1, 1);
        }
        row += kRowsOfField;
    }
}

void OptionForm::setSecretReference(const QString& key, const QString& reference)
{
    const Field* field = find(key);
    if (!field)
        return;
    field->editor->setValue(OptionValue(reference.toStdString()));
    validate(*field);
    Q_EMIT edited(key);
}

void OptionForm::setFieldVisible(const QString& key, bool visible)
{
    const Field* field = find(key);
    if (!field)
        return;
    field->name->setVisible(visible);
    field->editor->setVisible(visible);
    field->note->setVisible(visible && !field->note->text().isEmpty());
}

void OptionForm::setFieldError(const QString& key, const QString& sentence)
{
    if (const Field* field = find(key); field && !sentence.isEmpty())
        showNote(*field, sentence);
    else if (field)
        validate(*field);
}

void OptionForm::showSecretNote(const QString& key, const QString& sentence, const char* role)
{
    const Field* field = find(key);
    if (!field)
        return;
    field->note->setText(sentence);
    field->note->show();
    setRole(field->note, role);
}

Options OptionForm::options() const
{
    Options options;
    for (const Field& field : m_fields) {
        if (auto value = field.editor->value())
            options.set(field.spec.key, *std::move(value));
    }
    return options;
}

void OptionForm::setOptions(const Options& options)
{
    for (const Field& field : m_fields) {
        const auto found = options.values().find(field.spec.key);
        field.editor->setValue(found == options.values().end() ? std::nullopt : std::optional(found->second));
        validate(field);
    }
}

void OptionForm::validate(const Field& field)
{
    QString error;
    if (const auto value = field.editor->value()) {
        const auto checked = Options{{field.spec.key, *value}}.check({field.spec}, m_owner.toStdString());
        if (!checked)
            error = QString::fromStdString(checked.error().message);
    }
    showNote(field, error);
}

void OptionForm::showNote(const Field& field, const QString& error)
{
    field.editor->setInvalid(!error.isEmpty());
    field.note->setText(error.isEmpty() ? QString::fromStdString(field.spec.help) : error);
    field.note->setVisible(!field.editor->isHidden() && !field.note->text().isEmpty());
    setRole(field.note, error.isEmpty() ? "muted" : "error");
}

const OptionForm::Field* OptionForm::find(const QString& key) const
{
    const auto found = std::find_if(m_fields.begin(), m_fields.end(),
                                    [&](const Field& field) { return field.spec.key == key.toStdString(); });
    return found == m_fields.end() ? nullptr : &*found;
}

bool OptionForm::focusOption(const QString& key)
{
    const Field* field = find(key);
    if (!field)
        return false;
    if (field->spec.advanced)
        m_fold->setChecked(true);
    field->editor->setFocus(Qt::ShortcutFocusReason);
    return true;
}

QString OptionForm::errorOf(const QString& key) const
{
    const Field* field = find(key);
    return field && field->note->property("role").toString() == QLatin1String("error") ? field->note->text()
                                                                                       : QString();
}

OptionEditor* OptionForm::editorOf(const QString& key) const
{
    const Field* field = find(key);
    return field ? field->editor : nullptr;
}

} // namespace headrace
