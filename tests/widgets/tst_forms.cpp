// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/small_registry.h"

#include "widgets/forms/continuum.h"
#include "widgets/forms/continuum_slider.h"
#include "widgets/forms/gate_editor.h"
#include "widgets/forms/option_editor.h"
#include "widgets/forms/option_form.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QLineEdit>
#include <QLocale>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>

using namespace headrace;

class FormsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void aFormReadsBackWhatItShows();
    void aFormLeavesDefaultsOut();
    void typingEmitsTheKey();
    void aBadValueIsAnsweredBelowItsField();
    void suggestionsAreListedAndTaken();
    void advancedOptionsAreFoldedUntilNeeded();
    void gateNumbers_data();
    void gateNumbers();
    void aGateRefusesNonsenseInline();
    void aGateSwitchKeepsItsNumber();
    void oneDragIsOneGesture();
    void continuumPlaces_data();
    void continuumPlaces();
    void theEndOfTheContinuumIsEveryRow();

private:
    const Registry m_registry = test::smallRegistry();
    const std::vector<OptionSpec>& specs() const { return m_registry.sources().front().options; }
};

void FormsTest::aFormReadsBackWhatItShows()
{
    OptionForm form(specs(), QStringLiteral("lines source"));
    const Options options{{"path", OptionList{"/a.lines", "/b.lines"}},
                          {"limit", "7"},
                          {"mode", "exact"},
                          {"header", "false"},
                          {"labels", OptionMap{{"team", "blue"}}}};
    form.setOptions(options);
    QVERIFY(form.options() == options);
}

void FormsTest::aFormLeavesDefaultsOut()
{
    OptionForm form(specs(), QStringLiteral("lines source"));
    form.setOptions({});
    QVERIFY(form.options() == Options());
    QCOMPARE(form.editorOf(QStringLiteral("block"))->findChild<QLineEdit*>()->placeholderText(),
             QStringLiteral("64KiB"));
    QVERIFY(form.editorOf(QStringLiteral("header"))->findChild<QCheckBox*>()->isChecked());
}

void FormsTest::typingEmitsTheKey()
{
    OptionForm form(specs(), QStringLiteral("lines source"));
    QSignalSpy edited(&form, &OptionForm::edited);
    QTest::keyClicks(form.editorOf(QStringLiteral("limit"))->findChild<QLineEdit*>(), QStringLiteral("12"));
    QCOMPARE(edited.count(), 2);
    QCOMPARE(edited.at(0).at(0).toString(), QStringLiteral("limit"));
    QVERIFY(form.options() == (Options{{"limit", "12"}}));
}

void FormsTest::aBadValueIsAnsweredBelowItsField()
{
    OptionForm form(specs(), QStringLiteral("lines source"));
    auto* line = form.editorOf(QStringLiteral("limit"))->findChild<QLineEdit*>();
    QTest::keyClicks(line, QStringLiteral("many"));
    QVERIFY2(form.errorOf(QStringLiteral("limit")).contains(QStringLiteral("many")),
             qPrintable(form.errorOf(QStringLiteral("limit"))));
    QCOMPARE(line->property("invalid").toBool(), true);
    line->clear();
    QTest::keyClicks(line, QStringLiteral("5"));
    QCOMPARE(form.errorOf(QStringLiteral("limit")), QString());
}

void FormsTest::advancedOptionsAreFoldedUntilNeeded()
{
    OptionForm form(specs(), QStringLiteral("lines source"));
    form.show();
    QVERIFY(form.editorOf(QStringLiteral("limit"))->isVisible());
    QVERIFY(!form.editorOf(QStringLiteral("labels"))->isVisible());
    QVERIFY(form.focusOption(QStringLiteral("labels")));
    QVERIFY(form.editorOf(QStringLiteral("labels"))->isVisible());
    QVERIFY(!form.focusOption(QStringLiteral("nothing")));
}

void FormsTest::gateNumbers_data()
{
    QTest::addColumn<Gate>("gate");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<double>("quantity");
    QTest::addColumn<QString>("shown");
    QTest::newRow("rows with separator") << Gate::Rows << "12,500" << 12500.0 << "12,500";
    QTest::newRow("bytes with blank") << Gate::Bytes << "4 MiB" << 4.0 * 1024 * 1024 << "4 MiB";
    QTest::newRow("milliseconds") << Gate::Age << "250ms" << 0.25 << "250 ms";
    QTest::newRow("minutes") << Gate::Age << "15m" << 900.0 << "15 min";
    QTest::newRow("minutes as shown") << Gate::Age << "15 min" << 900.0 << "15 min";
    QTest::newRow("seconds with a fraction") << Gate::Age << "1500ms" << 1.5 << "1.5 s";
    QTest::newRow("a day") << Gate::Grid << "24h" << 86400.0 << "1 d";
}

void FormsTest::gateNumbers()
{
    QFETCH(Gate, gate);
    QFETCH(QString, typed);
    QFETCH(double, quantity);
    QFETCH(QString, shown);
    const GateQuantity kind = GateQuantity::of(gate);
    const Result<double> parsed = kind.parse(typed);
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
    QCOMPARE(*parsed, quantity);
    QCOMPARE(kind.format(*parsed), shown);
    BatchPolicy policy;
    kind.set(policy, quantity);
    QCOMPARE(kind.get(policy).value_or(0), quantity);
    kind.set(policy, std::nullopt);
    QVERIFY(policy.isUnlimited());
}

void FormsTest::aGateRefusesNonsenseInline()
{
    GateEditor gate(Gate::Rows);
    gate.setQuantity(1000);
    QSignalSpy changed(&gate, &GateEditor::changed);
    auto* field = gate.findChild<QLineEdit*>();
    field->setText(QStringLiteral("lots"));
    Q_EMIT field->editingFinished();
    QCOMPARE(changed.count(), 0);
    QVERIFY(gate.error().contains(QStringLiteral("lots")));
    field->setText(QStringLiteral("0"));
    Q_EMIT field->editingFinished();
    QCOMPARE(changed.count(), 0);
    QVERIFY(!gate.error().isEmpty());
    field->setText(QStringLiteral("2,000"));
    Q_EMIT field->editingFinished();
    QCOMPARE(changed.count(), 1);
    QCOMPARE(gate.quantity().value_or(0), 2000.0);
    QCOMPARE(gate.error(), QString());
}

void FormsTest::aGateSwitchKeepsItsNumber()
{
    GateEditor gate(Gate::Age);
    gate.setQuantity(0.5);
    auto* toggle = gate.findChild<GateSwitch*>();
    toggle->click();
    QVERIFY(!gate.quantity());
    QVERIFY(!gate.findChild<QSlider*>()->isEnabled());
    toggle->click();
    QCOMPARE(gate.quantity().value_or(0), 0.5);
}

void FormsTest::oneDragIsOneGesture()
{
    GateEditor gate(Gate::Rows);
    gate.setQuantity(1000);
    QSignalSpy changed(&gate, &GateEditor::changed);
    auto* slider = gate.findChild<QSlider*>();
    slider->setSliderDown(true);
    slider->setValue(slider->value() + 50);
    slider->setValue(slider->value() + 50);
    slider->setSliderDown(false);
    QCOMPARE(changed.count(), 2);
    QCOMPARE(changed.at(0).at(2).toInt(), changed.at(1).at(2).toInt());
    slider->setValue(slider->value() - 100);
    QVERIFY(changed.at(2).at(2).toInt() != changed.at(1).at(2).toInt());
}

void FormsTest::continuumPlaces_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<double>("place");
    QTest::addColumn<QString>("name");
    QTest::newRow("a day") << 86400.0 << 0.0 << "batch";
    QTest::newRow("ten minutes") << 600.0 << 2.0 / 7 << "batch";
    QTest::newRow("five seconds") << 5.0 << 4.0 / 7 << "micro-batch";
    QTest::newRow("100 ms") << 0.1 << 6.0 / 7 << "streaming";
}

void FormsTest::continuumPlaces()
{
    QFETCH(double, seconds);
    QFETCH(double, place);
    QFETCH(QString, name);
    BatchPolicy policy;
    policy.age = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
    QVERIFY(qAbs(continuum::placeOf(policy) - place) < 1e-9);
    QVERIFY(continuum::policyAt(place, {}).age == policy.age);
    QCOMPARE(continuum::nameOf(place), name);
}

void FormsTest::theEndOfTheContinuumIsEveryRow()
{
    BatchPolicy base;
    base.age = std::chrono::seconds{5};
    const BatchPolicy streaming = continuum::policyAt(1, base);
    QCOMPARE(streaming.rows.value_or(0), std::int64_t{1});
    QCOMPARE(continuum::placeOf(streaming), 1.0);
    QVERIFY(!continuum::policyAt(0.5, streaming).rows);

    ContinuumSlider slider;
    QSignalSpy moved(&slider, &ContinuumSlider::moved);
    slider.setPlace(0.5);
    QCOMPARE(moved.count(), 0);
    QTest::keyClick(&slider, Qt::Key_End);
    QCOMPARE(moved.count(), 1);
    QCOMPARE(moved.at(0).at(0).toDouble(), 1.0);
}

void FormsTest::suggestionsAreListedAndTaken()
{
    OptionForm form({{.key = "driver", .label = "Driver", .help = "Which.", .choices = {"MariaDB", "PostgreSQL"}}},
                    QStringLiteral("odbc source"));
    form.show();
    QVERIFY(QTest::qWaitForWindowActive(&form));
    QSignalSpy edited(&form, &OptionForm::edited);
    auto* line = form.editorOf(QStringLiteral("driver"))->findChild<QLineEdit*>();
    line->setFocus();
    QTest::keyClick(line, Qt::Key_Down, Qt::AltModifier); // as the arrow does
    QAbstractItemView* list = line->completer()->popup();
    QTRY_VERIFY(list->isVisible());
    QCOMPARE(list->model()->rowCount(), 2);
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_COMPARE(form.options().text("driver"), std::string("PostgreSQL"));
    QTRY_VERIFY(edited.count() > 0);
}

QTEST_MAIN(FormsTest)
#include "tst_forms.moc"
