// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/shell/pipeline_strip.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTextEdit>

using namespace headrace;

namespace {

constexpr int kRowHeight = 12; ///< widgets whose tops are nearer than that stand beside each other

bool isInput(const QWidget& widget)
{
    return qobject_cast<const QLineEdit*>(&widget) || qobject_cast<const QComboBox*>(&widget) ||
           qobject_cast<const QPlainTextEdit*>(&widget) || qobject_cast<const QTextEdit*>(&widget) ||
           qobject_cast<const QAbstractSlider*>(&widget) || qobject_cast<const QAbstractSpinBox*>(&widget) ||
           qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QAbstractItemView*>(&widget) ||
           qobject_cast<const QTabBar*>(&widget);
}

/// Parts of other inputs, which speak for them.
bool isPart(const QWidget& widget)
{
    for (const QWidget* parent = widget.parentWidget(); parent; parent = parent->parentWidget()) {
        if (qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent) ||
            qobject_cast<const QTabBar*>(parent) || qobject_cast<const QLineEdit*>(parent) ||
            qobject_cast<const QAbstractItemView*>(parent) || parent->inherits("QAbstractScrollArea"))
            return qobject_cast<const QAbstractSlider*>(&widget) || !parent->inherits("QScrollArea");
    }
    return false;
}

std::vector<QWidget*> inputsOf(QWidget& window)
{
    std::vector<QWidget*> inputs;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (widget->isVisibleTo(&window) && isInput(*widget) && !isPart(*widget) && !widget->inherits("QScrollBar"))
            inputs.push_back(widget);
    }
    return inputs;
}

QString nameOf(const QWidget& widget)
{
    QAccessibleInterface* found = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(&widget));
    return found ? found->text(QAccessible::Name) : QString();
}

QString described(const QWidget& widget)
{
    const QPoint at = widget.mapTo(widget.window(), QPoint());
    return QStringLiteral("%1 “%2” at %3, %4 in %5")
        .arg(QLatin1String(widget.metaObject()->className()), nameOf(widget))
        .arg(at.x())
        .arg(at.y())
        .arg(QLatin1String(widget.parentWidget() ? widget.parentWidget()->metaObject()->className() : "nothing"));
}

/// The bordered box that the widget stands in: the eye reads one after the other.
const QWidget* panelOf(const QWidget& widget)
{
    const QWidget* panel = widget.parentWidget();
    while (panel && !panel->property("panel").toBool())
        panel = panel->parentWidget();
    return panel;
}

/// What the Tab key goes through, from the first widget on.
std::vector<QWidget*> tabOrder(QWidget& window)
{
    std::vector<QWidget*> order;
    QWidget* at = window.nextInFocusChain();
    for (; at != &window; at = at->nextInFocusChain()) {
        if (at->isVisibleTo(&window) && at->isEnabled() && (at->focusPolicy() & Qt::TabFocus) && !at->focusProxy() &&
            isInput(*at) && !isPart(*at))
            order.push_back(at);
    }
    return order;
}

/// Inputs that a screen reader has no word for.
QStringList nameless(QWidget& window)
{
    QStringList found;
    for (const QWidget* input : inputsOf(window)) {
        if (nameOf(*input).trimmed().isEmpty())
            found << described(*input);
    }
    return found;
}

/// Inputs that the Tab key does not reach.
QStringList missed(QWidget& window)
{
    const std::vector<QWidget*> order = tabOrder(window);
    QStringList found;
    for (QWidget* input : inputsOf(window)) {
        if (input->isEnabled() && std::ranges::find(order, input) == order.end())
            found << described(*input);
    }
    return found;
}

/// Where the Tab key goes against the order in which a box is read: from top to bottom, and in a row from the left.
QStringList outOfOrder(QWidget& window)
{
    QStringList found;
    const QWidget* before = nullptr;
    for (const QWidget* widget : tabOrder(window)) {
        if (before && panelOf(*before) && panelOf(*before) == panelOf(*widget)) {
            const QPoint from = before->mapTo(&window, QPoint(0, before->height() / 2));
            const QPoint to = widget->mapTo(&window, QPoint(0, widget->height() / 2));
            const bool isBeside = std::abs(from.y() - to.y()) < kRowHeight;
            if (isBeside ? to.x() < from.x() : to.y() < from.y())
                found << QStringLiteral("%1, then %2").arg(described(*before), described(*widget));
        }
        before = widget;
    }
    return found;
}

} // namespace

/// Every page of the window for people who do not see it, or have no mouse.
class AccessibilityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyInputCanBeNamedAndReached_data();
    void everyInputCanBeNamedAndReached();
};

void AccessibilityTest::everyInputCanBeNamedAndReached_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<int>("page");
    const auto add = [](const char* source, Page page) {
        QTest::addRow("%s, %s", *source == 0 ? "nothing" : source, qPrintable(pageName(page)))
            << QString::fromLatin1(source) << static_cast<int>(page);
    };
    for (int page = 0; page < kPageCount; ++page) {
        add("", static_cast<Page>(page));
        add("generator", static_cast<Page>(page));
    }
    for (const char* source : {"csv", "postgres", "mariadb", "odbc", "qtsql", "kafka", "kinesis", "mqtt"}) {
        add(source, Page::Connect);
        add(source, Page::Preview);
    }
}

void AccessibilityTest::everyInputCanBeNamedAndReached()
{
    QFETCH(QString, source);
    QFETCH(int, page);
    const QTemporaryDir folder;
    const Registry registry = builtinConnectors();
    Settings settings(folder.filePath(QStringLiteral("settings.ini")));
    MainWindow window({.registry = &registry,
                       .settings = &settings,
                       .stateFolder = folder.filePath(QStringLiteral("state")),
                       .connectionsFile = folder.filePath(QStringLiteral("connections.yaml")),
                       .destination = [](const std::string&) {
                           return ConnectorSpec{"null", {}};
                       }});
    window.resize(1440, 900);
    window.show();
    if (!source.isEmpty()) {
        Pipeline pipeline;
        pipeline.name = "accessible";
        pipeline.source = {source.toStdString(), {}};
        pipeline.destination = {"parquet", {}};
        window.document().reset(pipeline);
    }
    window.pages().showPage(static_cast<Page>(page));
    QCoreApplication::processEvents();
    QCOMPARE(nameless(window), QStringList());
    QCOMPARE(missed(window), QStringList());
    QCOMPARE(outOfOrder(window), QStringList());
}

QTEST_MAIN(AccessibilityTest)
#include "tst_accessibility.moc"
