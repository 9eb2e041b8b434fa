// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/raw_view.h"

#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace headrace {

RawView::RawView(QWidget* parent)
    : QWidget(parent)
    , m_note(createSentence({}, "muted", this))
    , m_text(new QPlainTextEdit(this))
{
    m_note->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_text->setReadOnly(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(tr("First bytes of the file"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_note);
    layout->addWidget(m_text, 1);
}

void RawView::setSource(const ConnectorSpec& source)
{
    m_source = source;
    if (isVisible())
        load();
}

void RawView::reload()
{
    m_shown.reset();
    if (isVisible())
        load();
}

void RawView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    load();
}

void RawView::load()
{
    if (m_shown == m_source)
        return;
    m_shown = m_source;
    m_task.start([source = m_source](const std::stop_token&) { return readRawHead(source); },
                 [this](Result<RawHead> head) { showHead(head); });
}

void RawView::showHead(const Result<RawHead>& head)
{
    setRole(m_note, head || head.error().code == ErrorCode::NotFound ? "muted" : "error");
    m_text->setVisible(head.has_value());
    if (!head) {
        m_note->setText(QString::fromStdString(head.error().message));
        m_text->clear();
        return;
    }
    const bool isWhole = head->bytes.size() == head->size;
    m_note->setText(isWhole ? tr("%1, all of its %2.").arg(head->path, bytesText(static_cast<double>(head->size)))
                            : tr("%1, the first %2 of %3.")
                                  .arg(head->path, bytesText(static_cast<double>(head->bytes.size())),
                                       bytesText(static_cast<double>(head->size))));
    m_text->setPlainText(rawText(head->bytes));
}

QString RawView::text() const
{
    return m_text->toPlainText();
}

} // namespace headrace
