// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connection_dialog.h"
#include "app/help_dialog.h"
#include "app/main_window.h"
#include "app/secret_dialog.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/charts/live_charts.h"
#include "widgets/forms/elided_label.h"
#include "widgets/forms/page_scroller.h"
#include "widgets/pages/batch_page.h"
#include "widgets/shell/run_bar.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QScrollBar>
#include <QStyle>
#include <QStyleOptionComboBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

namespace {

constexpr int kSettled = 500; ///< milliseconds

/// What may be cut: it ends in "…" and tells all of itself as a tooltip, or is a picture in a field.
bool mayElide(const QWidget& widget)
{
    return qobject_cast<const ElidedLabel*>(&widget) || qobject_cast<const QLineEdit*>(widget.parentWidget());
}

QString described(const QWidget& widget, const QString& text)
{
    const QPoint at = widget.mapTo(widget.window(), QPoint());
    return QStringLiteral("%1 '%2' at %3, %4 has %5 x %6")
        .arg(QLatin1String(widget.metaObject()->className()), text)
        .arg(at.x())
        .arg(at.y())
        .arg(widget.width())
        .arg(widget.height());
}

/// The text of a label, a button or a box, and the room that it wants; empty where there is none.
std::pair<QString, QSize> wantedBy(const QWidget& widget)
{
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
        if (label->wordWrap() && !label->text().isEmpty())
            return {label->text(), {0, label->heightForWidth(label->width())}};
        return {label->text(), label->text().isEmpty() ? QSize() : label->minimumSizeHint()};
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
        return {button->text(), button->text().isEmpty() ? QSize() : button->minimumSizeHint()};
    if (const auto* box = qobject_cast<const QComboBox*>(&widget)) {
        QStyleOptionComboBox option;
        option.initFrom(box);
        option.editable = box->isEditable();
        const QRect field =
            box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box);
        const int text = box->fontMetrics().horizontalAdvance(box->currentText());
        return {box->currentText(), {text + box->width() - field.width(), box->fontMetrics().height()}};
    }
    return {};
}

void addCutHeads(const QHeaderView& header, QStringList& cut)
{
    for (int section = 0; section < header.count(); ++section) {
        const QString text = header.model()->headerData(section, header.orientation()).toString();
        if (header.orientation() == Qt::Horizontal && !header.isSectionHidden(section) && !text.isEmpty() &&
            header.sectionSize(section) < header.sectionSizeHint(section))
            cut << QStringLiteral("%1: column %2 has %3, not %4")
                       .arg(described(header, text))
                       .arg(section)
                       .arg(header.sectionSize(section))
                       .arg(header.sectionSizeHint(section));
    }
}

/// Texts with less room than they want.
QStringList cutTexts(const QWidget& window)
{
    QStringList cut;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || mayElide(*widget))
            continue;
        if (const auto* header = qobject_cast<const QHeaderView*>(widget))
            addCutHeads(*header, cut);
        const auto [text, wanted] = wantedBy(*widget);
        if (!text.isEmpty() && (widget->width() < wanted.width() || widget->height() < wanted.height()))
            cut << QStringLiteral("%1, not %2 x %3")
                       .arg(described(*widget, text))
                       .arg(wanted.width())
                       .arg(wanted.height());
    }
    return cut;
}

/// Parts of a layout that lie over each other or beyond the widget that they are in.
QStringList misplaced(const QWidget& window)
{
    QStringList found;
    for (const QWidget* parent : window.findChildren<QWidget*>()) {
        if (!parent->isVisible() || !parent->layout())
            continue;
        std::vector<const QWidget*> parts;
        for (const QWidget* part : parent->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
            if (part->isVisible() && !part->isWindow() && !part->size().isEmpty() &&
                !part->testAttribute(Qt::WA_TransparentForMouseEvents))
                parts.push_back(part);
        }
        for (std::size_t part = 0; part < parts.size(); ++part) {
            if (!parent->rect().contains(parts[part]->geometry()))
                found << QStringLiteral("%1 goes beyond %2")
                             .arg(described(*parts[part], parts[part]->accessibleName()), described(*parent, {}));
            for (std::size_t other = 0; other < part; ++other) {
                if (parts[part]->geometry().intersects(parts[other]->geometry()))
                    found << QStringLiteral("%1 lies over %2")
                                 .arg(described(*parts[part], parts[part]->accessibleName()),
                                      described(*parts[other], parts[other]->accessibleName()));
            }
        }
    }
    return found;
}

} // namespace

/// Every page and dialog in a large font: no text is cut, nothing lies over something else.
class LargeFontsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pages_data();
    void pages();
    void runs_data();
    void runs();
    void dialogs_data() { addFonts(); }
    void dialogs();
    void cleanup();

private:
    static void addFonts();
    void open(double points, const QSize& size);
    void check(const QString& place, const QWidget& window);

    const QFont m_usual = QApplication::font();
    QTemporaryDir m_folder;
    Registry m_registry = builtinConnectors();
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    QStringList m_wrong;
};

void LargeFontsTest::addFonts()
{
    QTest::addColumn<double>("points");
    QTest::addColumn<QSize>("size");
    for (const double points : {9.0, 14.0, 18.0}) {
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)})
            QTest::addRow("%g points, %d x %d", points, size.width(), size.height()) << points << size;
    }
}

void LargeFontsTest::open(double points, const QSize& size)
{
    QFont font = m_usual;
    font.setPointSizeF(points);
    QApplication::setFont(font);
    m_settings = std::make_unique<Settings>(m_folder.filePath(QStringLiteral("settings.ini")));
    m_settings->setTheme(ThemeChoice::Light);
    m_window =
        std::make_unique<MainWindow>(MainWindow::Setup{.registry = &m_registry,
                                                       .settings = m_settings.get(),
                                                       .stateFolder = m_folder.filePath(QStringLiteral("state")),
                                                       .connectionsFile = m_folder.filePath(QStringLiteral("c.yaml")),
                                                       .destination = [](const std::string&) {
                                                           return ConnectorSpec{"null", {}};
                                                       }});
    m_window->resize(size);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void LargeFontsTest::cleanup()
{
    m_window.reset();
    QApplication::setFont(m_usual);
}

void LargeFontsTest::check(const QString& place, const QWidget& window)
{
    QStringList found;
    // What another thread has read may just be arriving.
    (void)QTest::qWaitFor(
        [&found, &window] {
            found = cutTexts(window) + misplaced(window);
            return found.isEmpty();
        },
        kSettled);
    for (const QString& each : found)
        m_wrong << QStringLiteral("%1: %2").arg(place, each);
}

void LargeFontsTest::pages_data()
{
    addFonts();
}

void LargeFontsTest::pages()
{
    QFETCH(double, points);
    QFETCH(QSize, size);
    open(points, size);
    m_wrong.clear();
    for (const char* source :
         {"", "generator", "csv", "postgres", "mariadb", "odbc", "qtsql", "kafka", "kinesis", "mqtt"}) {
        if (*source != 0) {
            Pipeline pipeline;
            pipeline.name = "large";
            pipeline.source = {source, {}};
            pipeline.destination = {"parquet", {}};
            m_window->document().reset(pipeline);
        }
        for (int page = 0; page < kPageCount; ++page) {
            m_window->pages().showPage(static_cast<Page>(page));
            check(QStringLiteral("%1 of %2").arg(pageName(static_cast<Page>(page)), QLatin1String(source)), *m_window);
        }
    }
    QVERIFY2(m_wrong.isEmpty(), qPrintable(m_wrong.join(QLatin1Char('\n'))));
}

void LargeFontsTest::runs_data()
{
    addFonts();
}

void LargeFontsTest::runs()
{
    QFETCH(double, points);
    QFETCH(QSize, size);
    open(points, size);
    m_wrong.clear();
    Pipeline pipeline;
    pipeline.name = "events";
    pipeline.source = {"generator", Options{{"rate", "20000"}, {"rows", "3000"}}};
    pipeline.destination = {"null", {}};
    pipeline.delivery = Delivery::AtLeastOnce;
    pipeline.batch.rows = 100;
    m_window->document().reset(pipeline);
    Q_EMIT m_window->runBar().runRequested();
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->run().isRunning(), 30'000);
    for (const Page page : {Page::Preview, Page::Shape, Page::Batch, Page::Run, Page::Export}) {
        m_window->pages().showPage(page);
        auto* tabs = m_window->pages().page(page)->findChild<QTabWidget*>();
        for (int tab = 0; tab < (tabs ? tabs->count() : 1); ++tab) {
            if (tabs)
                tabs->setCurrentIndex(tab);
            check(QStringLiteral("%1, tab %2").arg(pageName(page)).arg(tab), *m_window);
        }
    }
    m_window->pages().showPage(Page::Batch);
    Q_EMIT m_window->pages().pageAs<BatchPage>(Page::Batch).charts().stepped(-1);
    check(QStringLiteral("Batch with details"), *m_window);
    for (const auto* scroller : m_window->findChildren<PageScroller*>())
        QVERIFY2(points > 14 || scroller->horizontalScrollBar()->maximum() == 0,
                 scroller->widget()->metaObject()->className());
    QVERIFY2(m_wrong.isEmpty(), qPrintable(m_wrong.join(QLatin1Char('\n'))));
}

void LargeFontsTest::dialogs()
{
    QFETCH(double, points);
    QFETCH(QSize, size);
    open(points, size);
    m_wrong.clear();
    ConnectionDialog* connection = m_window->openConnection({});
    const auto boxes = connection->findChildren<QComboBox*>();
    auto* types = *std::ranges::find_if(boxes, [](auto* box) { return box->findData(QStringLiteral("kafka")) >= 0; });
    for (int type = 0; type < types->count(); ++type) {
        types->setCurrentIndex(type);
        Q_EMIT types->activated(type);
        check(QStringLiteral("connection to %1").arg(types->currentText()), *connection);
    }
    connection->reject();
    showHelp(m_window.get(), Page::Connect);
    showSecretDialog(m_window.get());
    for (const auto* dialog : m_window->findChildren<QDialog*>(Qt::FindDirectChildrenOnly)) {
        if (dialog->isVisible())
            check(dialog->windowTitle(), *dialog);
    }
    QVERIFY2(m_wrong.isEmpty(), qPrintable(m_wrong.join(QLatin1Char('\n'))));
}

QTEST_MAIN(LargeFontsTest)
#include "tst_large_fonts.moc"
