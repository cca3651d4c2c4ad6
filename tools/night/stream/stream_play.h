// SPDX-License-Identifier: MIT
// A stream into the stack, to its end: pictures as they come through VideoRun, groups on the board as frames of the
// night, and every now and then a picture of the stack to be shown, drawn on a thread of its own.
//
// Thread rule: one thread; what is told is told on it, but for `view`.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "pipeline/core/runner.h"
#include "pipeline/graph/video_run.h"
#include "tools/night/core/night_run.h"
#include "tools/night/show/night_board.h"
#include "tools/night/stream/stream_feed.h"
#include "tools/night/stream/stream_watch.h"

namespace nightstack::tools {

struct PlayOptions {
    VideoOptions video;
    std::size_t view_bytes = ~std::size_t{0};     // a picture that needs more is not shown
    std::chrono::milliseconds show_pause{1'000};  // between two pictures, at least; a fifth of the time at most
};

struct PlayHooks {
    std::function<void(const VideoVerdict&)> verdict;  // of each picture
    std::function<void(const NightFrame&)> frame;      // of each group
    std::function<void(PictureSize)> reference;        // once it is chosen
    std::function<void(const NightView&)> view;        // in red, green and blue
    std::function<void()> before_batch;                // of the next eight pictures: for tests that hold the stack up
};

class StreamPlay {
public:
    // All is borrowed but options and hooks. Throws OptionError.
    StreamPlay(PlayOptions options, PlayHooks hooks, StreamFeed& feed, StreamWatch& watch, NightBoard& board,
               Runner& runner);
    ~StreamPlay();

    // Until the feed has ended and all that came is in the stack, or has its verdict. Throws what the feed throws and
    // std::bad_alloc.
    void run();

    // Afterwards.
    const VideoRun& film() const { return run_; }

private:
    using Clock = std::chrono::steady_clock;
    class Painter;
    void judged(const VideoVerdict& verdict);
    void tell_groups();
    void show_if_due(bool last);

    const PlayOptions options_;
    const PlayHooks hooks_;
    StreamFeed& feed_;
    StreamWatch& watch_;
    NightBoard& board_;
    Runner& runner_;
    VideoRun run_;
    bool reference_told_ = false, full_told_ = false, too_large_told_ = false;
    std::size_t told_groups_ = 0, shown_groups_ = 0;
    double depth_ = 0;  // weights of the groups in the stack
    Clock::time_point shown_at_;
    Clock::duration snapshot_takes_{};
    std::unique_ptr<Painter> painter_;  // behind what it uses
};

}  // namespace nightstack::tools
