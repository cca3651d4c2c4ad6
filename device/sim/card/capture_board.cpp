// SPDX-License-Identifier: MIT
#include "device/sim/card/capture_board.h"

#include <algorithm>

namespace nightstack::device::sim {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLooks = std::chrono::seconds(3);

std::shared_ptr<const Colour> copied(const Colour& from) {
    auto to = std::make_shared<Colour>();
    for (std::size_t c = 0; c < 3; ++c) {
        to->planes[c].reshape(from.width(), from.height());
        for (int y = 0; y < from.height(); ++y)
            std::ranges::copy(from.planes[c].cview().row(y), to->planes[c].view().row(y).begin());
    }
    return to;
}

}  // namespace

void CaptureBoard::put(const Colour& single, const Colour& stack) {
    Pictures fresh{copied(single), copied(stack)};
    const std::lock_guard lock(mutex_);
    std::swap(pictures_, fresh);  // what goes is freed after the lock
    ++count_;
}

CaptureBoard::Pictures CaptureBoard::newest() const {
    const std::lock_guard lock(mutex_);
    return pictures_;
}

std::uint64_t CaptureBoard::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

void CaptureBoard::look() { looked_ = (Clock::now() + kLooks).time_since_epoch().count(); }

bool CaptureBoard::looked_at() const { return Clock::now().time_since_epoch().count() < looked_; }

}  // namespace nightstack::device::sim
