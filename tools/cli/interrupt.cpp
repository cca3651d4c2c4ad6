// SPDX-License-Identifier: MIT
#include "tools/cli/interrupt.h"

#include <unistd.h>

#include <csignal>

namespace nightstack::tools {
namespace {

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    // The terminal is closed, the connection to it is lost; nohup asks us to go on.
    struct sigaction now {};
    if (::sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

Interrupt::Interrupt() {
    const sigset_t set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe on stdout is a write error, not a death
    std::signal(SIGXFSZ, SIG_IGN);  // so is a file that may not grow (ulimit -f)
    waiter_ = std::jthread([this](const std::stop_token& end) {
        const sigset_t wanted = stop_signals();
        for (;;) {
            const int got = sigwaitinfo(&wanted, nullptr);
            if (end.stop_requested()) return;
            if (got <= 0) continue;
            if (signal_.exchange(got) != 0) ::_exit(128 + got);
            stop_.request_stop();
        }
    });
}

// The program is over: a signal for the waiter alone wakes it, so that the end waits for no timer.
Interrupt::~Interrupt() {
    waiter_.request_stop();
    pthread_kill(waiter_.native_handle(), SIGTERM);
}

}  // namespace nightstack::tools
