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
    const std::size_t scene = options.align.scene ? scene_aligner_bytes(size.width, size.height) : 0;
    return pictures * picture_bytes(size) + 2 * sums + scene +
           kFloatPlanes * sizeof(float) * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
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
    slot.decoded = slot.decoder.planes(slot.jpeg, *slot.picture, Damage::stop);
    if (!slot.decoded.stacks() || !aligner_.begun()) return;
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
    const VideoReason problem = shape_problem(slot, text);
    if (problem != VideoReason::none) return settle(std::move(verdict), problem, std::move(text));
    if (!reference_ && !take_reference(slot, verdict)) return;
    const std::optional<VideoPlace> place = placed(slot, verdict);
    if (!place) return;
    last_ = place->ref_from_frame;
    verdict.ref_from_frame = place->ref_from_frame;
    verdict.residual_px = place->residual_px;
    verdict.stars = place->stars;
    accept(slot, std::move(verdict));
}

bool VideoRun::take_reference(Slot& slot, VideoVerdict& verdict) {
    if (auto why = aligner_.begin(slot.picture->y(), runner_)) {
        settle(std::move(verdict), VideoReason::reference, std::move(*why));
        return false;
    }
    reference_ = slot.frame;
    size_ = slot.decoded.size;
    chroma_ = slot.picture->chroma();
    for (const auto& each : slots_) each->decoder.pin(size_);
    if (lucky()) slot.sharpness = luma_sharpness(slot.picture->y());
    slot.place = VideoPlace{};  // on itself
    return true;
}

std::optional<VideoPlace> VideoRun::placed(Slot& slot, VideoVerdict& verdict) {
    std::optional<VideoPlace> place = slot.place;
    std::string why;
    if (!place) {
        place = aligner_.thorough(slot.picture->y(), last_, runner_, why);
        if (lucky()) slot.sharpness = luma_sharpness(slot.picture->y());
    }
    if (place && footprint(place->ref_from_frame).empty()) {
        place.reset();
        why = "it shows nothing of the canvas";
    }
    if (!place) settle(std::move(verdict), VideoReason::no_match, std::move(why));
    return place;
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
    waiting_.push_back({std::move(verdict), slot.sharpness, std::exchange(slot.picture, spare())});
    if (lucky()) keep_sharpest(options_.kept_of(options_.group));
    if (static_cast<int>(waiting_.size()) == options_.group) close_group();
}

LiveCanvas VideoRun::canvas() const {
    assert(stack_ && !places_.empty());
    return live_canvas(places_, size_.width, size_.height, options_.framing, 1);
}

}  // namespace nightstack
