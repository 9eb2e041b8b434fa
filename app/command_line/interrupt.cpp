// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/interrupt.h"

#include <atomic>

namespace headrace::cli {

namespace {

std::atomic<int> signalCount = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void onSignal(int number)
{
    if (signalCount.fetch_add(1) >= 1) {
        struct sigaction plain = {};
        plain.sa_handler = SIG_DFL;
        sigaction(number, &plain, nullptr);
    }
}

} // namespace

InterruptCounter::InterruptCounter()
{
    signalCount = 0;
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &m_oldInterrupt);
    sigaction(SIGTERM, &action, &m_oldTerminate);
}

InterruptCounter::~InterruptCounter()
{
    sigaction(SIGINT, &m_oldInterrupt, nullptr);
    sigaction(SIGTERM, &m_oldTerminate, nullptr);
}

int InterruptCounter::count() const
{
    return signalCount;
}

} // namespace headrace::cli
