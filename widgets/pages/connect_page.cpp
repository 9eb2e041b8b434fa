// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/connect_page.h"

#include "connectors/pipeline/delivery_promise.h"
#include "widgets/bridge/connection_book.h"
#include "widgets/bridge/connector_choice.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/connection_bar.h"
#include "widgets/forms/drop_zone.h"
#include "widgets/forms/option_form.h"
#include "widgets/forms/pipeline_settings.h"
#include "widgets/forms/type_gallery.h"
#include "widgets/forms/view_parts.h"
#include "widgets/pages/readable_browser.h"
#include "widgets/shell/stage_facts.h"

#include <QComboBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace headrace {
namespace {

QString deliveryText(const DeliveryPromise& promise)
{
    if (promise.guarantee == Guarantee::ExactlyOnce)
        return ConnectPage::tr(
            "Exactly once: the rows of a batch and the position up to which the source was read become durable "
            "together. After a power cut or an abort no row is missing and none is there twice.");
    return QString::fromStdString(promise.sentence);
}

/// `content` in an area that scrolls up and down only.
QScrollArea* createScroll(QWidget* content, QWidget* parent)
{
    content->setObjectName(QStringLiteral("scrolled"));
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    return scroll;
}

} // namespace

ConnectPage::ConnectPage(Role role, PipelineDocument& document, Services services, QWidget* parent)
    : QWidget(parent)
    , m_role(role)
    , m_document(document)
    , m_services(std::move(services))
{
    createParts();
    fillTypes();
    connectParts();
    showDocument();
}

void ConnectPage::createParts()
{
    auto* parts = new QSplitter(this);
    parts->setChildrenCollapsible(false);
    parts->setHandleWidth(12);
    parts->addWidget(createSettings());
    parts->addWidget(createFindings());
    // What is there needs the room for names and what they are.
    parts->setStretchFactor(0, m_role == Role::Source ? 1 : 3);
    parts->setStretchFactor(1, m_role == Role::Source ? 1 : 2);
    parts->setSizes(m_role == Role::Source ? QList{1000, 1000} : QList{1200, 800});
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(parts);
}

QWidget* ConnectPage::createSettings()
{
    QFrame* panel = createPanel(this);
    m_types = new QComboBox(panel);
    m_types->setAccessibleName(m_role == Role::Source ? tr("Kind of source") : tr("Kind of destination"));
    fitChoice(m_types);
    m_help = createSentence({}, "muted", panel);
    m_guarantee = createLabel({}, "good", panel);
    auto* head = new QHBoxLayout;
    head->addWidget(createLabel(m_role == Role::Source ? tr("Read from") : tr("Write to"), "title", panel));
    head->addSpacing(8);
    head->addWidget(m_types);
    head->addSpacing(8);
    head->addWidget(m_guarantee);
    head->addStretch();

    auto* scrolled = new QWidget;
    m_formLayout = new QVBoxLayout(scrolled);
    m_formLayout->setContentsMargins(0, 4, 10, 0);
    if (m_role == Role::Source) {
        m_gallery = new TypeGallery(m_document.registry(), scrolled);
        m_formLayout->addWidget(m_gallery);
        connect(m_gallery, &TypeGallery::chosen, this, &ConnectPage::chooseType);
        connect(m_gallery, &TypeGallery::sampleRequested, this, &ConnectPage::sampleRequested);
    }
    m_formLayout->addStretch();
    QScrollArea* scroll = createScroll(scrolled, panel);

    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 12, 8, 12);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(m_help);
    if (m_services.connections) {
        m_connection = new ConnectionBar(*m_services.connections, panel);
        layout->addWidget(m_connection);
    }
    layout->addWidget(createRule(panel));
    layout->addWidget(scroll, 1);
    return panel;
}

QWidget* ConnectPage::createFindings()
{
    m_findings = createPanel(this);
    m_test = createButton(tr("Test connection"), "", m_findings);
    m_answer = createSentence({}, "muted", m_findings);
    auto* layout = new QVBoxLayout(m_findings);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(createLabel(m_role == Role::Source ? tr("What is there") : tr("Delivery"), "title", m_findings));
    head->addStretch();
    head->addWidget(m_test);
    layout->addLayout(head);
    layout->addWidget(m_answer);
    if (m_role == Role::Source) {
        m_drop = new DropZone(tr("Drop files here, or click to choose"),
                              tr("CSV, NDJSON, Parquet or a database file; the kind of source is chosen by its name."),
                              m_findings);
        connect(m_drop, &DropZone::dropped, this, &ConnectPage::filesDropped);
        layout->addWidget(m_drop);
        m_browser = new ReadableBrowser(m_document.registry(), m_findings);
        layout->addWidget(m_browser, 1);
    } else {
        m_promise = createSentence({}, "muted", m_findings);
        layout->addWidget(m_promise);
        layout->addWidget(createPipelineSettings(), 1);
    }
    layout->addStretch();
    return m_findings;
}

QWidget* ConnectPage::createPipelineSettings()
{
    auto* part = new QWidget(m_findings);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(createLabel(tr("This pipeline"), "title", part));
    layout->addWidget(createRule(part));
    layout->addWidget(createScroll(new PipelineSettings(m_document, m_services.plan), part), 1);
    return part;
}

void ConnectPage::connectParts()
{
    connect(m_types, &QComboBox::activated, this, [this] { chooseType(m_types->currentData().toString()); });
    connect(m_test, &QPushButton::clicked, this, &ConnectPage::test);
    if (m_browser) {
        connect(m_browser, &ReadableBrowser::picked, this,
                [this](const ReadableList::Item& item) { acceptReadable(item); });
        connect(m_browser, &ReadableBrowser::cursorPicked, this, &ConnectPage::acceptReadable);
        connect(m_browser, &ReadableBrowser::looked, this, &ConnectPage::showAnswerOnce);
    }
    if (m_connection) {
        connect(m_connection, &ConnectionBar::chosen, this, &ConnectPage::useConnection);
        connect(m_connection, &ConnectionBar::editRequested, this, &ConnectPage::connectionEditRequested);
        connect(m_connection, &ConnectionBar::saveRequested, this, [this] {
            if (const ConnectorType* connector = type())
                Q_EMIT connectionSaveRequested({{}, connector->type, connectionPart(spec(), *connector)});
        });
        connect(m_services.connections, &ConnectionBook::changed, this, &ConnectPage::showDocument);
    }
    connect(&m_document, &PipelineDocument::changed, this, &ConnectPage::showDocument);
}

void ConnectPage::fillTypes()
{
    m_types->addItem(m_role == Role::Source ? tr("Choose a source…") : tr("Choose a destination…"), QString());
    const auto add = [this](const ConnectorType& connector) {
        m_types->addItem(
            tr("%1  (%2)").arg(QString::fromStdString(connector.label), QString::fromStdString(connector.group)),
            QString::fromStdString(connector.type));
        m_types->setItemData(m_types->count() - 1, QString::fromStdString(connector.help), Qt::ToolTipRole);
    };
    if (m_role == Role::Source) {
        for (const SourceType& source : m_document.registry().sources())
            add(source);
    } else {
        for (const SinkType& sink : m_document.registry().sinks())
            add(sink);
    }
}

const ConnectorSpec& ConnectPage::spec() const
{
    return m_role == Role::Source ? m_document.pipeline().source : m_document.pipeline().destination;
}

const ConnectorType* ConnectPage::type() const
{
    if (m_role == Role::Source) {
        const auto source = m_document.registry().source(spec().type);
        return source ? *source : nullptr;
    }
    const auto sink = m_document.registry().sink(spec().type);
    return sink ? *sink : nullptr;
}

void ConnectPage::chooseType(const QString& name)
{
    if (name.toStdString() == spec().type)
        return;
    ConnectorSpec next{name.toStdString(), {}};
    if (m_role == Role::Source) {
        if (const auto source = m_document.registry().source(next.type))
            next = withType(spec(), **source);
    } else if (const auto sink = m_document.registry().sink(next.type)) {
        next = withType(spec(), **sink);
    }
    replaceSpec(m_role == Role::Source ? tr("Choose source") : tr("Choose destination"), std::move(next));
}

void ConnectPage::useConnection(const QString& name)
{
    const SavedConnection* saved = m_services.connections ? m_services.connections->find(name.toStdString()) : nullptr;
    const ConnectorType* connector = type();
    if (saved) {
        if (m_role == Role::Source) {
            if (const auto source = m_document.registry().source(saved->type))
                connector = *source;
        } else if (const auto sink = m_document.registry().sink(saved->type)) {
            connector = *sink;
        }
    }
    if (!connector)
        return;
    if (saved && connector->type == saved->type) {
        replaceSpec(tr("Use the connection %1").arg(name), withSavedConnection(spec(), *connector, *saved));
        return;
    }
    const std::string current = spec().options.text(kConnectionKey);
    const SavedConnection* before = m_services.connections ? m_services.connections->find(current) : nullptr;
    replaceSpec(tr("Use no saved connection"),
                withoutSavedConnection(spec(), *connector, before ? *before : SavedConnection{}));
}

void ConnectPage::replaceSpec(const QString& what, ConnectorSpec spec, const QString& mergeKey)
{
    Pipeline next = m_document.pipeline();
    if (next.name.empty())
        next.name = spec.type;
    (m_role == Role::Source ? next.source : next.destination) = std::move(spec);
    m_document.edit(what, std::move(next), mergeKey);
}

void ConnectPage::showDocument()
{
    const ConnectorType* connector = type();
    m_types->setCurrentIndex(std::max(0, m_types->findData(QString::fromStdString(spec().type))));
    m_help->setText(connector ? QString::fromStdString(connector->help)
                              : (m_role == Role::Source ? tr("Choose what to read, or drop a file on the window.")
                                                        : tr("Choose where the rows go.")));
    if (m_role == Role::Destination)
        showPromise();
    if (m_drop) // a server needs the room for what is there
        m_drop->setVisible(!connector || !connector->fileEndings.empty());
    if (m_gallery)
        m_gallery->setVisible(spec().type.empty());
    m_test->setEnabled(connector && connector->probe);
    if (spec().type != m_formType || !m_form)
        buildForm(connector);
    if (m_form)
        m_form->setOptions(spec().options);
    showConnection(connector);
    if (m_browser && isVisible())
        m_browser->setSource(spec());
}

void ConnectPage::showConnection(const ConnectorType* type)
{
    if (!m_connection)
        return;
    const bool canSave = type && connectionType(type->type) != nullptr;
    m_connection->setVisible(canSave);
    if (!canSave)
        return;
    const std::string name = spec().options.text(kConnectionKey);
    m_connection->show(type->type, name);
    // What the connection holds is not shown a second time, unless it is overridden here.
    for (const OptionSpec& option : type->options) {
        if (isConnectionKey(type->type, option.key))
            m_form->setFieldVisible(QString::fromStdString(option.key), name.empty() || spec().options.has(option.key));
    }
}

void ConnectPage::showPromise()
{
    const auto promise = deliveryPromise(m_document.pipeline(), m_document.registry());
    m_guarantee->setText(promiseText(m_document.pipeline(), m_document.registry()));
    m_promise->setText(promise ? deliveryText(*promise) : QString());
    setRole(m_guarantee, promise && promise->guarantee == Guarantee::ExactlyOnce ? "good" : "warning");
}

void ConnectPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_browser)
        m_browser->setSource(spec());
}

void ConnectPage::buildForm(const ConnectorType* connector)
{
    delete m_form;
    m_form = nullptr;
    m_formType = spec().type;
    m_probe.cancel();
    m_answer->clear();
    m_answer->hide();
    if (!connector)
        return;
    const QString owner = QString::fromStdString(connector->type) +
                          (m_role == Role::Source ? QStringLiteral(" source") : QStringLiteral(" destination"));
    std::vector<OptionSpec> options = connector->options;
    std::erase_if(options, [](const OptionSpec& option) { return option.key == kConnectionKey; }); // has its own bar
    m_form = new OptionForm(options, owner, this);
    m_formLayout->insertWidget(0, m_form);
    connect(m_form, &OptionForm::edited, this, &ConnectPage::acceptForm);
    connect(m_form, &OptionForm::secretTyped, this, &ConnectPage::keepSecret);
}

void ConnectPage::keepSecret(const QString& key, const QString& secret)
{
    const QString pipeline = m_document.pipeline().name.empty() ? QString::fromStdString(spec().type)
                                                                : QString::fromStdString(m_document.pipeline().name);
    const QString name = QStringLiteral("%1/%2-%3").arg(pipeline, QString::fromStdString(spec().type), key);
    if (!m_services.keepSecret) {
        m_form->showSecretNote(key, tr("Secrets cannot be kept here; write ${env:NAME} instead."), "error");
        return;
    }
    m_services.keepSecret(name, secret,
                          [page = QPointer(this), form = QPointer(m_form), name, key](const Result<QString>& kept) {
                              if (!page || !form)
                                  return;
                              if (!kept) {
                                  form->showSecretNote(key, QString::fromStdString(kept.error().message), "error");
                                  return;
                              }
                              form->setSecretReference(key, QStringLiteral("${secret:%1}").arg(name));
                              form->showSecretNote(key, *kept, "good");
                          });
}

void ConnectPage::acceptForm(const QString& key)
{
    ConnectorSpec next{spec().type, m_form->options()};
    if (const std::string name = spec().options.text(kConnectionKey); !name.empty())
        next.options.set(kConnectionKey, name);
    const QString end = m_role == Role::Source ? QStringLiteral("source") : QStringLiteral("destination");
    replaceSpec(tr("Change %1").arg(key), std::move(next), m_document.typingKey(QStringLiteral("%1-%2").arg(end, key)));
}

void ConnectPage::acceptReadable(const ReadableList::Item& item, const QString& cursor)
{
    ConnectorSpec next = spec();
    for (const auto& [key, value] : item.set.values())
        next.options.set(key, value);
    for (const std::string& key : item.erased)
        next.options.erase(key);
    if (!cursor.isEmpty())
        next.options.set("cursor", cursor.toStdString());
    replaceSpec(tr("Choose %1").arg(item.fullName), std::move(next));
}

void ConnectPage::test()
{
    const ConnectorType* connector = type();
    if (!connector || !connector->probe)
        return;
    setRole(m_answer, "muted");
    m_answer->setText(tr("Testing…"));
    m_answer->show();
    // The source's page says above the tree who answered.
    const bool saysPlace = m_role == Role::Destination;
    m_probe.start(
        [&registry = m_document.registry(), connector, spec = spec(), saysPlace](const std::stop_token& stop) {
            return askConnection(registry, *connector, spec, saysPlace, stop);
        },
        [this](const Result<ConnectionAnswer>& answer) { showAnswer(answer); });
}

void ConnectPage::showAnswer(const Result<ConnectionAnswer>& answer)
{
    setRole(m_answer, !answer ? "error" : answer->isWhole ? "good" : "warning");
    m_answer->setText(QString::fromStdString(answer ? answer->text : answer.error().message));
    m_answer->setToolTip(answer ? QString() : QString::fromStdString(answer.error().detail));
    showAnswerOnce();
}

/// Where looking at what is there failed as the test did, the page says it in one place.
void ConnectPage::showAnswerOnce()
{
    m_answer->setVisible(!m_answer->text().isEmpty() && !(m_browser && m_browser->note() == m_answer->text()));
}

QString ConnectPage::testAnswer() const
{
    return m_answer->text();
}

void ConnectPage::focusOption(const QString& key)
{
    if (m_form)
        m_form->focusOption(key);
}

} // namespace headrace
