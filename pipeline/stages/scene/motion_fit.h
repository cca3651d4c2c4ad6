// SPDX-License-Identifier: MIT
// From where single patches were found to how the whole scene has moved: a weighted fit that takes each patch along its
// two axes with what it knows there (an edge says nothing along itself), and takes less and less notice of patches that
// do not agree (iterated reweighting with Geman and McClure's function). Pure functions; any thread.
//
// What is known of the answer. The fitted terms are shift x, shift y, turn and scale, the last two times the radius
// (rms distance of the patches from their middle), so that one px of any of them moves the patches by one px rms. With
// the weighted rows g of the axes, N = sum w g g^T is the normal matrix and s^2 N^-1 the terms' covariance; s^2 is how
// far the patches scatter about the motion in units of their own errors. Along an eigenvector of N of value l (an axis
// of motion: some mix of shift and turn) the standard error is s / sqrt(l) px rms over the patches, and that of the
// whole motion the root of the sum of their squares. An axis nobody knows to kFirstPx is held: nothing moves along it.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/scene/motion_axis.h"

namespace nightstack {

// One patch, in any px.
struct PatchMotion {
    Point at;                                  // where it was looked for
    double ux = 1, uy = 0;                     // its first axis; the second is turned by 90 degrees
    double along = 0, across = 0;              // how far it lies off, on these axes
    double along_error = 0, across_error = 0;  // standard errors; 0 = says nothing
    double roundness = 1;                      // curvature across over that along: 0 for an edge
    bool counts = true;                        // found, and near enough to be believed
};

struct FitOptions {
    int most_terms = 3;          // a shift (2), a turn (3) or a turn and a scale (4)
    double most_turn_error = 0;  // rad; the turn is fitted where its standard error is below
    double agree_px = 1;         // agreeing: closer to the motion, as far as the patch can tell
    // Where set, only a turn is fitted that makes this one (rad, of before the fit) differ from 0 by kSureTurn errors.
    std::optional<double> turned = {};
    std::optional<MotionAxis> held = {};  // nothing moves along it
};

struct MotionFit {
    Transform moved;         // from where patches were looked for to where they are
    double step_px = 0;      // the longest way that takes one of them
    double residual_px = 0;  // rms of those that agree
    int voting = 0;          // patches that know at least one axis well enough to agree or not
    int agreeing = 0;        // of them
    bool turn_fitted = false;
    double error_px = 0;       // standard error of the motion, rms over the patches; of what is not held
    MotionAxis weakest;        // what is known least
    double weakest_error = 0;  // px rms
    double turn_error = 0;     // px rms, of the turn, be it fitted or not; 0 when none was asked for
};

inline constexpr double kSureTurn = 4;

MotionFit fit_motion(std::span<const PatchMotion> patches, const FitOptions& options);

// Of a motion by `axis` by how much the patches tell, 1 if all: `after` are `before` looked for again that far off.
// Says whether the texture they go by is the scene's; that of noise does not move along. Patches that did not agree do
// not count, nor those that are not in both.
double response(std::span<const PatchMotion> before, std::span<const PatchMotion> after, const MotionAxis& axis,
                double step_px, const MotionFit& fit, double agree_px);

}  // namespace nightstack
