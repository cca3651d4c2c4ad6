// SPDX-License-Identifier: MIT
// Finds how the camera's lens bends the picture (core/distortion.h) from the stars of a whole session: where the field
// turned or drifted, frames show the same star elsewhere on the sensor, and no 3x3 explains all of them at once.
//
// k1, and k2 where it is needed, are the same in all frames; besides, each frame has a homography of its own. Weighted
// least squares by Gauss-Newton; the homographies are eliminated frame by frame (Schur complement), so that only what
// no homography can explain speaks for a distortion. Stars are parted into folds, the same star into the same fold in
// all frames: a distortion is believed only when the one found without a fold explains some of the residuals in that
// fold, in each of them, and kLeastGain and more in all, and only when k1 is five sigmas from 0, by how much the stars
// differ among themselves. A session that shows nothing (no drift, a turn about the very centre, a good lens) gets
// none.
//
// Pure and deterministic, double precision without trigonometry. Any thread.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/distortion.h"
#include "pipeline/core/star.h"
#include "pipeline/stages/registration/select.h"

namespace nightstack {

// What a distortion must explain to be believed: weighted rms over all pairs, in px.
inline constexpr double kLeastGain = 0.005;

// One frame that is registered on the reference: its stars as detected, and what registering them gave.
struct SightedFrame {
    const StarList* stars = nullptr;
    const Registration* registration = nullptr;
};

// For frames of width x height pixels. Empty where no distortion can be told from none.
std::optional<RadialDistortion> find_distortion(const StarList& ref, std::span<const SightedFrame> frames, int width,
                                                int height, const RegistrationOptions& options = {});

// The same stars on the ideal plane.
StarList straightened(const StarList& stars, const RadialDistortion& lens);

}  // namespace nightstack
