// SPDX-License-Identifier: MIT
#include "tools/night/job/night_show.h"

#include <algorithm>
#include <utility>

#include "pipeline/core/error.h"
#include "tools/night/show/night_picture.h"
#include "tools/night/sky/field_view.h"
#include "tools/night/sky/flip_sky.h"
#include "tools/night/sky/night_sky.h"
#include "tools/night/sky/snapshot_figures.h"
#include "tools/session/carried_wcs.h"

namespace nightstack::tools {

NightShow::NightShow(NightShowOptions options, NightBoard& board, Runner& runner)
    : options_(std::move(options)), board_(board), runner_(runner) {}

NightShow::~NightShow() = default;

void NightShow::begin(int width, int height) {
    const std::scoped_lock lock(mutex_);
    figures_.emplace(width, height);
    flipped_.reset();
    flip_unsolved_ = false;
    wcs_.reset();
}

LedgerSky NightShow::reference(const LiveGrid& grid, const FrameInfo& info, const LedgerSky& header) {
    begin(grid.format.width, grid.format.height);
    if (!options_.solve) return header;
    FoundSky found = find_sky({grid.stars, grid.format, info, header, options_.told, options_.told_name});
    board_.update([&](NightState& s) { s.sky = found.sky; });
    board_.notice(found.sky.text);
    const std::scoped_lock lock(mutex_);
    wcs_ = found.wcs;
    return std::move(found.ledger);
}

std::optional<Wcs> NightShow::wcs() const {
    const std::scoped_lock lock(mutex_);
    return wcs_;
}

void NightShow::frame(const NightFrame& frame, const FrameStars* stars) {
    {
        const std::scoped_lock lock(mutex_);
        ++judged_;
        if (frame.verdict == "stacked") ++stacked_;
        if (frame.exposure_s) exposure_s_ = frame.exposure_s;
        if (figures_) figures_->add_frame(frame);
    }
    tell_flip(frame, stars);
}

// The plate of the products stays the reference's; where it points now is the news.
void NightShow::tell_flip(const NightFrame& frame, const FrameStars* stars) {
    if (frame.verdict != "stacked" || !frame.ref_from_frame) return;
    const bool flipped = is_flip(*frame.ref_from_frame);
    bool news = false, to_solve = false;
    {
        const std::scoped_lock lock(mutex_);
        news = flipped_.has_value() && *flipped_ != flipped;
        flipped_ = flipped;
        flip_unsolved_ = options_.solve && (flip_unsolved_ || news);
        to_solve = stars != nullptr && flip_unsolved_;
        if (to_solve) flip_unsolved_ = false;
    }
    if (news)
        board_.notice("the field is turned by half a turn since " + frame.file +
                      ": the mount has gone over the meridian; frames are laid on the same picture");
    if (!to_solve) return;
    NightFlip flip = sky_after_flip(frame, *frame.ref_from_frame,
                                    {stars->stars, stars->input.file->format(), stars->input.info, sky_of(stars->input),
                                     options_.told, options_.told_name});
    board_.notice("after the meridian: " + flip.sky.text);
    board_.update([&](NightState& s) { s.flip = std::move(flip); });
}

// What is between two frames is not known of a folder: frames follow each other.
Pace NightShow::pace() const {
    Pace pace;
    pace.exposure_s = exposure_s_.value_or(1);
    pace.accepted_share =
        std::clamp(static_cast<double>(stacked_) / static_cast<double>(std::max<std::uint64_t>(1, judged_)), 0.01, 1.0);
    return pace;
}

void NightShow::view(const NightView& view) {
    const SnapshotFigures measured = measure_snapshot(view.picture);
    NightProgress progress;
    {
        const std::scoped_lock lock(mutex_);
        if (figures_) {
            figures_->add_stack(view.effective_frames, measured.mixed_noise_adu, measured.signal_adu.value_or(0));
            progress = figures_->progress(pace(), options_.wanted_snr);
        }
    }
    board_.update([&](NightState& s) { s.progress = std::move(progress); });
    auto shown = std::make_shared<NightPicture>();
    shown->rev = view.rev;
    try {
        shown->png = night_picture(view.picture, view.picture.canvas, {view.white_adu, 1600, {}}, runner_);
    } catch (const OptionError&) {
        return;  // nothing is covered
    }
    board_.show(std::move(shown));
}

}  // namespace nightstack::tools
