// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_run.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/graph/apply_figures.h"
#include "pipeline/graph/live_begin.h"
#include "pipeline/graph/live_sampler.h"

namespace nightstack {

// A light on its way to a verdict.
struct LiveRun::Candidate {
    LiveLight in;
    RegisteredLight registered;
    bool is_reference = false;

    const StreamFormat& format() const { return in.light->format; }
    void refuse(Reason reason, std::string text) {
        registered.figures.refused = reason;
        registered.figures.refused_text = std::move(text);
    }
};

namespace {

// On another run's grid there is nothing to be decided: its stars are what is known of it.
AlignBy aligns_by(const LiveRunOptions& options) { return options.grid ? AlignBy::stars : options.align; }

}  // namespace

void LiveRunOptions::check() const {
    if (sampling.drizzle) throw OptionError("the live stack takes no drizzle: its samples have one weight per light");
    if (weights != WeightKind::noise && weights != WeightKind::none)
        throw OptionError("the live stack weighs lights by noise or not at all");
    if (scale < 1 || scale > 3) throw OptionError("scale " + std::to_string(scale) + " is not in 1 to 3");
    if (grid && align == AlignBy::scene)
        throw OptionError(
            "--align scene cannot lay a night on another stack's --grid: of its reference the stars are kept, not the "
            "picture; stack both nights in one call");
    registration.check();
    judge.check();
    LiveStackOptions stack;
    stack.clip_depth = clip_depth;
    stack.kappa_low = kappa_low;
    stack.kappa_high = kappa_high;
    stack.check();
}

LiveRun::LiveRun(const LiveRunOptions& options, Runner& runner)
    : options_(options),
      runner_(runner),
      preparer_(options.sampling, aligns_by(options) != AlignBy::stars),
      alignment_(aligns_by(options), options.sampling) {
    options.check();
    if (options_.grid) begin_on(*options_.grid);
}

const LightReport& LiveRun::take(LiveLight light) {
    Candidate candidate{std::move(light), {}, false};
    highest_adu_ = std::max(highest_adu_, candidate.in.measured.highest_adu);
    LightReport& report = reports_.emplace_back();
    decide(candidate);
    if (candidate.registered.judgement.verdict == Verdict::stacked) add(candidate);
    report.judgement = std::move(candidate.registered.judgement);
    report.figures = std::move(candidate.registered.figures);
    report.ref_from_frame = candidate.registered.ref_from_frame;
    return report;
}

void LiveRun::decide(Candidate& c) {
    LightMeasurement& m = c.in.measured;
    // A frame of one value is white only if none before went far beyond it.
    if (m.judgement.reason == Reason::saturated && m.highest_adu > 0 && m.highest_adu < 0.5 * highest_adu_)
        m.judgement.reason = Reason::black;
    weigh_stars(c.in);
    if (m.judgement.reason == Reason::no_stars && alignment_.takes_starless()) m.judgement = {};
    c.registered.figures = figures_of(m);
    c.registered.figures.group = history_.group_of(c.in.light->info);
    c.registered.judgement = m.judgement;
    registration_of(c);
    if (alignment_.by_scene()) alignment_.take_figures(c.registered.figures, c.in);
    judge_by_figures(c);
}

void LiveRun::registration_of(Candidate& c) {
    if (c.registered.figures.refused != Reason::none) return;
    if (!ref_) {
        c.is_reference = may_be_reference(c);
    } else {
        if (alignment_.by_scene()) {
            lay_scene(c);
        } else {
            match_stars_of(c);
        }
        if (is_stranger(c)) change_reference(c);
    }
    if (c.is_reference) begin_stack(c);
    if (c.registered.ref_from_frame) last_ = *c.registered.ref_from_frame;
}

void LiveRun::match_stars_of(Candidate& c) {
    const Registration r = matched(c.in.measured.stars);
    take_registration(c.registered, r, r.model, c.format(), options_.registration.match);
    if (r.ok()) strangers_ = 0;
}

void LiveRun::lay_scene(Candidate& c) {
    alignment_.lay(c.registered, c.in, last_);
    if (c.registered.ref_from_frame) strangers_ = 0;
}

// Near where the last light lay, and where that fails anywhere.
Registration LiveRun::matched(const StarList& stars) const {
    RegistrationOptions options = options_.registration;
    options.match.prior = last_;
    options.match.min_prior_proof = options.match.min_proof;  // a million to one, wherever it was looked for
    return register_frame(ref_->measured.stars, stars, options);
}

bool LiveRun::may_be_reference(Candidate& c) {
    if (const std::string why = why_absurd(live_stack_options(options_, c.format(), c.in.measured)); !why.empty()) {
        c.refuse(Reason::saturated, "no stack can begin with its values: " + why);
        return false;
    }
    if (alignment_.take_reference(c.in, kLeastReferenceStars) || c.in.light->forced) return true;
    if (options_.align != AlignBy::stars) {
        c.refuse(Reason::no_match, "nothing in it that stands out of its noise: no light could be laid on it");
        return false;
    }
    const auto stars = static_cast<int>(c.in.measured.stars.size());
    c.refuse(Reason::stars, std::to_string(stars) + " stars, the first light of the stack needs " +
                                std::to_string(kLeastReferenceStars));
    return false;
}

// The light does not match a reference that nobody has matched yet.
bool LiveRun::is_stranger(const Candidate& c) {
    if (c.registered.figures.refused != Reason::no_match || settled()) return false;
    strangers_ = fits_last_stranger(c) ? strangers_ + 1 : 1;
    return strangers_ >= kStrangersToChange && !ref_->forced &&
           why_absurd(live_stack_options(options_, c.format(), c.in.measured)).empty() &&
           alignment_.take_reference(c.in, kLeastReferenceStars);
}

bool LiveRun::fits_last_stranger(const Candidate& c) {
    if (alignment_.by_scene()) return alignment_.fits_last_stranger(c.in, strangers_ == 0);
    const bool fits =
        strangers_ > 0 && register_frame(strangers_stars_, c.in.measured.stars, options_.registration).ok();
    strangers_stars_ = c.in.measured.stars;
    return fits;
}

void LiveRun::change_reference(Candidate& c) {
    LightReport& old = reports_[*reference_];
    old.judgement.verdict = Verdict::rejected;
    old.judgement.reason = Reason::no_match;
    old.judgement.text = "the reference at first, but " + std::to_string(kStrangersToChange) +
                         " lights after it do not show its field and fit each other";
    old.ref_from_frame.reset();
    old.weight = {};
    old.block.reset();
    c.registered.figures.refused = Reason::none;
    c.registered.figures.refused_text.clear();
    c.is_reference = true;
    history_.restart();
    block_ = 0;
    strangers_ = 0;
}

void LiveRun::begin_stack(const Candidate& c) {
    stack_.emplace(live_stack_options(options_, c.format(), c.in.measured));
    reference_ = reports_.size() - 1;
    ref_ = Reference{c.format(), c.in.light->forced, c.in.measured, {}};
    lie_on_itself(ref_->registered);
}

void LiveRun::begin_on(const LiveGrid& grid) {
    stack_.emplace(grid.stack);
    ref_ = Reference{grid.format, true, {}, {}};
    ref_->measured.stars = grid.stars;
    ref_->measured.sky = grid.sky;
    ref_->measured.sky_mesh = grid.sky_mesh;
    lie_on_itself(ref_->registered);
    last_ = grid.last;
    highest_adu_ = grid.highest_adu;
}

LiveGrid LiveRun::grid() const {
    assert(ref_ && stack_);
    const LightMeasurement& m = ref_->measured;
    return {stack_->options(), ref_->format, m.stars, m.sky, m.sky_mesh, last_, highest_adu_};
}

LiveReplayOptions LiveRun::replay_options() const {
    assert(ref_);
    return {options_.sampling, options_.framing, canvas_scale(), ref_->format};
}

void LiveRun::judge_by_figures(Candidate& c) {
    if (c.is_reference) {
        lie_on_itself(c.registered);
        last_ = Transform();
    }
    const std::vector<FrameFigures> figures = history_.with(c.registered.figures);
    take_judgement(c.registered, judge(figures, options_.judge).back(), *c.in.light, c.in.measured, c.is_reference);
    history_.judged(c.registered.figures);
}

double LiveRun::canvas_scale() const {
    return sampled_geometry(ref_->format, options_.sampling).scale * options_.scale;
}

// A light without a noise weighs like the reference.
std::array<int, 3> LiveRun::weights(const AcceptedLight& light) const {
    std::array<int, 3> out{kLiveWeightOne, kLiveWeightOne, kLiveWeightOne};
    if (options_.weights == WeightKind::none) return out;
    for (std::size_t p = 0; p < 3; ++p) {
        const double noise = std::sqrt(static_cast<double>(light.noise_variance[p]));
        const double reference = ref_->measured.sky[p].sigma;
        if (noise > 0 && reference > 0) out[p] = live_weight(noise, reference);
    }
    return out;
}

bool LiveRun::fits_counts(Candidate& c) const {
    if (stack_->frames() < kMostLiveFrames) return true;
    c.registered.judgement.verdict = Verdict::rejected;
    c.registered.judgement.reason = Reason::size;
    c.registered.judgement.text = "the stack is full: " + std::to_string(kMostLiveFrames) + " frames";
    return false;
}

bool LiveRun::fits_memory(Candidate& c, const LiveFrame& frame) const {
    const std::size_t need = stack_->bytes_with(frame);
    if (need <= options_.stack_bytes) return true;
    Judgement& j = c.registered.judgement;
    j.verdict = Verdict::rejected;
    j.reason = Reason::size;
    j.text = "with this light the canvas would need " + megabytes(need) + ", " + megabytes(options_.stack_bytes) +
             " are left for it; --framing reference needs no more than the reference";
    return false;
}

void LiveRun::add(Candidate& c) {
    if (!fits_counts(c)) return;
    const FiguredLight reference{ref_->measured, ref_->registered};
    const FiguredLight itself{c.is_reference ? ref_->measured : c.in.measured, c.registered};
    AcceptedLight light = against_reference(*c.in.light, itself, reference, planes(), options_.normalisation);
    if (alignment_.by_scene()) light.tilt = {};  // what slopes in a landscape is the landscape
    if (!has_finite_level(light)) {
        c.registered.judgement.verdict = Verdict::rejected;
        c.registered.judgement.reason = Reason::saturated;
        c.registered.judgement.text = "its sky lies so far from the reference's that no number holds the difference";
        return;
    }
    const LiveSampler sampler(light, *c.in.planes, canvas_scale(), options_.sampling);
    LiveFrame frame;
    frame.weight = weights(light);
    frame.footprint =
        live_footprint(*c.registered.ref_from_frame, c.format(), ref_->format, options_.framing, canvas_scale());
    frame.sample = [&](const Rect& tile, std::span<const ImageView<float>> out) { sampler.fill(tile, out); };
    frame.touches = [&](const Rect& tile) { return sampler.touches(tile); };
    if (!fits_memory(c, frame)) return;
    if (stack_->open_frames() == kBlockFrames) ++block_;  // the full block is closed first
    stack_->add(frame, runner_);
    const Transform& lies = *c.registered.ref_from_frame;
    history_.stacked(lies, c.format(), c.is_reference ? std::nullopt : std::optional(model_of(lies)));
    LightReport& report = reports_.back();
    report.block = block_;
    for (std::size_t p = 0; p < static_cast<std::size_t>(planes()); ++p) {
        report.weight[p] = static_cast<double>(frame.weight[p]) / kLiveWeightOne;
        report.scale[p] = light.scale[p];
        report.offset[p] = light.offset[p];
    }
    report.tilt = light.tilt;
    report.demosaic = light.demosaic;
    report.noise_adu = light.noise_adu;
}

LiveCanvas LiveRun::canvas() const {
    assert(ref_);
    return live_canvas(history_.placed(), history_.placed_format(), ref_->format, options_.framing, canvas_scale());
}

TransformModel LiveRun::model() const {
    if (options_.registration.model) return *options_.registration.model;
    return history_.model();
}

}  // namespace nightstack
