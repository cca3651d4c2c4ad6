// SPDX-License-Identifier: MIT
// Where a job spends its time: wall and processor seconds of each of its phases.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "pipeline/graph/offline_run.h"

namespace nightstack::tools {

struct PhaseTime {
    std::string phase;
    double wall_s = 0;
    double cpu_s = 0;  // of all threads
};

// One thread. A phase lasts until the next begins; one that comes again is added to.
class PhaseTimes {
public:
    void begin(const std::string& phase);
    // In the order of their first beginning; the one that lasts, up to now.
    std::vector<PhaseTime> times() const;

private:
    using Clock = std::chrono::steady_clock;
    void add_last(std::vector<PhaseTime>& times) const;
    std::vector<PhaseTime> done_;
    std::string last_;  // "" before the first
    Clock::time_point wall_;
    double cpu_s_ = 0;
};

// The phases of a run begin when it tells them; `times` must outlive the run.
PhaseProgress timed(PhaseProgress progress, PhaseTimes& times);

// "opening 0.02 s, masters 0.41 s, ...", wall time.
std::string phases_text(const std::vector<PhaseTime>& times);

}  // namespace nightstack::tools
