// SPDX-License-Identifier: MIT
#include "pipeline/graph/video_align.h"

#include <algorithm>
#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr std::size_t kMostFollowed = 48;
constexpr std::size_t kLeastStars = 8;     // of a reference, as in live_run.h
constexpr std::size_t kLeastAgreeing = 6;  // by chance a window holds a false one within 1 px in 1 of 100
constexpr double kLeastShare = 0.4;        // of the stars that should be there
constexpr double kMostResidualPx = 1;
constexpr double kMostScaling = 0.02;  // the same camera

DetectOptions detect_options() {
    DetectOptions options;
    options.max_stars = 200;
    options.saturation_adu = 255.0F;
    options.mosaic = false;
    return options;
}

void take_levels(Image<float>& out, ImageView<const std::uint8_t> y) {
    out.reshape(y.width(), y.height());
    for (int row = 0; row < y.height(); ++row) {
        const std::uint8_t* const from = y.row_data(row);
        float* const to = out.view().row_data(row);
        for (int x = 0; x < y.width(); ++x) to[x] = static_cast<float>(from[x]);
    }
}

std::vector<PointPair> pairs_of(const std::vector<FollowedStar>& found, const StarList& stars) {
    constexpr double kSharedPx = 0.05;  // seeing and sampling leave it even in bright stars
    std::vector<PointPair> pairs;
    for (const FollowedStar& f : found) {
        const Star& star = stars[f.star];
        pairs.push_back({{star.x, star.y}, f.at, std::hypot(kSharedPx, 1.2 / f.signal)});
    }
    return pairs;
}

bool plausible(const FitReport& fit, std::size_t expected) {
    const auto enough = std::max<double>(kLeastAgreeing, kLeastShare * static_cast<double>(expected));
    return fit.inliers >= enough && fit.rms_px <= kMostResidualPx &&
           std::abs(fit.ref_from_frame.scale() - 1) <= kMostScaling;
}

}  // namespace

void VideoAlignOptions::check() const {
    if (model == TransformModel::homography)
        throw OptionError("the pictures of a film are laid by shift, similarity or affine, not by homography");
    if (!stars && !scene) throw OptionError("a film without stars wants a way to align scenes");
    registration.check();
}

std::optional<std::string> VideoAligner::begin(ImageView<const std::uint8_t> y, Runner& runner) {
    take_levels(scratch_.levels, y);
    StarList stars;
    if (options_.stars) find_stars(stars, scratch_.levels.cview(), detect_options(), runner, detecting_);
    SceneMatcher scene;
    if (stars.size() < kLeastStars && options_.scene) scene = options_.scene(scratch_.levels.cview());
    if (stars.size() < kLeastStars && !scene) {
        return options_.scene ? "nothing in it that others could be laid on"
                              : std::to_string(stars.size()) + " stars, the first picture of a stack needs " +
                                    std::to_string(kLeastStars) + " unless pictures are aligned by the scene";
    }
    stars_ = std::move(stars);
    scene_ = std::move(scene);
    followed_ = stars_to_follow(stars_, kMostFollowed);
    begun_ = true;
    return std::nullopt;
}

std::optional<VideoPlace> VideoAligner::by_scene(ImageView<const std::uint8_t> y, const Transform& prior,
                                                 Image<float>& levels) const {
    take_levels(levels, y);
    const auto match = scene_(levels.cview(), prior);
    if (!match || !match->ref_from_frame.is_affine()) return std::nullopt;
    return VideoPlace{match->ref_from_frame, match->residual_px, 0};
}

std::optional<VideoPlace> VideoAligner::quick(ImageView<const std::uint8_t> y, const Transform& prior,
                                              VideoAlignScratch& scratch) const {
    if (scene_) return by_scene(y, prior, scratch.levels);
    const std::size_t expected = follow_stars(scratch.found, y, followed_, prior.inverse());
    if (scratch.found.size() < kLeastAgreeing) return std::nullopt;
    const auto fit = fit_transform(options_.model, pairs_of(scratch.found, followed_));
    if (!fit || !plausible(*fit, expected)) return std::nullopt;
    return VideoPlace{fit->ref_from_frame, fit->rms_px, static_cast<std::size_t>(fit->inliers)};
}

std::optional<VideoPlace> VideoAligner::thorough(ImageView<const std::uint8_t> y, const Transform& prior,
                                                 Runner& runner, std::string& why) {
    if (const auto place = quick(y, prior, scratch_)) return place;
    if (scene_) {
        why = "what the reference shows was not found in it";
        return std::nullopt;
    }
    take_levels(scratch_.levels, y);
    StarList stars;
    find_stars(stars, scratch_.levels.cview(), detect_options(), runner, detecting_);
    RegistrationOptions options = options_.registration;
    options.model = options_.model;
    options.match.prior = prior;
    options.match.min_prior_proof = options.match.min_proof;  // wherever it was looked for
    const Registration r = register_frame(stars_, stars, options);
    if (!r.ok()) {
        why = r.text;
        return std::nullopt;
    }
    return VideoPlace{r.ref_from_frame, r.residual_px, r.pairs.size()};
}

}  // namespace nightstack
