// SPDX-License-Identifier: MIT
#include "tools/cli/progress.h"

#include <algorithm>
#include <cstdio>

namespace nightstack::tools {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr int kBarWidth = 24;
constexpr double kGlance_s = 2;  // phases that are over by then need no lines

template <class... Args>
std::string format(const char* pattern, Args... args) {
    char buffer[256];
    const int n = std::snprintf(buffer, sizeof buffer, pattern, args...);
    return {buffer, static_cast<std::size_t>(std::clamp(n, 0, static_cast<int>(sizeof buffer) - 1))};
}

}  // namespace

std::string duration_text(double seconds) {
    if (seconds < 59.95) return format("%.1f s", seconds);
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole < 3600) return format("%ld min %02ld s", whole / 60, whole % 60);
    return format("%ld h %02ld min", whole / 3600, whole % 3600 / 60);
}

Progress::Progress(Talk& talk, std::string phase, std::string unit, int total)
    : talk_(talk), phase_(std::move(phase)), unit_(std::move(unit)), total_(total) {
    if (!talk_.animated() && !talk_.json()) talk_.say(phase_ + " " + std::to_string(total_) + " " + unit_);
}

Progress::~Progress() { talk_.status(""); }

void Progress::step(int count) {
    const std::lock_guard lock(mutex_);
    done_ += count;
    show(Clock::now());
}

void Progress::show(Clock::time_point now) {
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double rate = seconds > 0 ? done_ / seconds : 0;
    if (talk_.animated()) {
        if (now - shown_ < kRedraw && done_ < total_) return;
        shown_ = now;
        const int filled = total_ > 0 ? kBarWidth * done_ / total_ : kBarWidth;
        const std::string bar = std::string(static_cast<std::size_t>(filled), '=') +
                                std::string(static_cast<std::size_t>(kBarWidth - filled), ' ');
        const double left = rate > 0 ? (total_ - done_) / rate : 0;
        talk_.status(format("%-12s [%s] %d/%d %s  %.1f/s  %s left", phase_.c_str(), bar.c_str(), done_, total_,
                            unit_.c_str(), rate, duration_text(left).c_str()));
    }
    const int quarters = total_ > 0 ? 4 * done_ / total_ : 4;
    if (quarters == quarters_said_) return;
    quarters_said_ = quarters;
    if (!talk_.animated() && !talk_.json() && seconds > kGlance_s) {
        talk_.say(format("%s %d of %d %s, %.1f/s", phase_.c_str(), done_, total_, unit_.c_str(), rate));
    }
    talk_.event(format(R"({"event":"progress","phase":"%s","done":%d,"total":%d,"unit":"%s"})", phase_.c_str(), done_,
                       total_, unit_.c_str()));
}

}  // namespace nightstack::tools
