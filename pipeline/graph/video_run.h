// SPDX-License-Identifier: MIT
// A film as it plays: its pictures are decoded, laid on the first usable one, and enter the live stack as means of
// groups, in Y, U and V. What is wrong with a picture is its verdict; nothing of that ends the run.
//
// The reference is a picture on which most of those around it lie: of the first batch the first on which half of the
// others do, else the one on which most do. While no picture lies on another the first that could be the reference goes
// on into the next batch, where it and one other are tried, and nothing is stacked. So a bad beginning costs the bad
// pictures, unless there are four and more that fit each other.
//
// Pictures are taken in batches of a fixed size: those of a batch are decoded, and looked for near the place of the
// last picture of the batch before, side by side; judged in their order; added side by side in bands of rows. So
// threads cannot change a bit.
//
// Thread rule: one thread.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/graph/live_canvas.h"
#include "pipeline/graph/video_align.h"
#include "pipeline/graph/video_counts.h"
#include "pipeline/stages/decode/jpeg_decoder.h"
#include "pipeline/stages/live/live_stack.h"
#include "pipeline/stages/video/group_noise.h"
#include "pipeline/stages/video/group_spread.h"
#include "pipeline/stages/video/luma_sharpness.h"
#include "pipeline/stages/video/video_group.h"

namespace nightstack {

inline constexpr int kMostVideoGroup = 4096;  // pictures

struct VideoOptions {
    // Usable pictures whose mean is one frame of the live stack, 1 to kMostVideoGroup; fewer where the film moves fast.
    int group = 25;
    double lucky_percent = 100;  // of each group only the sharpest, above 0 to 100
    bool level = true;           // groups are brought to the level of the first
    Framing framing = Framing::max;
    VideoAlignOptions align;
    DecodeLimits decode;
    int clip_depth = 4;  // as in LiveStackOptions
    double kappa_low = 3;
    double kappa_high = 3;
    std::size_t stack_bytes = ~std::size_t{0};  // a group that would make the stack larger is rejected

    std::size_t work_bytes = ~std::size_t{0};  // as of VideoRun::bytes; a picture that needs more is no reference
    // For work and stack together, instead of these two, where the size of the pictures is not known before: what the
    // reference leaves is the stack's.
    std::optional<std::size_t> all_bytes;

    int kept_of(int pictures) const;  // how many of a group of so many are stacked
    void check() const;               // throws OptionError
};

// Replaces `jpeg` by the next picture of the film as stored; false at its end. May throw: the run then ends.
using NextPicture = std::function<bool(std::vector<std::byte>& jpeg)>;

class VideoRun {
public:
    VideoRun(const VideoOptions& options, Runner& runner);  // throws OptionError
    ~VideoRun();

    // Told of every picture when its fate is known, in no particular order.
    void tell(std::function<void(const VideoVerdict&)> tell) { tell_ = std::move(tell); }

    // Takes the next batch. False when the film is at its end; then the last group is in the stack as well. Throws
    // Interrupted where a stop was asked while a reference is looked for, which may take seconds; nothing goes on then.
    bool step(const NextPicture& next, const std::stop_token& stop = {});

    const VideoCounts& counts() const { return counts_; }
    std::size_t waiting() const { return waiting_.size(); }  // usable pictures of the open group
    const std::vector<VideoGroupReport>& groups() const { return groups_; }
    // None before the first group is full. The noise of groups is known from the first 64 of them, or at the end of the
    // film; before, what the first one tells.
    const LiveStack* stack() const { return stack_ ? &*stack_ : nullptr; }
    bool by_scene() const { return !aligner_.by_stars(); }               // pictures were laid by what they show
    PictureSize size() const { return size_; }                           // of the reference; 0 x 0 before
    std::optional<std::size_t> reference() const { return reference_; }  // position in the film
    // What the framing shows of the pictures stacked so far. Only with a stack; throws OptionError as plan_canvas.
    LiveCanvas canvas() const;

    // Memory beside the live stack, for pictures of this size. For saying it before the start.
    static std::size_t bytes(PictureSize size, const VideoOptions& options);

    // Pixels by which the pictures of a group may lie beside its first one: one further away begins the next.
    static constexpr int kGroupMargin = 16;

private:
    struct Slot;
    struct Usable {  // a picture of the open group
        VideoVerdict verdict;
        LumaPatches patches;  // with `lucky`, as long as the picture
        std::optional<double> sharpness;
        std::unique_ptr<PlanarPicture> picture;  // until it is added, or found not to be among the sharpest
        bool dropped = false;
    };
    void prepare(Slot& slot) const;
    using Batch = std::span<const std::unique_ptr<Slot>>;
    void judge(Slot& slot);
    VideoReason find_place(Slot& slot, std::string& why);
    bool choose_reference(Batch batch, bool last, const std::stop_token& stop);
    std::vector<Slot*> candidates(Batch batch) const;
    std::size_t lay_on(Slot& reference, Batch batch);
    void take_reference(Slot& slot);
    void give_up(Slot& slot, std::size_t others);
    VideoReason shape_problem(const Slot& slot, std::string& text) const;
    std::size_t least_bytes(PictureSize size) const;
    Rect footprint(const Transform& ref_from_frame) const;
    void settle(VideoVerdict verdict, VideoReason reason, std::string text);
    void accept(Slot& slot, VideoVerdict verdict);
    void keep_sharpest(int most, bool look_again);
    bool group_is_full() const { return static_cast<int>(waiting_.size()) == options_.group; }
    bool lucky() const { return options_.lucky_percent < 100; }
    void add_pending();
    bool leaves_group(const Transform& ref_from_frame) const;
    void begin_group();
    void add_to_groups(std::span<const VideoFrame> frames);
    void close_group();
    void begin_stack();
    void learn_noise(const std::array<double, 3>& offset, int weight);
    void settle_noise();
    VideoGroupReport group_report() const;
    bool enter_stack(VideoGroupReport& report, std::string& why);
    void settle_group(VideoGroupReport& report, const std::string& why);
    std::unique_ptr<PlanarPicture> spare();

    VideoOptions options_;
    Runner& runner_;
    VideoAligner aligner_;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::function<void(const VideoVerdict&)> tell_;
    VideoCounts counts_;
    std::vector<VideoGroupReport> groups_;
    std::size_t frames_ = 0;  // of the film so far
    PictureSize size_;
    Subsampling chroma_;
    std::optional<std::size_t> reference_;
    int fruitless_ = 0;  // batches in which no picture lay on another
    int carried_ = 0;    // slots at the beginning of the next batch that hold a picture already: 0 or 1
    Transform last_;

    std::vector<Usable> waiting_;
    SharpnessScale scale_;
    std::size_t pending_ = 0;  // of `waiting_`, from which on they are not added yet
    std::vector<std::unique_ptr<PlanarPicture>> spare_;
    bool group_open_ = false;
    Rect footprint_;  // of the open group
    VideoGroup group_;
    std::unique_ptr<VideoGroup> second_;  // only with the first group, whose pictures go into both in turn
    int first_count_ = 0;                 // pictures in the first group
    GroupLevels levels_;
    std::unique_ptr<GroupSpread> spread_;  // until the noise of the groups is known
    std::vector<Transform> places_;        // of the groups in the stack: their first and last pictures
    std::optional<LiveStack> stack_;
};

}  // namespace nightstack
