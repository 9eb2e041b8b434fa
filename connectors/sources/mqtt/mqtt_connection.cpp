// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/sources/mqtt/mqtt_settings.h"

namespace headrace {

ConnectionType mqttConnection()
{
    return {"mqtt", mqtt::brokerOptions()};
}

} // namespace headrace
