// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connection_dialog.h"

#include "connectors/pipeline/connection_file.h"
#include "connectors/pipeline/connection_test.h"
#include "widgets/bridge/connection_book.h"
#include "widgets/forms/option_form.h"
#include "widgets/forms/view_parts.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace headrace {
namespace {

constexpr QSize kFirstSize{620, 640};
constexpr int kLabelWidth = 128; // as in the form below

} // namespace

ConnectionDialog::ConnectionDialog(ConnectionBook& book, SecretKeeper keepSecret, const SavedConnection& draft,
                                   std::string edited, QWidget* parent)
    : QDialog(parent)
    , m_book(book)
    , m_keepSecret(std::move(keepSecret))
    , m_edited(std::move(edited))
{
    setWindowTitle(m_edited.empty() ? tr("New connection") : tr("Connection %1").arg(QString::fromStdString(m_edited)));
    createParts(draft);
    resize(kFirstSize);
}

void ConnectionDialog::createParts(const SavedConnection& draft)
{
    auto* scrolled = new QWidget(this);
    scrolled->setObjectName(QStringLiteral("scrolled"));
    m_formLayout = new QVBoxLayout(scrolled);
    m_formLayout->setContentsMargins(0, 4, 10, 0);
    m_formLayout->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(scrolled);
    m_answer = createSentence({}, "muted", this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(10);
    layout->addWidget(createHead(draft.type));
    layout->addWidget(createRule(this));
    layout->addWidget(scroll, 1);
    layout->addWidget(m_answer);
    layout->addWidget(createButtons());
    m_name->setText(QString::fromStdString(draft.name));
    buildForm();
    m_form->setOptions(draft.options);
    m_answer->hide();
}

QWidget* ConnectionDialog::createHead(const std::string& type)
{
    auto* head = new QWidget(this);
    m_name = new QLineEdit(head);
    m_name->setPlaceholderText(tr("shop"));
    m_types = new QComboBox(head);
    fillTypes(type);
    fitChoice(m_types);
    m_types->setEnabled(m_edited.empty());
    auto* name = new QLabel(tr("&Name *"), head);
    name->setBuddy(m_name);
    auto* kind = new QLabel(tr("&Kind"), head);
    kind->setBuddy(m_types);
    auto* note = createSentence(m_edited.empty() ? tr("Pipelines refer to the connection by this name.")
                                                 : tr("Pipelines refer to the connection by this name: those that use "
                                                      "it do not follow when it changes."),
                                "muted", head);
    auto* grid = new QGridLayout(head);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(10);
    grid->setColumnMinimumWidth(0, kLabelWidth);
    grid->setColumnStretch(1, 1);
    grid->addWidget(name, 0, 0);
    grid->addWidget(m_name, 0, 1);
    grid->addWidget(note, 1, 1);
    grid->addWidget(kind, 2, 0);
    grid->addWidget(m_types, 2, 1, Qt::AlignLeft);
    connect(m_types, &QComboBox::activated, this, &ConnectionDialog::buildForm);
    return head;
}

QWidget* ConnectionDialog::createButtons()
{
    auto* buttons = new QWidget(this);
    QPushButton* test = createButton(tr("Test connection"), "", buttons);
    QPushButton* cancel = createButton(tr("Cancel"), "", buttons);
    QPushButton* save = createButton(tr("Save"), "primary", buttons);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins({});
    row->addWidget(test);
    if (!m_edited.empty()) {
        QPushButton* remove = createButton(tr("Delete…"), "", buttons);
        row->addWidget(remove);
        connect(remove, &QPushButton::clicked, this,
                [this] { Q_EMIT deleteRequested(QString::fromStdString(m_edited)); });
    }
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(save);
    save->setDefault(true);
    connect(test, &QPushButton::clicked, this, &ConnectionDialog::test);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(save, &QPushButton::clicked, this, &ConnectionDialog::save);
    return buttons;
}

void ConnectionDialog::fillTypes(const std::string& type)
{
    for (const ConnectionType& known : connectionTypes()) {
        const auto source = m_book.registry().source(known.type);
        m_types->addItem(QString::fromStdString(source ? (*source)->label : known.type),
                         QString::fromStdString(known.type));
    }
    m_types->setCurrentIndex(std::max(0, m_types->findData(QString::fromStdString(type))));
}

void ConnectionDialog::buildForm()
{
    const QString type = m_types->currentData().toString();
    delete m_form;
    const ConnectionType* known = connectionType(type.toStdString());
    m_form = new OptionForm(known ? known->options : std::vector<OptionSpec>{}, tr("%1 connection").arg(type), this);
    m_formLayout->insertWidget(0, m_form);
    connect(m_form, &OptionForm::secretTyped, this, &ConnectionDialog::keepSecret);
    connect(m_form, &OptionForm::edited, this, [this] {
        m_probe.cancel();
        showAnswer({}, "muted");
    });
}

SavedConnection ConnectionDialog::connection() const
{
    return {m_name->text().trimmed().toStdString(), m_types->currentData().toString().toStdString(), m_form->options()};
}

void ConnectionDialog::keepSecret(const QString& key, const QString& secret)
{
    const SavedConnection now = connection();
    if (const Status fits = checkConnectionName(now.name); !fits) {
        m_form->showSecretNote(key, tr("Give the connection a name first: the secret is kept under it."), "error");
        m_name->setFocus();
        return;
    }
    if (!m_keepSecret) {
        m_form->showSecretNote(key, tr("Secrets cannot be kept here; write ${env:NAME} instead."), "error");
        return;
    }
    const QString name = QStringLiteral("%1/%2").arg(QString::fromStdString(now.name), key);
    m_keepSecret(name, secret, [form = QPointer(m_form), name, key](const Result<QString>& kept) {
        if (!form)
            return;
        if (!kept) {
            form->showSecretNote(key, QString::fromStdString(kept.error().message), "error");
            return;
        }
        form->setSecretReference(key, QStringLiteral("${secret:%1}").arg(name));
        form->showSecretNote(key, *kept, "good");
    });
}

void ConnectionDialog::test()
{
    showAnswer(tr("Testing…"), "muted");
    m_probe.start([&registry = m_book.registry(), tested = connection()](
                      const std::stop_token& stop) { return testConnection(registry, tested, stop); },
                  [this](const Result<std::string>& answer) {
                      if (answer)
                          showAnswer(QString::fromStdString(*answer), "good");
                      else
                          showAnswer(QString::fromStdString(answer.error().message), "error",
                                     QString::fromStdString(answer.error().detail));
                  });
}

void ConnectionDialog::save()
{
    const SavedConnection now = connection();
    if (const Status kept = m_book.save(now, m_edited); !kept) {
        showAnswer(QString::fromStdString(kept.error().message), "error");
        return;
    }
    accept();
    Q_EMIT saved(QString::fromStdString(now.name));
}

void ConnectionDialog::showAnswer(const QString& sentence, const char* role, const QString& detail)
{
    m_answer->setText(sentence);
    m_answer->setToolTip(detail);
    m_answer->setVisible(!sentence.isEmpty());
    setRole(m_answer, role);
}

QString ConnectionDialog::answer() const
{
    return m_answer->text();
}

} // namespace headrace
