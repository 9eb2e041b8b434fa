// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/kafka/client_settings.h"

namespace headrace {

ConnectionType kafkaConnection()
{
    return {"kafka", kafka::connectionOptions()};
}

} // namespace headrace
