// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/batch_details.h"

#include "widgets/forms/flow_layout.h"
#include "widgets/forms/view_parts.h"
#include "widgets/models/tables.h"
#include "widgets/quantity_text.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

namespace headrace {
namespace {

QString clockText(const QDateTime& at)
{
    return QLocale().toString(at.time(), QStringLiteral("HH:mm:ss.zzz"));
}

QString whyClosed(const BatchSummary& batch)
{
    switch (batch.reason) {
    case CloseReason::Rows:
        return BatchDetails::tr("closed by rows");
    case CloseReason::Bytes:
        return batch.oversize ? BatchDetails::tr("one row larger than the bytes gate, travelling alone")
                              : BatchDetails::tr("closed by bytes");
    case CloseReason::Age:
        return BatchDetails::tr("closed by age");
    case CloseReason::Grid:
        return BatchDetails::tr("closed by the clock grid");
    case CloseReason::EndOfInput:
        return BatchDetails::tr("closed by the end of the input");
    case CloseReason::SchemaChange:
        return BatchDetails::tr("closed because the columns changed");
    case CloseReason::Stop:
        break;
    }
    return BatchDetails::tr("closed by the stop of the run");
}

} // namespace

BatchDetails::BatchDetails(QWidget* parent)
    : QFrame(parent)
{
    setProperty("tip", true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("The chosen batch"));
    createParts();
}

void BatchDetails::createParts()
{
    m_body = new QWidget(this);
    const std::array<QString, FigureCount> names{tr("Rows"),  tr("Bytes"),  tr("Open for"), tr("Write"),
                                                 tr("Waits"), tr("Opened"), tr("Closed"),   tr("Durable")};
    auto* figures = new FlowLayout(nullptr, 14);
    for (int index = 0; index < FigureCount; ++index) {
        const auto at = static_cast<std::size_t>(index);
        auto* place = new QWidget(m_body);
        QLabel* figure = createLabel({}, "figure", place);
        figure->setAccessibleName(names.at(at));
        figure->setTextInteractionFlags(Qt::TextSelectableByMouse);
        auto* column = new QVBoxLayout(place);
        column->setContentsMargins({});
        column->setSpacing(1);
        column->addWidget(createLabel(names.at(at), "muted", place));
        column->addWidget(figure);
        figures->addWidget(place);
        m_figures.at(at) = figure;
    }
    m_figures[Waits]->setToolTip(tr("From a row's arrival to the commit: p50 / p95 / p99"));
    m_position = new QLineEdit(m_body);
    m_position->setReadOnly(true);
    m_position->setFrame(false);
    m_position->setProperty("kind", QStringLiteral("quiet"));
    m_position->setAccessibleName(tr("Position of the source behind this batch"));
    auto* position = new QHBoxLayout;
    position->setSpacing(8);
    position->addWidget(createLabel(tr("Delivered up to"), "muted", m_body));
    position->addWidget(m_position, 1);
    auto* body = new QVBoxLayout(m_body);
    body->setContentsMargins({});
    body->setSpacing(2);
    body->addLayout(figures);
    body->addLayout(position);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 8, 8);
    layout->setSpacing(4);
    layout->addWidget(createHead());
    layout->addWidget(m_body);
}

QWidget* BatchDetails::createHead()
{
    auto* head = new QWidget(this);
    m_swatch = new QLabel(head);
    m_swatch->setFixedSize(10, 10);
    m_title = createLabel({}, "title", head);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* close = new QToolButton(head);
    close->setText(QStringLiteral("×"));
    close->setAccessibleName(tr("Close"));
    close->setToolTip(tr("Close (Esc)"));
    connect(close, &QToolButton::clicked, this, &BatchDetails::closed);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins({});
    row->setSpacing(6);
    row->addWidget(m_swatch);
    row->addWidget(m_title, 1);
    row->addWidget(createStep(Qt::LeftArrow, tr("The batch before"), -1));
    row->addWidget(createStep(Qt::RightArrow, tr("The next batch"), 1));
    row->addWidget(close);
    return head;
}

QToolButton* BatchDetails::createStep(Qt::ArrowType arrow, const QString& name, int by)
{
    auto* button = new QToolButton(this);
    button->setArrowType(arrow);
    button->setAutoRepeat(true);
    button->setAccessibleName(name);
    button->setToolTip(name);
    connect(button, &QToolButton::clicked, this, [this, by] { Q_EMIT stepped(by); });
    return button;
}

void BatchDetails::showBatch(const BatchRecord& record)
{
    m_record = record;
    const BatchSummary& batch = record.batch;
    const QDateTime closed = closedAt(record);
    const auto openFor = batch.closedAt - batch.openedAt;
    const auto later = [&closed](std::chrono::nanoseconds by) {
        return closed.addMSecs(std::chrono::duration_cast<std::chrono::milliseconds>(by).count());
    };
    m_title->setText(tr("Batch %1, %2").arg(countText(batch.sequence), whyClosed(batch)));
    m_figures[Rows]->setText(countText(batch.rows));
    m_figures[Bytes]->setText(bytesText(static_cast<double>(batch.bytes)));
    m_figures[OpenFor]->setText(durationText(openFor));
    m_figures[Write]->setText(durationText(record.sinkTime));
    m_figures[Waits]->setText(
        QStringLiteral("%1 / %2 / %3")
            .arg(durationText(record.waitP50), durationText(record.waitP95), durationText(record.waitP99)));
    m_figures[Opened]->setText(clockText(later(-openFor)));
    m_figures[Closed]->setText(clockText(closed));
    m_figures[Durable]->setText(clockText(later(record.committedAt - batch.closedAt)));
    m_position->setText(QString::fromStdString(record.end.text));
    m_position->setCursorPosition(0);
    m_position->setToolTip(m_position->text());
    m_body->show();
    m_swatch->show();
    showColor();
}

void BatchDetails::showSentence(const QString& sentence)
{
    m_record.reset();
    m_title->setText(sentence);
    m_body->hide();
    m_swatch->hide();
}

QString BatchDetails::text() const
{
    QStringList parts{m_title->text()};
    if (m_record) {
        for (const QLabel* figure : m_figures)
            parts << QStringLiteral("%1: %2").arg(figure->accessibleName(), figure->text());
        parts << m_position->text();
    }
    return parts.join(QLatin1Char('\n'));
}

void BatchDetails::showColor()
{
    if (m_record)
        m_swatch->setStyleSheet(QStringLiteral("background: %1; border-radius: 2px;")
                                    .arg(reasonColor(m_record->batch.reason, palette()).name()));
}

void BatchDetails::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showColor();
}

void BatchDetails::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        Q_EMIT stepped(-1);
        break;
    case Qt::Key_Right:
        Q_EMIT stepped(1);
        break;
    case Qt::Key_Escape:
        Q_EMIT closed();
        break;
    default:
        QFrame::keyPressEvent(event);
    }
}

} // namespace headrace
