// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/aws/connection.h"

namespace headrace {

ConnectionType kinesisConnection()
{
    return {"kinesis", aws::connectionOptions()};
}

} // namespace headrace
