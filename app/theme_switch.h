// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QObject>

class QDBusVariant;

namespace headrace {

class Settings;

/// Applies the user's choice of theme, and follows the desktop's while that is the choice. The desktop is asked over
/// its settings portal without waiting; until it answers, the palette that the platform gave decides. A desktop that
/// wants more contrast gets the high-contrast theme, be it light or dark.
class ThemeSwitch : public QObject {
    Q_OBJECT

public:
    explicit ThemeSwitch(Settings& settings, QObject* parent = nullptr);

    void choose(ThemeChoice choice);

private Q_SLOTS:
    void desktopChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void askDesktop(const QString& key);
    void setDesktop(const QString& key, uint value);
    void apply();
    [[nodiscard]] Theme theme() const;

    Settings& m_settings;
    bool m_desktopIsDark;
    bool m_desktopWantsContrast = false;
};

} // namespace headrace
