// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/curl_library.h"

namespace headrace::http {

constinit LazyLibrary curlLibrary{HEADRACE_CURL_LIBRARY};

Status loadCurl()
{
    HEADRACE_CHECK(curlLibrary.load());
    static const CURLcode kInitialized = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (kInitialized != CURLE_OK)
        return fail(ErrorCode::Failed, "libcurl could not be initialized.", curl_easy_strerror(kInitialized));
    return {};
}

} // namespace headrace::http
