// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/raw_watch.h"

#include <algorithm>
#include <cmath>

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr Milliseconds kShortestPoll{2000};
constexpr Milliseconds kLongestPoll{10000};
constexpr double kShortestFrame = 0.05;  // s; readout and writing take that, and nothing divides by zero
constexpr double kMostFrames = 1e9;

std::string of(std::int64_t count, std::int64_t asked) {
    return std::to_string(count) + " of " + std::to_string(asked);
}

}  // namespace

RawWatch::RawWatch(std::int64_t asked, Seconds exposure, Moment begun)
    : asked_(asked), exposure_(exposure), begun_(begun), count_at_(begun), running_at_(begun) {}

void RawWatch::counted(std::int64_t count, Moment at) {
    if (count <= count_) return;
    count_ = count;
    count_at_ = at;
    running_at_ = std::max(running_at_, at);
}

void RawWatch::running(Moment at) { running_at_ = std::max(running_at_, at); }

// The pace seen, when it is quicker than exposures allow: a twin's night may pass quicker than ours.
Seconds RawWatch::per_frame() const {
    double seconds = std::max(exposure_.count(), kShortestFrame);
    if (count_ > 0) seconds = std::min(seconds, Seconds(count_at_ - begun_).count() / static_cast<double>(count_));
    return Seconds{std::max(seconds, 1e-3)};
}

std::int64_t RawWatch::possible(Moment until) const {
    const double more = std::max(0.0, Seconds(until - count_at_) / per_frame());
    return count_ + 1 + static_cast<std::int64_t>(std::min(more, kMostFrames));
}

Milliseconds RawWatch::poll() const {
    const auto frame = std::chrono::duration_cast<Milliseconds>(per_frame());
    return std::clamp(frame, kShortestPoll, kLongestPoll);
}

Milliseconds RawWatch::longest() const {
    const double seconds = static_cast<double>(asked_) * (1.5 * std::max(exposure_.count(), 0.0) + 5) + 120;
    return Milliseconds{static_cast<std::int64_t>(1000 * std::min(seconds, 1e7))};
}

Outcome RawWatch::verdict(Moment seen, bool closed) const {
    if (complete()) return done("all " + std::to_string(asked_) + " frames are taken");
    const std::string told = "the last count it announced was " + of(count_, asked_);
    const std::string card = "; the frames taken are on the card";
    if (possible(seen) < asked_)
        return failed("the capture ended early: " + told + ", and there was no time for the rest. " +
                      (closed ? "The camera is closed: the scope restarted, or somebody closed it"
                              : "Was it stopped elsewhere, is the card full or the battery low?") +
                      card);
    if (closed)
        return unknown("the camera is closed, so the scope restarted or somebody closed it; " + told +
                       ", and there was time for the rest" + card + ". Look there");
    // When the end was seen as it came, the time says that all were taken: a capture ends by itself only then.
    if (seen - running_at_ <= 3 * poll() + exposure_)
        return done("all " + std::to_string(asked_) +
                    " frames should be taken: the scope is idle again after the "
                    "time they need; " +
                    told);
    return unknown("the capture ended while nothing was heard of the scope; " + told +
                   ", and there was time for the rest" + card + ". Look there");
}

}  // namespace nightstack::device::dwarf::jobs
