// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_play.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <thread>
#include <utility>

#include "pipeline/graph/video_colour.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kViewBytes = 64;  // of a pixel of the stack, in three planes with all that belongs to them

std::string range_text(std::size_t first, std::size_t last) {
    return "pictures " + std::to_string(first + 1) + " to " + std::to_string(last + 1);
}

NightFrame frame_of(const VideoGroupReport& group, std::uint64_t seq) {
    NightFrame frame;
    frame.seq = seq;
    frame.file = range_text(group.first, group.last);
    frame.verdict = group.in_stack ? "stacked" : "rejected";
    frame.reason = group.in_stack ? "" : std::string(name(VideoReason::no_room));
    frame.exposed = std::chrono::system_clock::now();
    frame.residual_px = group.residual_px;
    frame.ref_from_frame = group.ref_from_frame;
    frame.weight = group.weight;
    return frame;
}

}  // namespace

// Draws one picture after the other; who comes while it draws is told to come again.
class StreamPlay::Painter {
public:
    explicit Painter(std::function<void(const NightView&)> draw) : draw_(std::move(draw)) {}
    bool is_busy() const { return busy_; }
    void paint(std::shared_ptr<NightView> view) {
        busy_ = true;
        thread_ = std::jthread([this, view = std::move(view)] {
            try {
                to_rgb(view->picture);
                draw_(*view);
            } catch (const std::exception&) {
                // No room for a picture: a night goes on without being looked at.
            }
            busy_ = false;
        });
    }
    void finish() {
        if (thread_.joinable()) thread_.join();
    }

private:
    const std::function<void(const NightView&)> draw_;
    std::atomic<bool> busy_{false};
    std::jthread thread_;
};

StreamPlay::StreamPlay(PlayOptions options, PlayHooks hooks, StreamFeed& feed, StreamWatch& watch, NightBoard& board,
                       Runner& runner)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      feed_(feed),
      watch_(watch),
      board_(board),
      runner_(runner),
      run_(options_.video, runner) {
    run_.tell([this](const VideoVerdict& verdict) { judged(verdict); });
    if (hooks_.view) painter_ = std::make_unique<Painter>(hooks_.view);
}

StreamPlay::~StreamPlay() = default;

void StreamPlay::judged(const VideoVerdict& verdict) {
    watch_.judged(run_.counts());
    if (hooks_.verdict) hooks_.verdict(verdict);
}

void StreamPlay::run() {
    const NextPicture next = [this](std::vector<std::byte>& jpeg) { return feed_.next(jpeg); };
    for (bool more = true; more;) {
        if (hooks_.before_batch) hooks_.before_batch();
        // No stop: what came is stacked, and a stream cannot be played again.
        more = run_.step(next);
        if (!std::exchange(reference_told_, run_.reference().has_value()) && reference_told_ && hooks_.reference)
            hooks_.reference(run_.size());
        tell_groups();
        show_if_due(!more);
    }
    if (painter_) painter_->finish();
    assert(run_.waiting() == 0 && run_.counts().in() == feed_.counts().taken);
}

void StreamPlay::tell_groups() {
    watch_.tell_counts();  // before the groups are told of
    for (; told_groups_ < run_.groups().size(); ++told_groups_) {
        const VideoGroupReport& group = run_.groups()[told_groups_];
        const NightFrame frame = frame_of(group, told_groups_ + 1);
        if (group.in_stack) depth_ += group.weight;
        if (hooks_.frame) hooks_.frame(frame);
        board_.put(frame);
    }
    const std::size_t stacked = run_.stack() == nullptr ? 0 : run_.stack()->frames();
    board_.update([&](NightState& s) { s.rev = stacked; });
    if (stacked < kMostLiveFrames || std::exchange(full_told_, true)) return;
    board_.notice("the stack is full: " + std::to_string(kMostLiveFrames) + " groups; the night ends");
    feed_.end();
}

// A snapshot stops the stack.
void StreamPlay::show_if_due(bool last) {
    if (!painter_ || run_.stack() == nullptr || run_.stack()->frames() == shown_groups_) return;
    const auto pause = std::max<Clock::duration>(options_.show_pause, 4 * snapshot_takes_);
    if (!last && (painter_->is_busy() || Clock::now() - shown_at_ < pause)) return;
    painter_->finish();
    const Rect shown = run_.canvas().pixels;
    if (static_cast<std::size_t>(shown.width) * static_cast<std::size_t>(shown.height) >
        options_.view_bytes / kViewBytes) {
        if (!std::exchange(too_large_told_, true))
            board_.notice("the picture is not shown while it grows: --memory leaves no room for that");
        return;
    }
    const Clock::time_point begin = Clock::now();
    auto view = std::make_shared<NightView>();
    view->rev = shown_groups_ = run_.stack()->frames();
    view->effective_frames = depth_;
    view->white_adu = run_.stack()->options().white_adu;
    view->picture = run_.stack()->snapshot(shown, runner_);
    painter_->paint(std::move(view));
    shown_at_ = Clock::now();
    snapshot_takes_ = shown_at_ - begin;
}

}  // namespace nightstack::tools
