// SPDX-License-Identifier: MIT
#include "tools/night/show/night_events.h"

#include <utility>

#include "tools/night/show/night_json.h"

namespace nightstack::tools {
namespace {

constexpr auto kStatePace = std::chrono::seconds(2);
constexpr NightPace kPace{std::chrono::milliseconds(50), std::chrono::milliseconds(1'000)};

}  // namespace

std::vector<std::string> NightEventWriter::take(const NightNews& news, Clock::time_point now) {
    std::vector<std::string> lines;
    for (const NightFrame& frame : news.frames) lines.push_back(frame_event(frame));
    if (news.state.rev != rev_) {
        rev_ = news.state.rev;
        lines.push_back(stack_event(news.state));
    }
    if (!news.last && state_told_ && now - *state_told_ < kStatePace) return lines;
    std::string state = state_event(news.state);
    if (state == state_) return lines;
    state_ = std::move(state);
    state_told_ = now;
    lines.push_back(state_);
    return lines;
}

NightEvents::NightEvents(Talk& talk, const NightBoard& board) {
    if (!talk.json()) return;
    follower_.emplace(board, kPace, [this, &talk](const NightNews& news) {
        for (const std::string& line : writer_.take(news, NightEventWriter::Clock::now())) talk.event(line);
    });
}

}  // namespace nightstack::tools
