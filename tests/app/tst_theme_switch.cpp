// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings.h"
#include "app/theme_switch.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

namespace {

const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");

Theme shown()
{
    const ThemeColors& colors = themeColors(QApplication::palette());
    if (colors.window == QColor(Qt::black))
        return Theme::HighContrast;
    return isDark(QApplication::palette()) ? Theme::Dark : Theme::Light;
}

} // namespace

/// The settings portal as desktops have it.
class Portal : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public:
    void change(const QString& key, uint value)
    {
        m_values[key] = value;
        Q_EMIT SettingChanged(kGroup, key, QDBusVariant(value));
    }

public Q_SLOTS:
    [[nodiscard]] QDBusVariant Read(const QString&, const QString& key) const // NOLINT(readability-identifier-naming)
    {
        return QDBusVariant(QVariant::fromValue(QDBusVariant(m_values.value(key, 0))));
    }

Q_SIGNALS:
    void SettingChanged(const QString& group, const QString& key, // NOLINT(readability-identifier-naming)
                        const QDBusVariant& value);

private:
    QHash<QString, uint> m_values;
};

/// The theme by choice and by the desktop, which is a portal on a bus of the test's own.
class ThemeSwitchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void choicesAreKept_data();
    void choicesAreKept();
    void theDesktopIsFollowed();
    void aChoiceWinsOverTheDesktop();

private:
    Portal m_portal;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
};

void ThemeSwitchTest::initTestCase()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        QSKIP("dbus-daemon is not installed: installer/setup test installs it.");
    qRegisterMetaType<QDBusVariant>();
    QVERIFY(bus.registerObject(kPath, &m_portal, QDBusConnection::ExportAllContents));
    QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
}

void ThemeSwitchTest::init()
{
    m_portal.change(QStringLiteral("color-scheme"), 0);
    m_portal.change(QStringLiteral("contrast"), 0);
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->filePath(QStringLiteral("settings.ini")));
}

void ThemeSwitchTest::choicesAreKept_data()
{
    QTest::addColumn<ThemeChoice>("choice");
    QTest::addColumn<Theme>("theme");
    QTest::newRow("light") << ThemeChoice::Light << Theme::Light;
    QTest::newRow("dark") << ThemeChoice::Dark << Theme::Dark;
    QTest::newRow("high contrast") << ThemeChoice::HighContrast << Theme::HighContrast;
    QTest::newRow("system") << ThemeChoice::System << Theme::Light;
}

void ThemeSwitchTest::choicesAreKept()
{
    QFETCH(ThemeChoice, choice);
    QFETCH(Theme, theme);
    ThemeSwitch(*m_settings).choose(choice);
    QCOMPARE(Settings(m_folder->filePath(QStringLiteral("settings.ini"))).theme(), choice);
    const ThemeSwitch again(*m_settings);
    QTRY_COMPARE(shown(), theme);
}

void ThemeSwitchTest::theDesktopIsFollowed()
{
    m_portal.change(QStringLiteral("contrast"), 1);
    const ThemeSwitch theme(*m_settings);
    QTRY_COMPARE(shown(), Theme::HighContrast);
    m_portal.change(QStringLiteral("color-scheme"), 1);
    m_portal.change(QStringLiteral("contrast"), 0);
    QTRY_COMPARE(shown(), Theme::Dark);
    m_portal.change(QStringLiteral("color-scheme"), 2);
    QTRY_COMPARE(shown(), Theme::Light);
    m_portal.change(QStringLiteral("contrast"), 1);
    QTRY_COMPARE(shown(), Theme::HighContrast);
}

void ThemeSwitchTest::aChoiceWinsOverTheDesktop()
{
    ThemeSwitch theme(*m_settings);
    theme.choose(ThemeChoice::Light);
    m_portal.change(QStringLiteral("contrast"), 1);
    theme.choose(ThemeChoice::System);
    QTRY_COMPARE(shown(), Theme::HighContrast);
    theme.choose(ThemeChoice::Dark);
    QCOMPARE(shown(), Theme::Dark);
}

int main(int argc, char** argv)
{
    static const QString kRunner = QStandardPaths::findExecutable(QStringLiteral("dbus-run-session"));
    if (!kRunner.isEmpty() && !qEnvironmentVariableIsSet("HEADRACE_TEST_BUS")) {
        qputenv("HEADRACE_TEST_BUS", "1");
        QStringList words{QStringLiteral("--")};
        for (int word = 0; word < argc; ++word)
            words << QString::fromLocal8Bit(argv[word]);
        return QProcess::execute(kRunner, words);
    }
    const QApplication application(argc, argv);
    ThemeSwitchTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_theme_switch.moc"
