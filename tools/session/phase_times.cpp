// SPDX-License-Identifier: MIT
#include "tools/session/phase_times.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tools/session/machine.h"

namespace nightstack::tools {

void PhaseTimes::begin(const std::string& phase) {
    add_last(done_);
    last_ = phase;
    wall_ = Clock::now();
    cpu_s_ = cpu_seconds();
}

void PhaseTimes::add_last(std::vector<PhaseTime>& times) const {
    if (last_.empty()) return;
    auto it = std::find_if(times.begin(), times.end(), [&](const PhaseTime& t) { return t.phase == last_; });
    if (it == times.end()) it = times.insert(it, PhaseTime{last_, 0, 0});
    it->wall_s += std::chrono::duration<double>(Clock::now() - wall_).count();
    it->cpu_s += cpu_seconds() - cpu_s_;
}

std::vector<PhaseTime> PhaseTimes::times() const {
    std::vector<PhaseTime> times = done_;
    add_last(times);
    return times;
}

PhaseProgress timed(PhaseProgress progress, PhaseTimes& times) {
    return [progress = std::move(progress), &times](const char* phase, const char* unit, int total) {
        times.begin(phase);
        return progress(phase, unit, total);
    };
}

std::string phases_text(const std::vector<PhaseTime>& times) {
    std::string text;
    for (const PhaseTime& t : times) {
        char seconds[32];
        std::snprintf(seconds, sizeof seconds, " %.2f s", t.wall_s);
        text += (text.empty() ? "" : ", ") + t.phase + seconds;
    }
    return text;
}

}  // namespace nightstack::tools
