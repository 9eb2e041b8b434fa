// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/lazy_library.h"

#include <libpq-fe.h>

namespace headrace::postgres {

/// PostgreSQL's client library, and those of its functions that are used here: inside this namespace their names mean
/// the objects below.
extern LazyLibrary pqLibrary;

template <typename Signature>
using PqFunction = LazyFunction<pqLibrary, Signature>;

// NOLINTBEGIN(readability-identifier-naming)
inline constinit PqFunction<decltype(::PQcancel)> PQcancel{"PQcancel"};
inline constinit PqFunction<decltype(::PQclear)> PQclear{"PQclear"};
inline constinit PqFunction<decltype(::PQconndefaults)> PQconndefaults{"PQconndefaults"};
inline constinit PqFunction<decltype(::PQconnectPoll)> PQconnectPoll{"PQconnectPoll"};
inline constinit PqFunction<decltype(::PQconnectStartParams)> PQconnectStartParams{"PQconnectStartParams"};
inline constinit PqFunction<decltype(::PQconninfoFree)> PQconninfoFree{"PQconninfoFree"};
inline constinit PqFunction<decltype(::PQconninfoParse)> PQconninfoParse{"PQconninfoParse"};
inline constinit PqFunction<decltype(::PQconsumeInput)> PQconsumeInput{"PQconsumeInput"};
inline constinit PqFunction<decltype(::PQdb)> PQdb{"PQdb"};
inline constinit PqFunction<decltype(::PQerrorMessage)> PQerrorMessage{"PQerrorMessage"};
inline constinit PqFunction<decltype(::PQfinish)> PQfinish{"PQfinish"};
inline constinit PqFunction<decltype(::PQflush)> PQflush{"PQflush"};
inline constinit PqFunction<decltype(::PQfmod)> PQfmod{"PQfmod"};
inline constinit PqFunction<decltype(::PQfname)> PQfname{"PQfname"};
inline constinit PqFunction<decltype(::PQfreeCancel)> PQfreeCancel{"PQfreeCancel"};
inline constinit PqFunction<decltype(::PQfreemem)> PQfreemem{"PQfreemem"};
inline constinit PqFunction<decltype(::PQftype)> PQftype{"PQftype"};
inline constinit PqFunction<decltype(::PQgetCancel)> PQgetCancel{"PQgetCancel"};
inline constinit PqFunction<decltype(::PQgetResult)> PQgetResult{"PQgetResult"};
inline constinit PqFunction<decltype(::PQgetisnull)> PQgetisnull{"PQgetisnull"};
inline constinit PqFunction<decltype(::PQgetlength)> PQgetlength{"PQgetlength"};
inline constinit PqFunction<decltype(::PQgetvalue)> PQgetvalue{"PQgetvalue"};
inline constinit PqFunction<decltype(::PQgetlineAsync)> PQgetlineAsync{"PQgetlineAsync"};
inline constinit PqFunction<decltype(::PQisBusy)> PQisBusy{"PQisBusy"};
inline constinit PqFunction<decltype(::PQnfields)> PQnfields{"PQnfields"};
inline constinit PqFunction<decltype(::PQntuples)> PQntuples{"PQntuples"};
inline constinit PqFunction<decltype(::PQputCopyData)> PQputCopyData{"PQputCopyData"};
inline constinit PqFunction<decltype(::PQputCopyEnd)> PQputCopyEnd{"PQputCopyEnd"};
inline constinit PqFunction<decltype(::PQresultErrorField)> PQresultErrorField{"PQresultErrorField"};
inline constinit PqFunction<decltype(::PQresultErrorMessage)> PQresultErrorMessage{"PQresultErrorMessage"};
inline constinit PqFunction<decltype(::PQresultStatus)> PQresultStatus{"PQresultStatus"};
inline constinit PqFunction<decltype(::PQsendDescribePrepared)> PQsendDescribePrepared{"PQsendDescribePrepared"};
inline constinit PqFunction<decltype(::PQsendPrepare)> PQsendPrepare{"PQsendPrepare"};
inline constinit PqFunction<decltype(::PQsendQuery)> PQsendQuery{"PQsendQuery"};
inline constinit PqFunction<decltype(::PQsendQueryParams)> PQsendQueryParams{"PQsendQueryParams"};
inline constinit PqFunction<decltype(::PQserverVersion)> PQserverVersion{"PQserverVersion"};
inline constinit PqFunction<decltype(::PQsetNoticeReceiver)> PQsetNoticeReceiver{"PQsetNoticeReceiver"};
inline constinit PqFunction<decltype(::PQsetnonblocking)> PQsetnonblocking{"PQsetnonblocking"};
inline constinit PqFunction<decltype(::PQsocket)> PQsocket{"PQsocket"};
inline constinit PqFunction<decltype(::PQsslAttribute)> PQsslAttribute{"PQsslAttribute"};
inline constinit PqFunction<decltype(::PQsslInUse)> PQsslInUse{"PQsslInUse"};
inline constinit PqFunction<decltype(::PQstatus)> PQstatus{"PQstatus"};
inline constinit PqFunction<decltype(::PQtransactionStatus)> PQtransactionStatus{"PQtransactionStatus"};
inline constinit PqFunction<decltype(::PQuser)> PQuser{"PQuser"};
// NOLINTEND(readability-identifier-naming)

} // namespace headrace::postgres
