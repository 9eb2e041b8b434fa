// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/option_editor.h"

#include "widgets/forms/view_parts.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>

namespace headrace {
namespace {

const QString kSeparator = QStringLiteral("; ");

QHBoxLayout* createRow(QWidget* editor)
{
    auto* row = new QHBoxLayout(editor);
    row->setContentsMargins({});
    row->setSpacing(6);
    return row;
}

class LineOptionEditor : public OptionEditor {
public:
    LineOptionEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(parent)
        , m_type(spec.type)
        , m_line(new QLineEdit(this))
    {
        QHBoxLayout* row = createRow(this);
        row->addWidget(m_line);
        m_line->setPlaceholderText(QString::fromStdString(spec.defaultText));
        m_line->setAccessibleName(QString::fromStdString(spec.label));
        setFocusProxy(m_line);
        if (const auto choices = spec.shownChoices(); !choices.empty())
            addSuggestions(choices);
        if (spec.type == OptionType::Path || spec.key == "path")
            addBrowseButton(row);
        connect(m_line, &QLineEdit::textEdited, this, &OptionEditor::edited);
    }

    std::optional<OptionValue> value() const override
    {
        if (m_line->text().isEmpty())
            return std::nullopt;
        return optionFromText(m_line->text(), m_type);
    }

    void setValue(const std::optional<OptionValue>& value) override
    {
        if (this->value() != value)
            m_line->setText(value ? optionText(*value) : QString());
    }

    void setInvalid(bool invalid) override { setStyleProperty(m_line, "invalid", invalid); }

private:
    void addSuggestions(const std::vector<std::string>& choices)
    {
        QStringList words;
        for (const std::string& choice : choices)
            words << QString::fromStdString(choice);
        auto* completer = new QCompleter(words, m_line);
        completer->setCaseSensitivity(Qt::CaseInsensitive);
        completer->setFilterMode(Qt::MatchContains);
        m_line->setCompleter(completer);
        // Queued: the line takes the word after this signal, and does not count it as typed.
        connect(completer, qOverload<const QString&>(&QCompleter::activated), this, &OptionEditor::edited,
                Qt::QueuedConnection);
        QAction* all =
            m_line->addAction(QIcon(QStringLiteral(":/icons/chevron-down.svg")), QLineEdit::TrailingPosition);
        all->setText(tr("Choose from a list"));
        all->setShortcut(QKeySequence(Qt::ALT | Qt::Key_Down));
        all->setShortcutContext(Qt::WidgetShortcut);
        all->setToolTip(tr("%1 (Alt+Down)").arg(all->text()));
        connect(all, &QAction::triggered, this, [this, completer] {
            m_line->setFocus();
            completer->setCompletionPrefix({});
            completer->complete();
        });
    }

    void addBrowseButton(QHBoxLayout* row)
    {
        QPushButton* browse = createButton(tr("Browse…"), "", this);
        row->addWidget(browse);
        connect(browse, &QPushButton::clicked, this, [this] {
            const QString path = QFileDialog::getSaveFileName(this, tr("Choose a file"), m_line->text(), {}, nullptr,
                                                              QFileDialog::DontConfirmOverwrite);
            if (path.isEmpty())
                return;
            m_line->setText(path);
            Q_EMIT edited();
        });
    }

    OptionType m_type;
    QLineEdit* m_line;
};

/// Holds a reference, readable; what is typed instead is shown as dots, handed over when the field is left, and
/// dropped.
class SecretOptionEditor : public OptionEditor {
public:
    SecretOptionEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(parent)
        , m_line(new QLineEdit(this))
    {
        createRow(this)->addWidget(m_line);
        setFocusProxy(m_line);
        m_line->setAccessibleName(QString::fromStdString(spec.label));
        m_line->setPlaceholderText(tr("type it here: it goes to the keyring, not into the file"));
        connect(m_line, &QLineEdit::textEdited, this, [this](const QString& text) {
            showDots(!isReferenceText(text));
            if (!text.isEmpty() && !isReferenceText(text))
                return;
            m_reference = text;
            Q_EMIT edited();
        });
        connect(m_line, &QLineEdit::editingFinished, this, [this] {
            const QString text = m_line->text();
            if (text == m_reference)
                return;
            showReference();
            Q_EMIT secretTyped(text);
        });
    }

    std::optional<OptionValue> value() const override
    {
        if (m_reference.isEmpty())
            return std::nullopt;
        return m_reference.toStdString();
    }

    void setValue(const std::optional<OptionValue>& value) override
    {
        if (this->value() == value)
            return;
        m_reference = value ? optionText(*value) : QString();
        showReference();
    }

    void setInvalid(bool invalid) override { setStyleProperty(m_line, "invalid", invalid); }

private:
    static bool isReferenceText(const QString& text) { return text.startsWith(QLatin1Char('$')); }

    void showDots(bool dots) { m_line->setEchoMode(dots ? QLineEdit::Password : QLineEdit::Normal); }

    void showReference()
    {
        m_line->setText(m_reference);
        // A secret that stands in an opened file is not shown either, though it is reported.
        showDots(!m_reference.isEmpty() && !isReferenceText(m_reference));
    }

    QLineEdit* m_line;
    QString m_reference;
};

class ChoiceOptionEditor : public OptionEditor {
public:
    ChoiceOptionEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(parent)
        , m_combo(new QComboBox(this))
    {
        createRow(this)->addWidget(m_combo);
        setFocusProxy(m_combo);
        m_combo->setAccessibleName(QString::fromStdString(spec.label));
        const QString standard = QString::fromStdString(spec.defaultText);
        m_combo->addItem(standard.isEmpty() ? tr("Not set") : tr("%1 (default)").arg(standard));
        for (const std::string& choice : spec.choices) {
            if (choice != spec.defaultText)
                m_combo->addItem(QString::fromStdString(choice), QString::fromStdString(choice));
        }
        fitChoice(m_combo);
        connect(m_combo, &QComboBox::activated, this, &OptionEditor::edited);
    }

    std::optional<OptionValue> value() const override
    {
        const QVariant chosen = m_combo->currentData();
        if (!chosen.isValid())
            return std::nullopt;
        return chosen.toString().toStdString();
    }

    void setValue(const std::optional<OptionValue>& value) override
    {
        const QString text = value ? optionText(*value) : QString();
        int index = text.isEmpty() ? 0 : m_combo->findData(text);
        if (index < 0 && m_combo->itemText(0).startsWith(text))
            index = 0;
        if (index < 0) { // a value from a file that is not offered stays as it is, and is reported as invalid
            m_combo->addItem(text, text);
            index = m_combo->count() - 1;
        }
        m_combo->setCurrentIndex(index);
    }

    void setInvalid(bool invalid) override { setStyleProperty(m_combo, "invalid", invalid); }

private:
    QComboBox* m_combo;
};

class BooleanOptionEditor : public OptionEditor {
public:
    BooleanOptionEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(parent)
        , m_default(spec.defaultText == "true")
        , m_box(new QCheckBox(tr("on"), this))
    {
        createRow(this)->addWidget(m_box);
        setFocusProxy(m_box);
        m_box->setAccessibleName(QString::fromStdString(spec.label));
        m_box->setChecked(m_default);
        connect(m_box, &QCheckBox::clicked, this, &OptionEditor::edited);
    }

    std::optional<OptionValue> value() const override
    {
        if (m_box->isChecked() == m_default)
            return std::nullopt;
        return std::string(m_box->isChecked() ? "true" : "false");
    }

    void setValue(const std::optional<OptionValue>& value) override
    {
        m_box->setChecked(value ? optionText(*value) == QLatin1String("true") : m_default);
    }

    void setInvalid(bool invalid) override { setStyleProperty(m_box, "invalid", invalid); }

private:
    bool m_default;
    QCheckBox* m_box;
};

class SqlOptionEditor : public OptionEditor {
public:
    SqlOptionEditor(const OptionSpec& spec, QWidget* parent)
        : OptionEditor(parent)
        , m_text(new QPlainTextEdit(this))
    {
        createRow(this)->addWidget(m_text);
        setFocusProxy(m_text);
        m_text->setAccessibleName(QString::fromStdString(spec.label));
        m_text->setFixedHeight(4 * fontMetrics().lineSpacing() + 12);
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); // it takes no room that is left in the form
        m_text->setTabChangesFocus(true);
        connect(m_text, &QPlainTextEdit::textChanged, this, &OptionEditor::edited);
    }

    std::optional<OptionValue> value() const override
    {
        if (m_text->toPlainText().isEmpty())
            return std::nullopt;
        return m_text->toPlainText().toStdString();
    }

    void setValue(const std::optional<OptionValue>& value) override
    {
        const QSignalBlocker blocker(m_text);
        if (this->value() != value)
            m_text->setPlainText(value ? optionText(*value) : QString());
    }

    void setInvalid(bool invalid) override { setStyleProperty(m_text, "invalid", invalid); }

private:
    QPlainTextEdit* m_text;
};

} // namespace

OptionEditor* OptionEditor::create(const OptionSpec& spec, QWidget* parent)
{
    if (spec.secret)
        return new SecretOptionEditor(spec, parent);
    switch (spec.type) {
    case OptionType::Choice:
        return new ChoiceOptionEditor(spec, parent);
    case OptionType::Boolean:
        return new BooleanOptionEditor(spec, parent);
    case OptionType::Sql:
        return new SqlOptionEditor(spec, parent);
    case OptionType::Text:
    case OptionType::Integer:
    case OptionType::Decimal:
    case OptionType::Bytes:
    case OptionType::Duration:
    case OptionType::Path:
    case OptionType::List:
    case OptionType::Map:
        break;
    }
    return new LineOptionEditor(spec, parent);
}

QString optionText(const OptionValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return QString::fromStdString(*text);
    QStringList parts;
    if (const auto* list = std::get_if<OptionList>(&value)) {
        for (const std::string& item : *list)
            parts << QString::fromStdString(item);
    } else {
        for (const auto& [key, item] : std::get<OptionMap>(value))
            parts << QStringLiteral("%1: %2").arg(QString::fromStdString(key), QString::fromStdString(item));
    }
    return parts.join(kSeparator);
}

OptionValue optionFromText(const QString& text, OptionType type)
{
    if (type != OptionType::List && type != OptionType::Map)
        return text.toStdString();
    OptionList list;
    OptionMap map;
    for (const QString& part : text.split(QLatin1Char(';'), Qt::SkipEmptyParts)) {
        const QString item = part.trimmed();
        if (type == OptionType::List)
            list.push_back(item.toStdString());
        else
            map.insert_or_assign(item.section(QLatin1Char(':'), 0, 0).trimmed().toStdString(),
                                 item.section(QLatin1Char(':'), 1).trimmed().toStdString());
    }
    if (type == OptionType::Map)
        return map;
    if (list.size() == 1 && !text.contains(QLatin1Char(';')))
        return list.front();
    return list;
}

} // namespace headrace
