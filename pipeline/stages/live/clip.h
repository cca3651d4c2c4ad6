// SPDX-License-Identifier: MIT
// Which samples of a block take part: outlier rejection for one pixel from sums and the k lowest and k highest
// samples alone (`depth` = k), so that a block of frames is clipped in constant memory and in no order.
//
//   known     the samples in the two lists: of n all if n <= 2 k, else k at either end
//   start     without min(k, (n - 1) / 2) samples at either end; up to 2 k + 1 samples that is the median
//   round     mean m and sum of squares SS = sum w (x - m)^2 of the samples that take part, in units of weight one;
//             variance of a sample of weight one  v = (4 v0 + f SS) / (4 + n - 1)
//             a known sample takes part if  w (x - m)^2 <= kappa^2 v (1 + 1 / n);  the others always do
//             repeated until nothing moves, at most 10 times
//   v0        the noise a frame is known to have, which counts like four samples: with three to ten frames it decides,
//             with many the samples do;  v0 = variance + signal_variance s + (object_share s)^2,  s = max(0, m - sky):
//             sky, photons of the object, and star cores that breathe with the seeing (as in integrate/reject.h)
//   f         repairs what leaving out takes from the deviation: in the first round 1 / V(q) with V the variance of a
//             normal distribution cut at its quantiles q and 1 - q, q = (left out - 3/8) / (n + 1/4) (G. Blom 1958);
//             later 1 / 0.98658^2, the same for a cut at 3 sigma
//
// Fewer than three samples all take part. Where there are samples in neither list, and all k of one end are out or
// farther from m than kappa of the known noise allows, others between may be outliers as well, and make the deviation
// so large that the k are let in again: the pixel is flagged, never silently wrong. In a pixel without a flag no
// sample that takes part lies farther out than kappa times the greater of known noise and deviation (frames of equal
// weight; a hidden sample of w' beside known ones of w: sqrt(w' / w) times that). Beginning with the
// ends left out is what makes few samples safe: an outlier among n samples lies at most (n - 1) / sqrt(n) deviations
// out, so rejection that begins with all of them never finds any in ten frames, and two equal ones hide each other.
//
// One-pass clipping from sums and extremes: field practice has clipped against a running mean, which depends on the
// order. Pure functions; same bits at every instruction level.
#pragma once

#include <array>

#include "pipeline/stages/live/live_sample.h"

namespace nightstack {

inline constexpr int kLeastClipDepth = 2;
inline constexpr int kMostClipDepth = kBlockFrames / 2;  // then every sample of a block is known
inline constexpr int kClipRounds = 10;
inline constexpr double kKnownNoiseSamples = 4;

// All in units of value, see live_sample.h.
struct ClipRule {
    int depth = 4;
    double kappa_low = 3;
    double kappa_high = 3;
    double variance = 1;         // of a sample of weight one on plain sky, above 0
    double sky = 0;              // level of the sky
    double signal_variance = 0;  // variance per unit above the sky
    double object_share = 0;     // relative scatter of a star's core between frames
    // f of the first round for n samples, see `first_round_factors`.
    std::array<double, kBlockFrames + 1> first_factor{};
    bool operator==(const ClipRule&) const = default;
};

// For ClipRule::first_factor. Asserts that the depth is in range.
std::array<double, kBlockFrames + 1> first_round_factors(int depth);

}  // namespace nightstack
