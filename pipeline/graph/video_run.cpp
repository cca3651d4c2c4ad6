// SPDX-License-Identifier: MIT
#include "pipeline/graph/video_run.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/stages/scene/scene_aligner.h"
#include "pipeline/stages/video/luma_sharpness.h"

namespace nightstack {
namespace {

constexpr int kBatch = 8;  // pictures; a constant, since the place they are looked for at is that of the batch before

// So many pictures after a reference that nobody lies on, the next takes its place. Not always as many: bad pictures
// that come in a rhythm would else meet it for ever.
constexpr int kLeastStrangers = 3, kMostStrangers = 8;

int strangers_to_change(int changes) { return kLeastStrangers + changes % (kMostStrangers - kLeastStrangers + 1); }

std::string size_text(PictureSize s) { return std::to_string(s.width) + "x" + std::to_string(s.height); }

std::string chroma_text(Subsampling s) {
    return s.none() ? "gray" : std::to_string(s.x) + "x" + std::to_string(s.y) + " chrominance";
}

std::size_t picture_bytes(PictureSize s) {
    return 3 * static_cast<std::size_t>(s.width) * static_cast<std::size_t>(s.height);  // 4:4:4, the most
}

}  // namespace

// One picture of a batch and what it is worked on with.
struct VideoRun::Slot {
    std::vector<std::byte> jpeg;
    std::size_t frame = 0;
    JpegDecoder decoder;
    std::unique_ptr<PlanarPicture> picture;
    DecodeResult decoded;
    bool too_large = false;  // not decoded, for it needs more memory than was promised
    std::optional<VideoPlace> place;
    double sharpness = 0;
    VideoAlignScratch scratch;
    explicit Slot(const DecodeLimits& limits) : decoder(limits) {}
};

int VideoOptions::kept_of(int pictures) const {
    return std::clamp(static_cast<int>(std::ceil(pictures * lucky_percent / 100 - 1e-9)), 1, pictures);
}

void VideoOptions::check() const {
    if (group < 1 || group > kMostVideoGroup)
        throw OptionError("--group " + std::to_string(group) + " is not in 1 to " + std::to_string(kMostVideoGroup));
    if (!(lucky_percent > 0 && lucky_percent <= 100))
        throw OptionError("--lucky " + std::to_string(lucky_percent) + " is not above 0 and at most 100");
    align.check();
    LiveStackOptions stack;
    stack.clip_depth = clip_depth;
    stack.kappa_low = kappa_low;
    stack.kappa_high = kappa_high;
    stack.check();
}

VideoRun::VideoRun(const VideoOptions& options, Runner& runner)
    : options_(options), runner_(runner), aligner_(options.align) {
    options_.check();
    for (int i = 0; i < kBatch; ++i) slots_.push_back(std::make_unique<Slot>(options_.decode));
}

VideoRun::~VideoRun() = default;

std::size_t VideoRun::bytes(PictureSize size, const VideoOptions& options) {
    const std::size_t pictures =
        kBatch + (options.lucky_percent < 100 ? static_cast<std::size_t>(options.kept_of(options.group)) : 0);
    const std::size_t sums = VideoGroup::bytes(size.width + 2 * kGroupMargin, size.height + 2 * kGroupMargin, {1, 1});
    constexpr std::size_t kFloatPlanes = 5;  // of detecting stars
    const std::size_t plane =
        sizeof(float) * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
    // Levels of each picture of a batch; while the reference is changed, the aligners of both.
    const std::size_t scene =
        options.align.scene ? kBatch * plane + 2 * scene_aligner_bytes(size.width, size.height) : 0;
    return pictures * picture_bytes(size) + 2 * sums + scene + kFloatPlanes * plane;
}

bool VideoRun::step(const NextPicture& next) {
    int n = 0;
    while (n < kBatch && next(slots_[static_cast<std::size_t>(n)]->jpeg))
        slots_[static_cast<std::size_t>(n++)]->frame = frames_++;
    runner_.run(n, 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) prepare(*slots_[static_cast<std::size_t>(i)]);
    });
    for (int i = 0; i < n; ++i) judge(*slots_[static_cast<std::size_t>(i)]);
    if (!lucky()) add_pending();
    const bool more = n == kBatch;
    if (!more && !waiting_.empty()) close_group();
    return more;
}

void VideoRun::prepare(Slot& slot) const {
    if (!slot.picture) slot.picture = std::make_unique<PlanarPicture>();
    slot.place.reset();
    if (!proven_) {  // afterwards the size is pinned
        slot.decoded = slot.decoder.probe(slot.jpeg);
        slot.too_large = slot.decoded.stacks() && bytes(slot.decoded.size, options_) > options_.work_bytes;
        if (slot.too_large) return;
    }
    slot.decoded = slot.decoder.planes(slot.jpeg, *slot.picture, Damage::stop);
    if (!slot.decoded.stacks() || !aligner_.begun() || slot.decoded.size != size_) return;
    slot.place = aligner_.quick(slot.picture->y(), last_, slot.scratch);
    if (lucky()) slot.sharpness = luma_sharpness(slot.picture->y());
}

void VideoRun::settle(VideoVerdict verdict, VideoReason reason, std::string text) {
    verdict.reason = reason;
    verdict.text = std::move(text);
    counts_.add(reason);
    assert(counts_.hold());
    if (tell_) tell_(verdict);
}

VideoReason VideoRun::shape_problem(const Slot& slot, std::string& text) const {
    text = slot.decoded.problem;
    if (slot.decoded.kind == Decoded::refused) return VideoReason::no_jpeg;
    if (slot.decoded.kind == Decoded::damaged) return VideoReason::damaged;
    if (!reference_) return VideoReason::none;
    if (slot.decoded.size != size_) {
        text = size_text(slot.decoded.size) + ", the reference has " + size_text(size_);
        return VideoReason::other_size;
    }
    if (slot.picture->chroma() != chroma_) {
        text = chroma_text(slot.picture->chroma()) + ", the reference has " + chroma_text(chroma_);
        return VideoReason::other_size;
    }
    return VideoReason::none;
}

void VideoRun::judge(Slot& slot) {
    VideoVerdict verdict;
    verdict.frame = slot.frame;
    std::string text;
    VideoReason problem = shape_problem(slot, text);
    if (problem == VideoReason::none) problem = reference_ ? find_place(slot, text) : take_reference(slot, text);
    if (is_stranger(problem) && change_reference(slot)) problem = VideoReason::none;
    if (problem != VideoReason::none) return settle(std::move(verdict), problem, std::move(text));
    if (reference_ != slot.frame) prove_reference();
    last_ = slot.place->ref_from_frame;
    verdict.ref_from_frame = slot.place->ref_from_frame;
    verdict.residual_px = slot.place->residual_px;
    verdict.stars = slot.place->stars;
    accept(slot, std::move(verdict));
}

VideoReason VideoRun::take_reference(Slot& slot, std::string& why) {
    if (slot.too_large) {
        why = size_text(slot.decoded.size) + " would need " + megabytes(bytes(slot.decoded.size, options_)) +
              ", there are " + megabytes(options_.work_bytes);
        return VideoReason::no_room;
    }
    if (auto problem = aligner_.begin(slot.picture->y(), runner_)) {
        why = std::move(*problem);
        return VideoReason::reference;
    }
    reference_ = slot.frame;
    size_ = slot.decoded.size;
    chroma_ = slot.picture->chroma();
    strangers_ = 0;
    if (lucky()) slot.sharpness = luma_sharpness(slot.picture->y());
    for (const auto& each : slots_) each->place.reset();  // those on the reference before
    slot.place = VideoPlace{};                            // on itself
    return VideoReason::none;
}

// The picture does not lie on a reference that nobody has been laid on, and is one of enough such.
bool VideoRun::is_stranger(VideoReason problem) {
    if (proven_ || !reference_) return false;
    if (problem != VideoReason::no_match && problem != VideoReason::other_size) return false;
    return ++strangers_ >= strangers_to_change(reference_changes_);
}

bool VideoRun::change_reference(Slot& slot) {
    const int strangers = strangers_;
    std::string why;
    if (take_reference(slot, why) != VideoReason::none) return false;
    ++reference_changes_;
    discard_group("the reference at first, but none of " + std::to_string(strangers) + " pictures after it lies on it");
    return true;
}

// A second picture lies on it. Sizes are pinned no sooner, for another reference may have another.
void VideoRun::prove_reference() {
    if (proven_) return;
    proven_ = true;
    for (const auto& each : slots_) each->decoder.pin(size_);
    if (group_is_full()) close_group();  // the reference alone
}

VideoReason VideoRun::find_place(Slot& slot, std::string& why) {
    if (!slot.place) {
        slot.place = aligner_.thorough(slot.picture->y(), last_, runner_, why);
        if (lucky()) slot.sharpness = luma_sharpness(slot.picture->y());
    }
    if (slot.place && footprint(slot.place->ref_from_frame).empty()) {
        slot.place.reset();
        why = "it shows nothing of the canvas";
    }
    return slot.place ? VideoReason::none : VideoReason::no_match;
}

Rect VideoRun::footprint(const Transform& ref_from_frame) const {
    return live_footprint(ref_from_frame, size_.width, size_.height, options_.framing, 1);
}

std::unique_ptr<PlanarPicture> VideoRun::spare() {
    if (spare_.empty()) return std::make_unique<PlanarPicture>();
    std::unique_ptr<PlanarPicture> out = std::move(spare_.back());
    spare_.pop_back();
    return out;
}

void VideoRun::accept(Slot& slot, VideoVerdict verdict) {
    if (leaves_group(*verdict.ref_from_frame)) close_group();
    waiting_.push_back({std::move(verdict), slot.sharpness, std::exchange(slot.picture, spare())});
    if (lucky()) keep_sharpest(options_.kept_of(options_.group));
    if (proven_ && group_is_full()) close_group();
}

LiveCanvas VideoRun::canvas() const {
    assert(stack_ && !places_.empty());
    return live_canvas(places_, size_.width, size_.height, options_.framing, 1);
}

}  // namespace nightstack
