// SPDX-License-Identifier: MIT
// The groups of a film: pictures wait, are added, and their mean enters the live stack.
#include <algorithm>
#include <cmath>
#include <functional>

#include "pipeline/core/megabytes.h"
#include "pipeline/graph/video_run.h"

namespace nightstack {
namespace {

constexpr int kGroupMargin = VideoRun::kGroupMargin;

// Down to the grid, also below zero.
int on_grid(int v) { return v - ((v % kVideoGrid) + kVideoGrid) % kVideoGrid; }

Rect group_canvas(const Rect& footprint) {
    const Rect wide = grown(footprint, kGroupMargin);
    const int x = on_grid(wide.x), y = on_grid(wide.y);
    return {x, y, wide.right() - x, wide.bottom() - y};
}

}  // namespace

// A part of the picture would be beyond the canvas of the group.
bool VideoRun::leaves_group(const Transform& ref_from_frame) const {
    if (waiting_.empty()) return false;
    const Rect canvas = group_canvas(footprint(*waiting_.front().verdict.ref_from_frame));
    return !canvas.contains(footprint(ref_from_frame));
}

// The sharpest so many of the pictures that wait; of equal ones the earlier.
void VideoRun::keep_sharpest(int most, bool look_again) {
    std::vector<Usable*> held;
    for (Usable& u : waiting_) {
        if (!u.picture) continue;
        if (look_again || !u.sharpness) u.sharpness = scale_.of(u.patches);
        held.push_back(&u);
    }
    if (std::ssize(held) <= most) return;
    std::ranges::stable_sort(held, std::greater(), &Usable::sharpness);
    for (Usable* u : std::span(held).subspan(static_cast<std::size_t>(most))) {
        spare_.push_back(std::move(u->picture));
        u->patches = {};
    }
}

void VideoRun::add_pending() {
    std::vector<VideoFrame> frames;
    for (std::size_t i = pending_; i < waiting_.size(); ++i) {
        const Usable& u = waiting_[i];
        if (u.picture) frames.push_back({u.picture.get(), *u.verdict.ref_from_frame});
    }
    if (!frames.empty()) {
        if (!group_open_) begin_group();
        for (const VideoFrame& f : frames)
            footprint_ = united(footprint_, intersected(footprint(f.ref_from_frame), group_.canvas()));
        add_to_groups(frames);
    }
    for (std::size_t i = pending_; i < waiting_.size(); ++i)
        if (waiting_[i].picture) spare_.push_back(std::move(waiting_[i].picture));
    pending_ = waiting_.size();
}

// About the first usable picture, whether it is among the sharpest or not: the others have been held against it.
void VideoRun::begin_group() {
    const Rect canvas = group_canvas(footprint(*waiting_.front().verdict.ref_from_frame));
    group_.begin(canvas, chroma_);
    if (!stack_) {
        second_ = std::make_unique<VideoGroup>();
        second_->begin(canvas, chroma_);
    }
    footprint_ = {};
    group_open_ = true;
}

void VideoRun::add_to_groups(std::span<const VideoFrame> frames) {
    if (!second_) return group_.add(frames, runner_);
    std::array<std::vector<VideoFrame>, 2> turns;
    const int before = group_.frames() + second_->frames();
    for (std::size_t i = 0; i < frames.size(); ++i)
        turns[(static_cast<std::size_t>(before) + i) % 2].push_back(frames[i]);
    group_.add(turns[0], runner_);
    second_->add(turns[1], runner_);
}

void VideoRun::close_group() {
    if (lucky())
        keep_sharpest(options_.kept_of(static_cast<int>(waiting_.size())), true);  // the last group may be a small one
    for (Usable& u : waiting_) u.dropped = lucky() && !u.picture;
    add_pending();
    group_.close(runner_);
    if (!stack_) begin_stack();
    VideoGroupReport report = group_report();
    std::string why;
    report.in_stack = enter_stack(report, why);
    settle_group(report, why);
    groups_.push_back(std::move(report));
    waiting_.clear();
    pending_ = 0;
    group_open_ = false;
}

void VideoRun::settle_group(VideoGroupReport& report, const std::string& why) {
    for (Usable& u : waiting_) {
        if (u.dropped) {
            ++report.dropped;
            settle(std::move(u.verdict), VideoReason::unsharp, "others of its group are sharper");
        } else if (report.in_stack) {
            ++report.stacked;
            settle(std::move(u.verdict), VideoReason::none, "");
        } else {
            settle(std::move(u.verdict), VideoReason::no_room, why);
        }
    }
}

// White, noise and sky of the stack are those of the first group.
void VideoRun::begin_stack() {
    second_->close(runner_);
    const GroupNoise noise = group_noise(group_, *second_);
    if (second_->frames() > 0) group_.absorb(*second_, runner_);
    second_.reset();
    first_count_ = group_.frames();
    levels_ = GroupLevels(group_, {0, 0, size_.width, size_.height});
    LiveStackOptions o;
    o.planes = group_.planes();
    o.clip_depth = options_.clip_depth;
    o.kappa_low = options_.kappa_low;
    o.kappa_high = options_.kappa_high;
    o.white_adu = 255;
    for (std::size_t p = 0; p < static_cast<std::size_t>(o.planes); ++p) {
        o.noise_adu[p] = noise.sigma[p];
        o.sky_adu[p] = noise.sky[p];
        o.signal_variance[p] = noise.signal_variance[p];
    }
    stack_.emplace(o);
    spread_ = std::make_unique<GroupSpread>(Rect{0, 0, size_.width, size_.height}, o);
}

// Before the first block is clipped its noise is known from all of its groups.
void VideoRun::learn_noise(const std::array<double, 3>& offset, int weight) {
    if (!spread_) return;
    spread_->add(group_, offset, weight);
    if (spread_->groups() == GroupSpread::kMostGroups) settle_noise();
}

void VideoRun::settle_noise() {
    if (!spread_) return;
    stack_->set_noise(spread_->noise(first_count_));
    spread_.reset();
}

VideoGroupReport VideoRun::group_report() const {
    VideoGroupReport report;
    report.first = waiting_.front().verdict.frame;
    report.last = waiting_.back().verdict.frame;
    report.ref_from_frame = waiting_.front().verdict.ref_from_frame;
    double square = 0;
    for (const Usable& u : waiting_) square += u.verdict.residual_px * u.verdict.residual_px;
    report.residual_px = std::sqrt(square / static_cast<double>(waiting_.size()));
    return report;
}

bool VideoRun::enter_stack(VideoGroupReport& report, std::string& why) {
    const std::size_t need = stack_->bytes_with(footprint_);
    if (need > options_.stack_bytes) {
        why = "with it the canvas would need " + megabytes(need) + ", " + megabytes(options_.stack_bytes) +
              " are left for it";
        return false;
    }
    if (stack_->frames() >= kMostLiveFrames) {
        why = "the stack is full: " + std::to_string(kMostLiveFrames) + " groups";
        return false;
    }
    if (options_.level) report.offset = levels_.above(group_);
    LiveFrame frame;
    const int weight = static_cast<int>(
        std::lround(static_cast<double>(kLiveWeightOne) * group_.frames() / std::max(1, first_count_)));
    frame.weight.fill(std::clamp(weight, 1, kMostLiveWeight));
    frame.footprint = footprint_;
    frame.sample = [&](const Rect& tile, std::span<const ImageView<float>> out) {
        group_.fill(tile, out, report.offset);
    };
    stack_->add(frame, runner_);
    learn_noise(report.offset, frame.weight[0]);
    report.weight = static_cast<double>(frame.weight[0]) / kLiveWeightOne;
    for (const Usable* u : {&waiting_.front(), &waiting_.back()}) places_.push_back(*u->verdict.ref_from_frame);
    return true;
}

}  // namespace nightstack
