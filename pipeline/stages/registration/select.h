// SPDX-License-Identifier: MIT
// Registers one frame on the reference: match, fit, and the choice of model. The choice is the
// simplest model whose cross-validated residual is within 10 % of the best one, per frame or, so
// that the model does not jump from frame to frame, for a whole session.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/core/verdict.h"
#include "pipeline/stages/registration/fit.h"
#include "pipeline/stages/registration/match.h"

namespace nightstack {

struct RegistrationOptions {
    MatchOptions match;
    FitOptions fit;
    std::optional<TransformModel> model;  // forced; absent = chosen from the residuals
    double model_tolerance = 1.10;        // how much worse than the best a simpler model may predict,
    double model_slack_px = 0.005;        // or by how many pixels, for residuals next to nothing
    void check() const;                   // throws OptionError
};

struct Registration {
    Reason reason = Reason::none;  // none, no_match or no_stars
    std::string text;              // why not, with numbers; "" when registered
    Transform ref_from_frame;
    TransformModel model = TransformModel::shift;
    double residual_px = 0;            // weighted rms distance of the inliers
    std::vector<StarPair> pairs;       // list positions, inliers of the model only, ordered by ref
    std::optional<double> flux_ratio;  // frame / ref: robust median over bright unsaturated pairs
    double proof = 0;                  // of the match, or the best that was refused
    int ref_stars = 0;                 // usable ones
    int frame_stars = 0;
    bool mirrored = false;
    std::vector<FitReport> fits;         // every model that could be fitted, simplest first,
    std::vector<StarPair> fitted_pairs;  // to these pairs

    bool ok() const { return reason == Reason::none; }
};

// A forced model that the pairs do not determine gives way to the next simpler one.
Registration register_frame(const StarList& ref, const StarList& frame, const RegistrationOptions& options = {});

// One model for all: the simplest whose median over the frames of (cross-validated residual over that
// frame's best) is within the tolerance, and which no more than one frame in twenty predicts worse
// than half as badly again (a median alone would accept a shift for a night with a meridian flip).
TransformModel choose_session_model(std::span<const Registration> frames, const RegistrationOptions& options = {});

// The same frame under another model; no search, only what was fitted already is chosen from.
// A refusal stays as it is.
Registration with_model(Registration registration, TransformModel model);

}  // namespace nightstack
