// SPDX-License-Identifier: MIT
// Robust weighted fit of a transform to matched stars, and how well each model predicts stars it
// has not seen. Residuals are distances (both axes together) in ref pixels, weighted like the fit.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/pairing.h"
#include "pipeline/stages/registration/solve.h"

namespace nightstack {

struct FitOptions {
    double sigma_floor_px = 0.03;  // per star and axis: what sampling and seeing leave even in bright stars
    double clip_sigma = 4;         // a pair further out than this many robust sigmas is an outlier,
    double clip_floor_px = 0.1;    // but never one this close
    int folds = 5;                 // of the cross-validation
    bool mirrored = false;         // the frame is seen in a mirror: the similarity gets a reflection
    void check() const;            // throws OptionError
};

struct FitReport {
    TransformModel model = TransformModel::shift;
    Transform ref_from_frame;
    double rms_px = 0;  // of the inliers
    int inliers = 0;
    std::vector<bool> is_inlier;               // one per pair given
    std::optional<double> cross_validated_px;  // filled by fit_models; absent with too few pairs
};

// Error of one measured place per axis: sigma = fwhm / (2.35 snr), joined with the floor. Unknown
// fwhm counts as 3 px, unknown snr as 5.
double centroid_sigma_px(const Star& star, double floor_px);

// The matched stars as fit input.
std::vector<PointPair> point_pairs(const StarList& ref, const StarList& frame, std::span<const StarPair> pairs,
                                   const FitOptions& options = {});

// Re-weighted (Cauchy) rounds to find the bulk, then plain weighted least squares with clipping.
// Empty when the pairs do not determine the model.
std::optional<FitReport> fit_transform(TransformModel model, std::span<const PointPair> pairs,
                                       const FitOptions& options = {});

// All models that the pairs determine, simplest first, with cross-validated residuals that can be
// compared: every model is judged on the same pairs, the inliers of the most general one. Pair i
// belongs to fold i mod folds; with few pairs each pair is its own fold.
std::vector<FitReport> fit_models(std::span<const PointPair> pairs, const FitOptions& options = {});

}  // namespace nightstack
