// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/gate_editor.h"

#include "widgets/forms/log_slider.h"
#include "widgets/forms/view_parts.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

namespace headrace {
namespace {

CloseReason reasonOf(Gate gate)
{
    switch (gate) {
    case Gate::Rows:
        return CloseReason::Rows;
    case Gate::Bytes:
        return CloseReason::Bytes;
    case Gate::Age:
        return CloseReason::Age;
    case Gate::Grid:
        break;
    }
    return CloseReason::Grid;
}

struct GateTexts {
    QString name;
    QString help;
    double initial;
};

GateTexts textsOf(Gate gate)
{
    switch (gate) {
    case Gate::Rows:
        return {GateEditor::tr("Rows"), GateEditor::tr("A batch closes when it holds this many rows."), 1000};
    case Gate::Bytes:
        return {GateEditor::tr("Bytes"),
                GateEditor::tr("A batch closes before it would hold more than this many bytes of values."),
                4.0 * 1024 * 1024};
    case Gate::Age:
        return {GateEditor::tr("Age"), GateEditor::tr("A batch closes this long after its first row arrived."), 5};
    case Gate::Grid:
        break;
    }
    return {GateEditor::tr("Clock grid"),
            GateEditor::tr("A batch closes at every multiple of this on the clock, for example 1 h."), 3600};
}

} // namespace

GateEditor::GateEditor(Gate gate, QWidget* parent)
    : QWidget(parent)
    , m_kind(GateQuantity::of(gate))
    , m_lastQuantity(textsOf(gate).initial)
{
    createParts();
    connectParts();
    setQuantity(std::nullopt);
}

void GateEditor::createParts()
{
    const GateTexts texts = textsOf(m_kind.gate);
    m_switch = new GateSwitch(m_kind.gate, texts.name, this);
    m_switch->setToolTip(texts.help);
    m_field = new QLineEdit(this);
    m_field->setFixedWidth(inFont(*this, 92));
    m_field->setAlignment(Qt::AlignRight);
    m_field->setPlaceholderText(tr("off"));
    m_field->setAccessibleName(texts.name);
    m_field->setAccessibleDescription(texts.help);
    m_error = createSentence({}, "error", this);
    m_error->setFont(scaledFont(font(), 0.88));
    m_error->hide();

    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_switch);
    head->addStretch();
    head->addWidget(m_field);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(5);
    layout->addLayout(head);
    if (m_kind.gate != Gate::Grid) {
        m_slider = new LogSlider(m_kind.smallest, m_kind.largest, this);
        m_slider->setAccessibleName(texts.name);
        layout->addWidget(m_slider);
    }
    layout->addWidget(m_error);
}

void GateEditor::connectParts()
{
    connect(m_switch, &QAbstractButton::clicked, this, [this](bool on) {
        ++m_gesture;
        change(on ? std::optional(m_lastQuantity) : std::nullopt);
    });
    connect(m_field, &QLineEdit::editingFinished, this, &GateEditor::acceptText);
    if (!m_slider)
        return;
    connect(m_slider, &QSlider::sliderPressed, this, [this] { ++m_gesture; });
    connect(m_slider, &LogSlider::quantityDragged, this, [this](double quantity) {
        if (!m_slider->isSliderDown())
            ++m_gesture;
        const double snapped = m_kind.snap(quantity);
        m_field->setText(m_kind.format(snapped));
        change(snapped);
    });
}

void GateEditor::setQuantity(std::optional<double> quantity)
{
    m_quantity = quantity;
    if (quantity)
        m_lastQuantity = *quantity;
    m_switch->setChecked(quantity.has_value());
    showError({});
    const QString text = quantity ? m_kind.format(*quantity) : QString();
    if (m_field->text() != text)
        m_field->setText(text);
    if (m_slider) {
        m_slider->setEnabled(quantity.has_value());
        if (!m_slider->isSliderDown())
            m_slider->setQuantity(m_lastQuantity);
    }
}

QString GateEditor::error() const
{
    return m_error->text();
}

void GateEditor::acceptText()
{
    const QString text = m_field->text().trimmed();
    if (text == (m_quantity ? m_kind.format(*m_quantity) : QString()))
        return;
    ++m_gesture;
    if (text.isEmpty() || text.compare(tr("off"), Qt::CaseInsensitive) == 0) {
        change(std::nullopt);
        return;
    }
    const Result<double> quantity = m_kind.parse(text);
    if (!quantity) {
        showError(QString::fromStdString(quantity.error().message));
        return;
    }
    BatchPolicy policy;
    m_kind.set(policy, *quantity);
    if (const Status status = policy.check(); !status) {
        showError(QString::fromStdString(status.error().message));
        return;
    }
    change(*quantity);
}

void GateEditor::change(std::optional<double> quantity)
{
    setQuantity(quantity);
    Q_EMIT changed(m_kind.gate, quantity, m_gesture);
}

void GateEditor::showError(const QString& sentence)
{
    m_error->setText(sentence);
    m_error->setVisible(!sentence.isEmpty());
    setStyleProperty(m_field, "invalid", !sentence.isEmpty());
}

GateSwitch::GateSwitch(Gate gate, const QString& name, QWidget* parent)
    : QAbstractButton(parent)
    , m_gate(gate)
{
    setCheckable(true);
    setText(name);
    setAccessibleName(GateEditor::tr("Close batches by %1").arg(name));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
}

QSize GateSwitch::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + 22, fontMetrics().height() + 4};
}

void GateSwitch::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = reasonColor(reasonOf(m_gate), palette());
    painter.setPen(QPen(hasFocus() ? colors.text : color, hasFocus() ? colors.focusWidth : 1.5));
    painter.setBrush(isChecked() ? QBrush(color) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(QRectF(1, height() / 2.0 - 5, 10, 10), 2, 2);
    if (isChecked()) {
        const QPointF middle(6, height() / 2.0);
        painter.setPen(QPen(colors.surface, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(
            QPolygonF{middle + QPointF(-2.8, 0.2), middle + QPointF(-0.8, 2.2), middle + QPointF(2.9, -2.2)});
    }
    painter.setPen(isChecked() ? colors.text : colors.mutedText);
    painter.drawText(rect().adjusted(18, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
}

} // namespace headrace
