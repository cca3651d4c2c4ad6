// SPDX-License-Identifier: MIT
// Ctrl-C and SIGTERM as a stop token. A second signal ends the program at once.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace nightstack::tools {

// Make it first thing in main, before any other thread: it blocks both signals for all threads
// made later and waits for them in one of its own.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return stop_.get_token(); }
    int signal() const { return signal_; }  // 0: none so far
    int exit_code() const { return 128 + signal_; }

private:
    std::stop_source stop_;
    std::atomic<int> signal_{0};
    std::jthread waiter_;
};

}  // namespace nightstack::tools
