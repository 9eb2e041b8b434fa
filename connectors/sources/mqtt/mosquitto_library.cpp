// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/mqtt/mosquitto_library.h"

namespace headrace::mqtt {

constinit LazyLibrary mosquittoLibrary{HEADRACE_MOSQUITTO_LIBRARY};

Status loadMosquitto()
{
    HEADRACE_CHECK(mosquittoLibrary.load());
    static const int kInitialized = mosquitto_lib_init();
    if (kInitialized != MOSQ_ERR_SUCCESS)
        return fail(ErrorCode::Failed, "libmosquitto could not be initialized.", mosquitto_strerror(kInitialized));
    return {};
}

} // namespace headrace::mqtt
