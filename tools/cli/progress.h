// SPDX-License-Identifier: MIT
// How far a phase has come: a bar with rate and time left on a terminal; otherwise a plain line at
// the start and at each quarter of a phase that takes longer than a glance; JSON lines with --json.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "tools/cli/talk.h"

namespace nightstack::tools {

// Thread-safe; lives on the stack of the caller for one phase.
class Progress {
public:
    // `phase` as people read it ("measuring"), `unit` in plural ("frames").
    Progress(Talk& talk, std::string phase, std::string unit, int total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void step(int count = 1);

private:
    using Clock = std::chrono::steady_clock;
    void show(Clock::time_point now);
    Talk& talk_;
    const std::string phase_;
    const std::string unit_;
    const int total_;
    std::mutex mutex_;
    int done_ = 0;
    int quarters_said_ = 0;
    const Clock::time_point begin_ = Clock::now();
    Clock::time_point shown_{};
};

// "3.4 s", "2 min 05 s", "1 h 12 min".
std::string duration_text(double seconds);

}  // namespace nightstack::tools
