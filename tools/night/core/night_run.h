// SPDX-License-Identifier: MIT
// A night from its source to its stack: frames flow through preparation and the live stack, side by side where they may
// (graph/flow.h); each is safe in the journal before it is taken, checkpoints follow, what is to be seen goes to the
// board. A night that was broken off goes on, to the last bit, as if it had not been.
//
//   source, open, hash, keep (own thread) -> read, calibrate, measure, demosaic -> judge, warp, stack -> show
//
// One object is one run of a night. `run` and what comes after it on one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "pipeline/graph/flow_workers.h"
#include "pipeline/graph/live_run.h"
#include "pipeline/stages/progress/effective_frames.h"
#include "tools/cli/talk.h"
#include "tools/night/core/arrival_pace.h"
#include "tools/night/core/checkpoints.h"
#include "tools/night/core/night_journal.h"
#include "tools/night/core/night_lights.h"
#include "tools/night/core/night_masters.h"
#include "tools/night/show/night_board.h"
#include "tools/night/source/night_source.h"
#include "tools/session/job_options.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

struct NightRunOptions {
    StackOptions stack;                          // method stream
    std::filesystem::path folder;                // of the session
    std::size_t memory = 0;                      // ceiling of the process
    std::optional<std::uint64_t> frames;         // ends when so many have come
    std::chrono::seconds checkpoint_after{900};  // at the latest
    std::chrono::milliseconds show_pause{
        200};  // between two pictures, at least; a fifth of the time at most goes into them
};

// A picture of the stack to be shown, and the run's figures with it.
struct NightView final : FlowView {
    std::uint64_t rev = 0;  // stacked lights
    double effective_frames = 0;
    double white_adu = 0;  // the highest value any raw pixel had
    LivePicture picture;
};

// What the sky can be told by of a light that was stacked, besides its figures; borrowed for the call.
struct FrameStars {
    std::span<const Star> stars;  // in pixels of the frame as presented
    const InputFrame& input;      // open
};

class NightRun {
public:
    // All is borrowed but the options.
    NightRun(NightRunOptions options, NightSource& source, NightJournal& journal, NightBoard& board,
             FlowWorkers& workers, Talk& talk, const std::stop_token& stop);
    ~NightRun();

    // From what the journal told when it was opened. Throws OptionError when the night cannot go on.
    void resume();
    // What to do with a new picture, on a thread of the flow; beside the stacking.
    void on_view(std::function<void(const NightView&)> show) { show_ = std::move(show); }
    // Told of each light that has its verdict, on the stacking thread; with its stars where this run has stacked it.
    using TellFrame = std::function<void(const NightFrame& frame, const FrameStars* stars)>;
    void on_frame(TellFrame told) { told_ = std::move(told); }

    // Asked of each light that becomes the reference, on the stacking thread: where it lies on the sky, for the headers
    // of the products. Also of the one that a run goes on with.
    using FindSky = std::function<LedgerSky(const LiveGrid& grid, const FrameInfo& info, const LedgerSky& header)>;
    void on_reference(FindSky find_sky) { find_sky_ = std::move(find_sky); }

    // Until the source ends, enough frames have come or a stop is asked; then all that had come is taken. A stop breaks
    // the night off, and what earlier runs had kept comes again with the next; who only wants no more frames tells the
    // source. Throws what the source throws, IoError, OptionError, Interrupted.
    void run();

    // ---- when it has run ----
    // Whether there is a stack to go on with.
    bool has_stack() const;
    // Writes a checkpoint if lights have been taken since the last one.
    void keep_now();
    // The stack and what is known of it; the run can no longer be used. Only with a stack.
    LiveState take_state();
    SessionMasters masters() const;
    std::size_t failed_masters() const;
    std::size_t unread() const { return unread_; }  // lights that failed
    std::uint64_t written_bytes() const;            // by journal and checkpoints of this run

private:
    struct Item;
    std::unique_ptr<FlowItem> next(const std::stop_token& stop);
    std::unique_ptr<NightLight> next_light(const std::stop_token& stop);
    std::unique_ptr<NightLight> light_again();
    void begin_anew();
    std::shared_ptr<const FlowView> take(Item& item);
    void begin_run();
    void flow();
    NightLights::StackBytes stack_bytes_of();
    NightLights::Keep keep_of();
    std::uint64_t stack_bytes(const StreamFormat& format) const;
    void go_on_from(Checkpoints::Loaded loaded);
    void recall(std::size_t position, LightReport report);
    void remember(const NightLight& light, const LightReport& report);
    void amend();
    void tell(const NightLight& light, const LightReport& report, const StarList* stars);
    std::shared_ptr<const FlowView> view_if_due();
    void checkpoint_if_due();
    void checkpoint();
    LiveLedger ledger(const StackSummary& summary);

    NightRunOptions options_;
    NightSource& source_;
    NightJournal& journal_;
    NightBoard& board_;
    FlowWorkers& workers_;
    Runner& runner_;  // theirs, for the steps
    const std::stop_token& stop_;
    RunOptions run_options_;
    Checkpoints checkpoints_;

    NightMasters masters_;
    NightLights lights_;
    std::vector<FrameRecord> again_;  // kept by earlier runs, not in the checkpoint
    std::size_t next_again_ = 0;
    bool only_again_ = false;  // the night begins anew: what was kept before, before anything else comes

    std::unique_ptr<LiveRun> live_;
    LiveLedger begun_;                                // reference, and the lights that have their verdict
    std::vector<std::optional<std::size_t>> groups_;  // of these
    double livetime_s_ = 0;
    EffectiveFrames effective_;
    std::size_t unread_ = 0;
    bool target_from_frame_ = false;  // that the board shows

    std::size_t kept_ = 0;  // lights in the last checkpoint
    std::chrono::steady_clock::time_point kept_at_, shown_at_, begun_at_;
    std::atomic<std::chrono::steady_clock::duration> show_takes_{};  // the last one took
    std::chrono::steady_clock::duration snapshot_takes_{};           // likewise, on the stacking thread
    std::uint64_t rev_ = 0, shown_rev_ = 0;                          // one more whenever the stack is another
    std::uint64_t checkpoint_bytes_ = 0, journal_begin_ = 0;
    ArrivalPace arrivals_;

    std::function<void(const NightView&)> show_;
    TellFrame told_;
    FindSky find_sky_;
};

}  // namespace nightstack::tools
