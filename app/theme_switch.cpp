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
const QString kKey = QStringLiteral("color-scheme");
constexpr uint kPrefersDark = 1;

/// The portal wraps its value in a variant of a variant.
uint schemeOf(QVariant value)
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
    askDesktop();
}

void ThemeSwitch::choose(ThemeChoice choice)
{
    m_settings.setTheme(choice);
    apply();
}

void ThemeSwitch::askDesktop()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
                SLOT(desktopChanged(QString, QString, QDBusVariant)));
    QDBusMessage question = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    question << kGroup << kKey;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QVariant> reply = *watcher;
        if (!reply.isError())
            setDesktopScheme(schemeOf(reply.value()));
        watcher->deleteLater();
    });
}

void ThemeSwitch::desktopChanged(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == kGroup && key == kKey)
        setDesktopScheme(schemeOf(value.variant()));
}

void ThemeSwitch::setDesktopScheme(uint scheme)
{
    const bool dark = scheme == kPrefersDark;
    if (dark == m_desktopIsDark)
        return;
    m_desktopIsDark = dark;
    apply();
}

void ThemeSwitch::apply()
{
    const ThemeChoice choice = m_settings.theme();
    applyTheme(*qApp, choice == ThemeChoice::System ? m_desktopIsDark : choice == ThemeChoice::Dark);
}

} // namespace headrace
