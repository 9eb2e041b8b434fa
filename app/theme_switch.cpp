// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/theme_switch.h"

#include "app/settings.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

namespace headrace {
namespace {

const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");
const QString kScheme = QStringLiteral("color-scheme");
const QString kContrast = QStringLiteral("contrast");
constexpr uint kPrefersDark = 1;
constexpr uint kPrefersContrast = 1;

/// The portal wraps its value in a variant of a variant.
uint numberOf(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

} // namespace

ThemeSwitch::ThemeSwitch(Settings& settings, QObject* parent)
    : QObject(parent)
    , m_settings(settings)
    , m_desktopIsDark(isDark(QApplication::palette()))
{
    apply();
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                SLOT(desktopChanged(QString, QString, QDBusVariant)));
    askDesktop(kScheme);
    askDesktop(kContrast);
}

void ThemeSwitch::choose(ThemeChoice choice)
{
    m_settings.setTheme(choice);
    apply();
}

void ThemeSwitch::askDesktop(const QString& key)
{
    QDBusMessage question = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    question << kGroup << key;
    auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, key] {
        const QDBusPendingReply<QVariant> reply = *watcher;
        if (!reply.isError())
            setDesktop(key, numberOf(reply.value()));
        watcher->deleteLater();
    });
}

void ThemeSwitch::desktopChanged(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == kGroup)
        setDesktop(key, numberOf(value.variant()));
}

void ThemeSwitch::setDesktop(const QString& key, uint value)
{
    const Theme before = theme();
    if (key == kScheme)
        m_desktopIsDark = value == kPrefersDark;
    else if (key == kContrast)
        m_desktopWantsContrast = value == kPrefersContrast;
    if (theme() != before)
        apply();
}

void ThemeSwitch::apply()
{
    applyTheme(*qApp, theme());
}

Theme ThemeSwitch::theme() const
{
    switch (m_settings.theme()) {
    case ThemeChoice::System:
        break;
    case ThemeChoice::Light:
        return Theme::Light;
    case ThemeChoice::Dark:
        return Theme::Dark;
    case ThemeChoice::HighContrast:
        return Theme::HighContrast;
    }
    if (m_desktopWantsContrast)
        return Theme::HighContrast;
    return m_desktopIsDark ? Theme::Dark : Theme::Light;
}

} // namespace headrace
