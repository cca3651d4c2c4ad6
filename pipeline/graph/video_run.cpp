// SPDX-License-Identifier: MIT
#include "pipeline/graph/video_run.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/stages/scene/scene_aligner.h"

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
    bool too_large = false;  // not decoded, for it needs more memory than was promised
    std::string unfit;       // why it could not be the reference when that was asked
    std::optional<VideoPlace> place;
    LumaPatches patches;
    VideoAlignScratch scratch;
    bool usable() const { return decoded.stacks() && !too_large; }
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
    LiveStackOptions stack;
    stack.planes = 3;
    stack.clip_depth = options.clip_depth;
    return pictures * picture_bytes(size) + 2 * sums + scene + kFloatPlanes * plane + GroupSpread::bytes(stack);
}

// With all_bytes of a stack of one group beside the work, too.
std::size_t VideoRun::least_bytes(PictureSize size) const {
    const std::size_t work = bytes(size, options_);
    if (!options_.all_bytes || work > *options_.all_bytes) return work;
    LiveStackOptions stack;
    stack.planes = 3;
    stack.clip_depth = options_.clip_depth;
    return work + live_stack_bytes(size.width, size.height, options_.framing, 1, stack).least;
}

bool VideoRun::step(const NextPicture& next, const std::stop_token& stop) {
    int n = std::exchange(carried_, 0);
    while (n < kBatch && next(slots_[static_cast<std::size_t>(n)]->jpeg))
        slots_[static_cast<std::size_t>(n++)]->frame = frames_++;
    runner_.run(n, 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) prepare(*slots_[static_cast<std::size_t>(i)]);
    });
    const bool more = n == kBatch;
    const Batch batch = Batch(slots_).first(static_cast<std::size_t>(n));
    if (reference_ || choose_reference(batch, !more, stop)) {
        for (const auto& slot : batch) judge(*slot);
    } else {
        for (const auto& slot : batch.subspan(static_cast<std::size_t>(carried_))) give_up(*slot, batch.size() - 1);
    }
    if (!lucky()) add_pending();
    if (!more && !waiting_.empty()) close_group();
    if (!more) settle_noise();
    return more;
}

void VideoRun::prepare(Slot& slot) const {
    if (!slot.picture) slot.picture = std::make_unique<PlanarPicture>();
    slot.place.reset();
    slot.unfit.clear();
    slot.too_large = false;
    if (!reference_) {  // afterwards the size is pinned
        slot.decoded = slot.decoder.probe(slot.jpeg);
        slot.too_large =
            slot.decoded.stacks() && least_bytes(slot.decoded.size) > options_.all_bytes.value_or(options_.work_bytes);
        if (slot.too_large) return;
    }
    slot.decoded = slot.decoder.planes(slot.jpeg, *slot.picture, Damage::stop);
    if (!slot.decoded.stacks()) return;
    if (lucky()) measure_patches(slot.patches, slot.picture->y());
    if (reference_ && slot.decoded.size == size_) slot.place = aligner_.quick(slot.picture->y(), last_, slot.scratch);
}

// The aligner holds the reference. How many of the others lie on it; their places are kept.
std::size_t VideoRun::lay_on(Slot& reference, Batch batch) {
    Transform prior;
    std::size_t fits = 0;
    std::string why;
    for (const auto& slot : batch) {
        slot->place.reset();
        if (slot.get() == &reference) slot->place = VideoPlace{};
        if (slot.get() == &reference || !slot->usable() || slot->decoded.size != reference.decoded.size ||
            slot->picture->chroma() != reference.picture->chroma())
            continue;
        slot->place = aligner_.thorough(slot->picture->y(), prior, runner_, why);
        if (!slot->place) continue;
        prior = slot->place->ref_from_frame;
        ++fits;
    }
    return fits;
}

// The one that was carried on comes first, then the newest: a bad beginning ends.
std::vector<VideoRun::Slot*> VideoRun::candidates(Batch batch) const {
    std::vector<Slot*> out;
    for (const auto& slot : batch) {
        if (slot->usable()) out.push_back(slot.get());
    }
    if (fruitless_ > 0 && !out.empty()) std::reverse(out.begin() + 1, out.end());
    return out;
}

bool VideoRun::choose_reference(Batch batch, bool last, const std::stop_token& stop) {
    const auto usable =
        static_cast<std::size_t>(std::ranges::count_if(batch, [](const auto& slot) { return slot->usable(); }));
    // Where the first batch bore nothing, a film without a view that stays must not cost a search of each for each.
    int tries = fruitless_ == 0 ? kBatch : 2;
    Slot *best = nullptr, *held = nullptr;  // of the aligner
    std::size_t most = 0;
    for (Slot* const slot : candidates(batch)) {
        if (stop.stop_requested()) throw Interrupted();
        if (auto problem = aligner_.begin(slot->picture->y(), runner_)) {
            slot->unfit = std::move(*problem);
            continue;
        }
        held = slot;
        const std::size_t fits = lay_on(*held, batch);
        if (best == nullptr || fits > most) best = held, most = fits;
        if (2 * most + 1 >= usable || --tries == 0) break;
    }
    if (best == nullptr) return false;
    if (most == 0 && !last) {
        std::swap(*std::ranges::find(slots_, best, &std::unique_ptr<Slot>::get), slots_.front());
        carried_ = 1;
        ++fruitless_;
        return false;
    }
    if (held != best) {
        aligner_.begin(best->picture->y(), runner_);
        lay_on(*best, batch);
    }
    take_reference(*best);
    return true;
}

void VideoRun::take_reference(Slot& slot) {
    reference_ = slot.frame;
    size_ = slot.decoded.size;
    chroma_ = slot.picture->chroma();
    last_ = Transform();
    if (options_.all_bytes) options_.stack_bytes = *options_.all_bytes - bytes(size_, options_);
    for (const auto& each : slots_) each->decoder.pin(size_);
}

// No picture of the batch is the reference.
void VideoRun::give_up(Slot& slot, std::size_t others) {
    VideoVerdict verdict;
    verdict.frame = slot.frame;
    std::string text;
    VideoReason problem = shape_problem(slot, text);
    if (problem == VideoReason::none && !slot.unfit.empty()) {
        problem = VideoReason::reference;
        text = slot.unfit;
    } else if (problem == VideoReason::none) {
        problem = VideoReason::no_match;
        text = "none of " + std::to_string(others) + " pictures around it lies on it";
    }
    settle(std::move(verdict), problem, std::move(text));
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
    if (slot.too_large) {
        text = size_text(slot.decoded.size) + " would need " + megabytes(least_bytes(slot.decoded.size)) +
               ", there are " + megabytes(options_.all_bytes.value_or(options_.work_bytes));
        return VideoReason::no_room;
    }
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
    if (problem == VideoReason::none) problem = find_place(slot, text);
    if (problem != VideoReason::none) return settle(std::move(verdict), problem, std::move(text));
    last_ = slot.place->ref_from_frame;
    verdict.ref_from_frame = slot.place->ref_from_frame;
    verdict.residual_px = slot.place->residual_px;
    verdict.stars = slot.place->stars;
    accept(slot, std::move(verdict));
}

VideoReason VideoRun::find_place(Slot& slot, std::string& why) {
    if (!slot.place) slot.place = aligner_.thorough(slot.picture->y(), last_, runner_, why);
    if (slot.place && footprint(slot.place->ref_from_frame).empty()) {
        slot.place.reset();
        why = "it shows nothing of the canvas";
    }
    if (slot.place) return VideoReason::none;
    if (slot.unfit.empty()) return VideoReason::no_match;
    why = slot.unfit;
    return VideoReason::reference;
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
    waiting_.push_back({std::move(verdict), slot.patches, std::nullopt, std::exchange(slot.picture, spare())});
    if (lucky()) {
        scale_.add(slot.patches);
        keep_sharpest(options_.kept_of(options_.group), scale_.turned());
    }
    if (group_is_full()) close_group();
}

LiveCanvas VideoRun::canvas() const {
    assert(stack_ && !places_.empty());
    return live_canvas(places_, size_.width, size_.height, options_.framing, 1);
}

}  // namespace nightstack
