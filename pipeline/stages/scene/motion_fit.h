// SPDX-License-Identifier: MIT
// From where single patches were found to how the whole scene has moved: a weighted fit that takes each patch along its
// two axes with what it knows there (an edge says nothing along itself), and takes less and less notice of patches that
// do not agree (iterated reweighting with Geman and McClure's function). Pure functions; any thread.
#pragma once

#include <span>

#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"

namespace nightstack {

// One patch, in any px.
struct PatchMotion {
    Point at;                                  // where it was looked for
    double ux = 1, uy = 0;                     // its first axis; the second is turned by 90 degrees
    double along = 0, across = 0;              // how far it lies off, on these axes
    double along_error = 0, across_error = 0;  // standard errors; 0 = says nothing
    bool counts = true;                        // found, and near enough to be believed
};

struct MotionFit {
    Transform moved;         // from where patches were looked for to where they are
    double step_px = 0;      // the longest way that takes one of them
    double residual_px = 0;  // rms of those that agree
    int voting = 0;          // patches that know at least one axis well enough to agree or not
    int agreeing = 0;        // of them
    bool turn_fitted = false;
};

// At most a turn and a scale (`most_terms` 4), a turn (3) or a shift (2) are fitted, the turn only where its standard
// error is below `turn_error` rad. Agreeing: closer than `agree_px` to the motion, as far as the patch can tell.
MotionFit fit_motion(std::span<const PatchMotion> patches, int most_terms, double turn_error, double agree_px);

}  // namespace nightstack
