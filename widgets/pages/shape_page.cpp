// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/pages/shape_page.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/rows_view.h"
#include "widgets/forms/sql_highlighter.h"
#include "widgets/forms/view_parts.h"
#include "widgets/models/rows_model.h"
#include "widgets/quantity_text.h"

#include <QEvent>
#include <QFontDatabase>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

/// A column name as SQL wants it.
QString quoted(const QString& name)
{
    static const QRegularExpression kPlain(QStringLiteral("^[a-z_][a-z0-9_]*$"));
    if (kPlain.match(name).hasMatch())
        return name;
    return QLatin1Char('"') + QString(name).replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

} // namespace

ShapePage::ShapePage(PipelineDocument& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_input(document.registry())
    , m_result(document.registry())
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(12);
    layout->addWidget(createEditor(), 2);
    layout->addWidget(createResult(), 3);
    connectParts();
    showDocument();
}

QWidget* ShapePage::createEditor()
{
    QFrame* panel = createPanel(this);
    m_start = createButton(tr("Start with all columns"), "", panel);
    m_remove = createButton(tr("Remove the shape"), "", panel);
    m_editor = new QPlainTextEdit(panel);
    m_editor->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_editor->setPlaceholderText(
        tr("SELECT * FROM input WHERE …\n\nWithout SQL the rows pass as they are. Each row is looked at by "
           "itself: columns, conditions and expressions, no GROUP BY or ORDER BY."));
    m_editor->setAccessibleName(tr("SQL of the shape"));
    m_editor->setTabChangesFocus(true);
    m_editor->setUndoRedoEnabled(false); // the document's undo covers it
    m_highlighter = new SqlHighlighter(m_editor->document());
    m_columns = new QListWidget(panel);
    m_columns->setFrameShape(QFrame::NoFrame);
    m_columns->setFixedWidth(inFont(*this, 230));
    m_columns->setAccessibleName(tr("Columns of the source"));
    m_error = createSentence({}, "error", panel);
    m_error->hide();
    auto* head = new QHBoxLayout;
    head->addWidget(createLabel(tr("SQL over each row of input"), "title", panel));
    head->addStretch();
    head->addWidget(m_start);
    head->addWidget(m_remove);
    auto* columns = new QVBoxLayout;
    columns->addWidget(createLabel(tr("Columns of input"), "muted", panel));
    columns->addWidget(m_columns, 1);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(12);
    middle->addWidget(m_editor, 1);
    middle->addLayout(columns);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 10, 16, 12);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addLayout(middle, 1);
    layout->addWidget(m_error);
    return panel;
}

QWidget* ShapePage::createResult()
{
    QFrame* panel = createPanel(this);
    m_title = createLabel(tr("Result"), "title", panel);
    m_rows = new RowsView(panel);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(16, 10, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(createRule(panel));
    layout->addWidget(m_rows, 1);
    return panel;
}

void ShapePage::connectParts()
{
    connect(m_editor, &QPlainTextEdit::textChanged, this, &ShapePage::acceptText);
    connect(m_columns, &QListWidget::itemActivated, this,
            [this](QListWidgetItem* item) { m_editor->insertPlainText(quoted(item->data(Qt::UserRole).toString())); });
    connect(m_start, &QPushButton::clicked, this, [this] {
        QStringList names;
        for (int row = 0; row < m_columns->count(); ++row)
            names << quoted(m_columns->item(row)->data(Qt::UserRole).toString());
        m_editor->setPlainText(QStringLiteral("SELECT %1\nFROM input")
                                   .arg(names.isEmpty() ? QStringLiteral("*") : names.join(QStringLiteral(", "))));
        m_editor->setFocus();
    });
    connect(m_remove, &QPushButton::clicked, m_editor, &QPlainTextEdit::clear);
    connect(&m_input, &PreviewLoader::loaded, this, &ShapePage::showInput);
    connect(&m_input, &PreviewLoader::failed, this, &ShapePage::showNoInput);
    connect(&m_result, &PreviewLoader::loaded, this, &ShapePage::showResult);
    connect(&m_result, &PreviewLoader::failed, this, [this](const QString& sentence) { showError(sentence); });
    connect(&m_document, &PipelineDocument::changed, this, &ShapePage::showDocument);
}

void ShapePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    request();
}

void ShapePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_highlighter)
        m_highlighter->rehighlight();
}

void ShapePage::acceptText()
{
    Pipeline next = m_document.pipeline();
    const QString text = m_editor->toPlainText();
    next.shapeSql = text.trimmed().isEmpty() ? std::string() : text.toStdString();
    m_document.edit(tr("Change SQL"), std::move(next), m_document.typingKey(QStringLiteral("shape")));
}

void ShapePage::showDocument()
{
    const QString sql = QString::fromStdString(m_document.pipeline().shapeSql);
    m_start->setVisible(sql.isEmpty());
    m_remove->setVisible(!sql.isEmpty());
    if (m_editor->toPlainText() != sql && !(sql.isEmpty() && m_editor->toPlainText().trimmed().isEmpty())) {
        const QSignalBlocker blocker(m_editor);
        const int position = m_editor->textCursor().position();
        m_editor->setPlainText(sql);
        QTextCursor cursor = m_editor->textCursor();
        cursor.setPosition(std::min(position, static_cast<int>(sql.size())));
        m_editor->setTextCursor(cursor);
    }
    if (isVisible())
        request();
}

void ShapePage::request()
{
    if (m_document.isEmpty()) {
        m_input.clear();
        m_result.clear();
        m_columns->clear();
        showError({});
        m_rows->showSentence(
            tr("There is no source yet. Choose one on the Connect page, or drop a file on the window."), "muted");
        return;
    }
    m_input.request(m_document.pipeline().source, {});
    if (m_input.isLoading() && !m_result.result())
        m_rows->showSentence(tr("Reading the first rows…"), "muted");
    else if (m_input.result())
        requestResult();
}

void ShapePage::requestResult()
{
    m_result.request(m_document.pipeline().source, m_document.pipeline().shapeSql);
}

void ShapePage::showInput()
{
    m_columns->clear();
    for (const auto& field : m_input.result()->schema->fields()) {
        const QString name = QString::fromStdString(field->name());
        auto* item = new QListWidgetItem(QStringLiteral("%1   %2").arg(name, typeText(*field->type())), m_columns);
        item->setData(Qt::UserRole, name);
        item->setToolTip(tr("Double-click to insert"));
    }
    requestResult();
}

void ShapePage::showNoInput(const QString& sentence, const QString& detail)
{
    // It is the source's fault, not the SQL's.
    m_result.clear();
    m_columns->clear();
    m_title->setText(tr("Result"));
    showError({});
    m_rows->showSentence(sentence, "error", detail);
}

void ShapePage::showResult()
{
    const PreviewResult& result = *m_result.result();
    m_title->setText(tr("Result · first %1 rows · %2 columns")
                         .arg(countText(result.rows->num_rows()), countText(result.schema->num_fields())));
    showError({});
    if (result.rows->num_rows() > 0)
        m_rows->showRows(result.rows);
    else
        m_rows->showSentence(tr("None of the first rows pass. Check the condition behind WHERE."), "muted");
}

void ShapePage::showError(const QString& sentence)
{
    // The result of the last SQL that worked stays, so that typing does not make the page flicker.
    m_error->setText(sentence);
    m_error->setVisible(!sentence.isEmpty());
    setStyleProperty(m_editor, "invalid", !sentence.isEmpty());
}

QString ShapePage::error() const
{
    return m_error->text();
}

} // namespace headrace
