// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/lazy_library.h"

#include <mosquitto.h>

namespace headrace::mqtt {

/// The MQTT client library, and those of its functions that are used here: inside this namespace their names mean the
/// objects below.
extern LazyLibrary mosquittoLibrary;

/// Loads and initializes it; cheap when that is done.
[[nodiscard]] Status loadMosquitto();

template <typename Signature>
using MosquittoFunction = LazyFunction<mosquittoLibrary, Signature>;

// NOLINTBEGIN(readability-identifier-naming)
#define HEADRACE_MOSQUITTO(name)                                                                                       \
    inline constinit MosquittoFunction<decltype(::name)> name                                                          \
    {                                                                                                                  \
#name                                                                                                          \
    }
HEADRACE_MOSQUITTO(mosquitto_connect);
HEADRACE_MOSQUITTO(mosquitto_connect_callback_set);
HEADRACE_MOSQUITTO(mosquitto_destroy);
HEADRACE_MOSQUITTO(mosquitto_disconnect);
HEADRACE_MOSQUITTO(mosquitto_disconnect_callback_set);
HEADRACE_MOSQUITTO(mosquitto_lib_init);
HEADRACE_MOSQUITTO(mosquitto_loop_misc);
HEADRACE_MOSQUITTO(mosquitto_loop_read);
HEADRACE_MOSQUITTO(mosquitto_loop_write);
HEADRACE_MOSQUITTO(mosquitto_message_callback_set);
HEADRACE_MOSQUITTO(mosquitto_new);
HEADRACE_MOSQUITTO(mosquitto_socket);
HEADRACE_MOSQUITTO(mosquitto_strerror);
HEADRACE_MOSQUITTO(mosquitto_sub_topic_check);
HEADRACE_MOSQUITTO(mosquitto_subscribe);
HEADRACE_MOSQUITTO(mosquitto_subscribe_callback_set);
HEADRACE_MOSQUITTO(mosquitto_threaded_set);
HEADRACE_MOSQUITTO(mosquitto_tls_set);
HEADRACE_MOSQUITTO(mosquitto_username_pw_set);
HEADRACE_MOSQUITTO(mosquitto_want_write);
#undef HEADRACE_MOSQUITTO
// NOLINTEND(readability-identifier-naming)

} // namespace headrace::mqtt
