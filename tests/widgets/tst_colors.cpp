// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/lane_chart.h"
#include "widgets/charts/reason_mark.h"
#include "widgets/forms/drop_zone.h"
#include "widgets/forms/view_parts.h"
#include "widgets/models/navigator_model.h"
#include "widgets/shell/navigator_delegate.h"
#include "widgets/shell/stage_card.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QImage>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace headrace;

namespace {

constexpr int kSize = 32;

/// Relative luminance, 0 … 1, as WCAG 2.1 defines it.
double luminance(const QColor& color)
{
    const auto linear = [](double share) {
        return share <= 0.03928 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& one, const QColor& other)
{
    const double lighter = std::max(luminance(one), luminance(other));
    const double darker = std::min(luminance(one), luminance(other));
    return (lighter + 0.05) / (darker + 0.05);
}

/// Which pixels are not `ground`: what is left of a picture without its colours.
std::vector<bool> outline(const QImage& image, const QColor& ground)
{
    std::vector<bool> pixels;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            pixels.push_back(contrast(image.pixelColor(x, y), ground) > 1.3);
    }
    return pixels;
}

std::ptrdiff_t differences(const std::vector<bool>& one, const std::vector<bool>& other)
{
    std::ptrdiff_t count = 0;
    for (std::size_t pixel = 0; pixel < one.size(); ++pixel)
        count += one[pixel] != other[pixel] ? 1 : 0;
    return count;
}

template <typename Paint>
QImage painted(const QSize& size, const QColor& ground, Paint paint)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(ground);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter);
    return image;
}

/// Each pair of pictures differs in at least `least` pixels, colours left aside.
void compareOutlines(const std::vector<std::pair<QString, QImage>>& pictures, const QColor& ground,
                     std::ptrdiff_t least)
{
    for (std::size_t one = 0; one < pictures.size(); ++one) {
        for (std::size_t other = 0; other < one; ++other) {
            const auto found =
                differences(outline(pictures[one].second, ground), outline(pictures[other].second, ground));
            QVERIFY2(found >= least, qPrintable(QStringLiteral("'%1' and '%2' differ in %3 pixels only")
                                                    .arg(pictures[one].first, pictures[other].first)
                                                    .arg(found)));
        }
    }
}

QWidget* inputOf(const QString& kind, QWidget* window)
{
    const QString text = QStringLiteral("Run here");
    if (kind == QLatin1String("button"))
        return createButton(text, "", window);
    if (kind == QLatin1String("primary") || kind == QLatin1String("link"))
        return createButton(text, kind.toLatin1().constData(), window);
    if (kind == QLatin1String("tool")) {
        auto* button = new QToolButton(window);
        button->setText(text);
        button->setFocusPolicy(Qt::StrongFocus);
        return button;
    }
    if (kind == QLatin1String("field"))
        return new QLineEdit(window);
    if (kind == QLatin1String("check"))
        return new QCheckBox(text, window);
    if (kind == QLatin1String("card"))
        return new StageCard(Stage::Shape, window);
    if (kind == QLatin1String("drop zone"))
        return new DropZone(text, {}, window);
    auto* choice = new QComboBox(window);
    choice->addItem(text);
    return choice;
}

} // namespace

/// Nothing is told by a colour alone, and what is coloured can be read.
class ColorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textsCanBeRead_data() { addThemes(); }
    void textsCanBeRead();
    void linesCanBeSeen_data() { addThemes(); }
    void linesCanBeSeen();
    void marksCanBeSeen_data() { addThemes(); }
    void marksCanBeSeen();
    void focusCanBeSeen_data();
    void focusCanBeSeen();
    void reasonsHaveShapes();
    void reasonsHavePatterns();
    void percentilesHaveDashes();
    void statesHaveMarks_data();
    void statesHaveMarks();
    void moodsHaveMarks();

private:
    static void addThemes();
};

void ColorsTest::addThemes()
{
    QTest::addColumn<Theme>("theme");
    QTest::addColumn<double>("texts");
    QTest::addColumn<double>("lines");
    QTest::addColumn<double>("marks");
    // Lines of the calm themes only part what their texts name already.
    QTest::newRow("light") << Theme::Light << 4.5 << 1.0 << 3.0;
    QTest::newRow("dark") << Theme::Dark << 4.5 << 1.0 << 3.0;
    QTest::newRow("high contrast") << Theme::HighContrast << 7.0 << 4.5 << 4.5;
}

void ColorsTest::textsCanBeRead()
{
    QFETCH(Theme, theme);
    QFETCH(double, texts);
    applyTheme(*qApp, theme);
    const ThemeColors& colors = themeColors(QApplication::palette());
    std::vector<std::pair<const char*, QColor>> painted{{"text", colors.text},       {"muted", colors.mutedText},
                                                        {"accent", colors.accent},   {"good", colors.good},
                                                        {"warning", colors.warning}, {"bad", colors.bad}};
    if (theme == Theme::HighContrast)
        painted.emplace_back("what cannot be used", colors.idle);
    for (const QColor& ground : {colors.window, colors.surface, colors.accentSoft}) {
        for (const auto& [name, color] : painted)
            QVERIFY2(contrast(color, ground) >= texts, qPrintable(QStringLiteral("%1 on %2: %3")
                                                                      .arg(QLatin1String(name), ground.name())
                                                                      .arg(contrast(color, ground))));
    }
    QVERIFY(contrast(colors.onAccent, colors.accent) >= texts);
}

void ColorsTest::linesCanBeSeen()
{
    QFETCH(Theme, theme);
    QFETCH(double, lines);
    applyTheme(*qApp, theme);
    const ThemeColors& colors = themeColors(QApplication::palette());
    for (const auto& [name, color] :
         {std::pair{"border", colors.border}, std::pair{"track", colors.track},
          std::pair{"batch", colors.continuumBatch}, std::pair{"micro-batch", colors.continuumMicroBatch},
          std::pair{"streaming", colors.continuumStreaming}}) {
        for (const QColor& ground : {colors.window, colors.surface})
            QVERIFY2(contrast(color, ground) >= lines, qPrintable(QStringLiteral("%1 on %2: %3")
                                                                      .arg(QLatin1String(name), ground.name())
                                                                      .arg(contrast(color, ground))));
    }
}

void ColorsTest::marksCanBeSeen()
{
    QFETCH(Theme, theme);
    QFETCH(double, marks);
    applyTheme(*qApp, theme);
    const QPalette palette = QApplication::palette();
    const QColor surface = themeColors(palette).surface;
    for (int reason = 0; reason < kCloseReasonCount; ++reason) {
        const auto closed = static_cast<CloseReason>(reason);
        QVERIFY2(contrast(reasonColor(closed, palette), surface) >= marks, qPrintable(reasonText(closed)));
    }
    for (const int percentile : {50, 95, 99})
        QVERIFY2(contrast(percentileColor(percentile, palette), surface) >= marks,
                 qPrintable(QString::number(percentile)));
}

void ColorsTest::focusCanBeSeen_data()
{
    QTest::addColumn<Theme>("theme");
    QTest::addColumn<QString>("kind");
    for (const auto& [name, theme] : {std::pair{"light", Theme::Light}, std::pair{"dark", Theme::Dark},
                                      std::pair{"high contrast", Theme::HighContrast}}) {
        for (const char* kind : {"button", "primary", "link", "tool", "field", "choice", "check", "card", "drop zone"})
            QTest::addRow("%s, %s", name, kind) << theme << QString::fromLatin1(kind);
    }
}

void ColorsTest::focusCanBeSeen()
{
    QFETCH(Theme, theme);
    QFETCH(QString, kind);
    applyTheme(*qApp, theme);
    QWidget window;
    QWidget* input = inputOf(kind, &window);
    auto* other = new QLineEdit(&window);
    other->move(0, 100);
    input->move(20, 10); // away from the pointer
    window.resize(400, 150);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    input->resize(input->sizeHint());
    other->setFocus();
    const QImage without = window.grab(input->geometry()).toImage();
    const QSize before = input->sizeHint();
    input->setFocus(Qt::TabFocusReason);
    QCOMPARE(QApplication::focusWidget(), input);
    const QImage with = window.grab(input->geometry()).toImage();
    QCOMPARE(input->sizeHint(), before);
    // A line around the input changed, or as much of its ground; thick and clearly in the high-contrast theme.
    const double clearly = theme == Theme::HighContrast ? 3 : 2;
    int changed = 0;
    for (int y = 0; y < with.height(); ++y) {
        for (int x = 0; x < with.width(); ++x)
            changed += contrast(with.pixelColor(x, y), without.pixelColor(x, y)) >= clearly;
    }
    const int around = 2 * (with.width() + with.height());
    const int wanted = theme == Theme::HighContrast ? around * 3 / 2 : around / 2;
    QVERIFY2(changed >= wanted, qPrintable(QStringLiteral("%1 pixels changed, not %2").arg(changed).arg(wanted)));
}

void ColorsTest::reasonsHaveShapes()
{
    std::vector<std::pair<QString, QImage>> pictures;
    for (int reason = 0; reason < kCloseReasonCount; ++reason) {
        const auto closed = static_cast<CloseReason>(reason);
        pictures.emplace_back(reasonText(closed), painted({kSize, kSize}, Qt::white, [closed](QPainter& painter) {
                                  painter.fillPath(reasonShape(closed, kSize - 4).translated(kSize / 2, kSize / 2),
                                                   Qt::black);
                              }));
    }
    compareOutlines(pictures, Qt::white, kSize * kSize / 20);
}

void ColorsTest::reasonsHavePatterns()
{
    applyTheme(*qApp, Theme::Light);
    std::vector<std::pair<QString, QImage>> pictures;
    for (int reason = 0; reason < kCloseReasonCount; ++reason) {
        const auto closed = static_cast<CloseReason>(reason);
        QImage image = painted({kSize, kSize}, Qt::white, [closed](QPainter& painter) {
            fillReason(painter, {0, 0, kSize, kSize}, closed, QApplication::palette());
        });
        const QRgb own = reasonColor(closed, QApplication::palette()).rgb();
        for (int y = 0; y < kSize; ++y) { // the colour is left out
            for (int x = 0; x < kSize; ++x)
                image.setPixelColor(x, y, image.pixel(x, y) == own ? Qt::black : Qt::white);
        }
        pictures.emplace_back(reasonText(closed), image);
    }
    compareOutlines(pictures, Qt::white, kSize);
}

void ColorsTest::percentilesHaveDashes()
{
    applyTheme(*qApp, Theme::Light);
    LaneChart lane(QStringLiteral("Wait"), secondsUnit);
    lane.resize(600, 200);
    lane.addPercentiles();
    lane.setPoints(LaneChart::P99, {{-120, 0.8}, {0, 0.8}});
    lane.setPoints(LaneChart::P95, {{-120, 0.6}, {0, 0.6}});
    lane.setPoints(LaneChart::P50, {{-120, 0.3}, {0, 0.3}});
    lane.show();
    QVERIFY(QTest::qWaitForWindowExposed(&lane));
    const QImage image = lane.grab().toImage();
    // From top to bottom the rows of the plot that a line crosses, with the share of their pixels that it takes.
    std::vector<double> shares;
    const int left = LaneChart::plotLeft(lane) + 10;
    const int right = image.width() - LaneChart::kPlotRight - 10;
    const QColor border = themeColors(lane.palette()).border;
    int last = -10;
    for (int y = 0; y < image.height(); ++y) {
        int taken = 0;
        for (int x = left; x < right; ++x)
            taken +=
                contrast(image.pixelColor(x, y), border) > 1.8 && contrast(image.pixelColor(x, y), Qt::white) > 1.5;
        const double share = static_cast<double>(taken) / (right - left);
        if (share < 0.1)
            continue;
        if (y == last + 1)
            shares.back() = std::max(shares.back(), share);
        else
            shares.push_back(share);
        last = y;
    }
    QCOMPARE(shares.size(), std::size_t{3});
    QVERIFY2(shares[0] > 0.95, qPrintable(QString::number(shares[0])));
    QVERIFY2(shares[1] > 0.5 && shares[1] < 0.8, qPrintable(QString::number(shares[1])));
    QVERIFY2(shares[2] > 0.2 && shares[2] < 0.5, qPrintable(QString::number(shares[2])));
}

void ColorsTest::statesHaveMarks_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("pipelines") << static_cast<int>(NavigatorEntry::Kind::Pipeline);
    QTest::newRow("connections") << static_cast<int>(NavigatorEntry::Kind::Connection);
}

void ColorsTest::statesHaveMarks()
{
    QFETCH(int, kind);
    applyTheme(*qApp, Theme::Light);
    const NavigatorDelegate delegate;
    std::vector<std::pair<QString, QImage>> pictures;
    QStringList words;
    for (const auto state :
         {NavigatorEntry::State::Idle, NavigatorEntry::State::Running, NavigatorEntry::State::Failed}) {
        NavigatorModel model;
        model.setEntries(
            {{.kind = static_cast<NavigatorEntry::Kind>(kind), .name = QStringLiteral("x"), .state = state}});
        words << model.index(0).data(Qt::AccessibleTextRole).toString();
        QStyleOptionViewItem option;
        option.palette = QApplication::palette();
        option.rect = QRect(0, 0, 200, kSize);
        pictures.emplace_back(words.back(), painted(option.rect.size(), Qt::white, [&](QPainter& painter) {
                                  delegate.paint(&painter, option, model.index(0));
                              }));
    }
    compareOutlines(pictures, Qt::white, 8);
    words.removeDuplicates();
    QCOMPARE(words.size(), qsizetype{3});
}

void ColorsTest::moodsHaveMarks()
{
    applyTheme(*qApp, Theme::Light);
    std::vector<std::pair<QString, QImage>> pictures;
    for (const auto& [name, mood] :
         {std::pair{"good", StageFacts::Mood::Good}, std::pair{"warning", StageFacts::Mood::Warning},
          std::pair{"bad", StageFacts::Mood::Bad}}) {
        StageCard card(Stage::Shape);
        card.resize(220, 80);
        card.setFacts({.subtitle = {}, .value = QStringLiteral("3"), .unit = {}, .detail = {}, .mood = mood});
        pictures.emplace_back(QLatin1String(name), card.grab().toImage());
    }
    compareOutlines(pictures, Qt::white, 20);
}

QTEST_MAIN(ColorsTest)
#include "tst_colors.moc"
