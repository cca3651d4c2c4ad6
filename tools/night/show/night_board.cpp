// SPDX-License-Identifier: MIT
#include "tools/night/show/night_board.h"

#include <algorithm>
#include <cassert>

namespace nightstack::tools {

void NightBoard::changed() {
    ++version_;
    news_.notify_all();
}

void NightBoard::update(const std::function<void(NightState&)>& change) {
    const std::scoped_lock lock(mutex_);
    change(state_);
    assert(state_.counts.add_up());
    changed();
}

void NightBoard::put(NightFrame frame, const std::function<void(NightState&)>& change) {
    const std::scoped_lock lock(mutex_);
    assert(frame.seq >= 1 && frame.seq <= frames_.size() + 1);
    if (frame.seq > frames_.size()) frames_.emplace_back();
    frames_[static_cast<std::size_t>(frame.seq - 1)] = std::move(frame);
    if (change) change(state_);
    assert(state_.counts.add_up());
    changed();
}

void NightBoard::notice(std::string text) {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string>& notices = state_.notices;
    if (notices.size() == kNightNotices) notices.erase(notices.begin());
    notices.push_back(std::move(text));
    ++notices_said_;
    changed();
}

void NightBoard::show(std::shared_ptr<const NightPicture> picture) {
    const std::scoped_lock lock(mutex_);
    picture_ = std::move(picture);
    changed();
}

NightState NightBoard::state() const {
    const std::scoped_lock lock(mutex_);
    return state_;
}

std::vector<NightFrame> NightBoard::frames(std::uint64_t since, std::size_t most) const {
    const std::scoped_lock lock(mutex_);
    const std::size_t begin = static_cast<std::size_t>(std::min<std::uint64_t>(since, frames_.size()));
    const std::size_t end = begin + std::min(most, frames_.size() - begin);
    return {frames_.begin() + static_cast<std::ptrdiff_t>(begin), frames_.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::size_t NightBoard::frame_count() const {
    const std::scoped_lock lock(mutex_);
    return frames_.size();
}

std::vector<NightFrame> NightBoard::spread_frames(std::size_t most) const {
    assert(most >= 1);
    const std::scoped_lock lock(mutex_);
    const std::size_t step = frames_.size() / most + (frames_.size() % most == 0 ? 0 : 1);
    std::vector<NightFrame> spread;
    for (std::size_t i = frames_.size(); i > 0; i -= std::min(i, step)) spread.push_back(frames_[i - 1]);
    std::ranges::reverse(spread);
    return spread;
}

NightBoard::Notices NightBoard::notices(std::uint64_t since) const {
    const std::scoped_lock lock(mutex_);
    const std::uint64_t fresh = notices_said_ - std::min(since, notices_said_);
    const auto kept = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(fresh, state_.notices.size()));
    return {notices_said_, {state_.notices.end() - kept, state_.notices.end()}};
}

std::shared_ptr<const NightPicture> NightBoard::picture() const {
    const std::scoped_lock lock(mutex_);
    return picture_;
}

std::uint64_t NightBoard::version() const {
    const std::scoped_lock lock(mutex_);
    return version_;
}

std::uint64_t NightBoard::wait(std::uint64_t seen, std::chrono::milliseconds most, const std::stop_token& stop) const {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, stop, most, [&] { return version_ != seen; });
    return version_;
}

}  // namespace nightstack::tools
