// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/lazy_library.h"

#include <curl/curl.h>

namespace headrace::http {

/// libcurl, and those of its functions that are used here: inside this namespace their names mean the objects below.
extern LazyLibrary curlLibrary;

/// Loads and initializes it; cheap when that is done.
[[nodiscard]] Status loadCurl();

template <typename Signature>
using CurlFunction = LazyFunction<curlLibrary, Signature>;

/// One whose last argument may be of any type.
template <typename Answer, typename... Fixed>
class CurlVariadic {
public:
    constexpr explicit CurlVariadic(const char* name)
        : m_name(name)
    {
    }

    template <typename Value>
    Answer operator()(Fixed... fixed, Value value) const
    {
        return reinterpret_cast<Answer (*)(Fixed..., ...)>(curlLibrary.find(m_name))(fixed..., value);
    }

private:
    const char* m_name;
};

#undef curl_easy_setopt
#undef curl_easy_getinfo

// NOLINTBEGIN(readability-identifier-naming)
inline constinit CurlFunction<decltype(::curl_easy_cleanup)> curl_easy_cleanup{"curl_easy_cleanup"};
inline constinit CurlVariadic<CURLcode, CURL*, CURLINFO> curl_easy_getinfo{"curl_easy_getinfo"};
inline constinit CurlFunction<decltype(::curl_easy_init)> curl_easy_init{"curl_easy_init"};
inline constinit CurlFunction<decltype(::curl_easy_perform)> curl_easy_perform{"curl_easy_perform"};
inline constinit CurlFunction<decltype(::curl_easy_reset)> curl_easy_reset{"curl_easy_reset"};
inline constinit CurlVariadic<CURLcode, CURL*, CURLoption> curl_easy_setopt{"curl_easy_setopt"};
inline constinit CurlFunction<decltype(::curl_easy_strerror)> curl_easy_strerror{"curl_easy_strerror"};
inline constinit CurlFunction<decltype(::curl_getdate)> curl_getdate{"curl_getdate"};
inline constinit CurlFunction<decltype(::curl_global_init)> curl_global_init{"curl_global_init"};
inline constinit CurlFunction<decltype(::curl_slist_append)> curl_slist_append{"curl_slist_append"};
inline constinit CurlFunction<decltype(::curl_slist_free_all)> curl_slist_free_all{"curl_slist_free_all"};
// NOLINTEND(readability-identifier-naming)

} // namespace headrace::http
